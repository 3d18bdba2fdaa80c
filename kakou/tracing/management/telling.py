"""An answer as it is told: a table on the terminal, JSON, or a file of CSV or Parquet."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kakou.tracing.management.wording import MORE, NOBODY, WRITTEN

SHOWN = 20  # rows on a terminal


class AnswerFile(click.ParamType[Path]):
    """A file to write that ends in .csv or .parquet."""

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Looked at before anything is asked."""
        path = Path(value)
        if path.suffix not in {".csv", ".parquet"}:
            self.fail(f"{value} ends neither in .csv nor in .parquet.", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent}.", param, ctx)
        return path


def moments(seconds: Any, zone: ZoneInfo) -> Any:
    """A column of seconds of the epoch as Arrow times."""
    return pa.array(seconds, pa.int64()).cast(pa.timestamp("s", zone.key))


def tell(answer: Any, *, out: Path | None, as_json: bool, zone: ZoneInfo) -> None:
    """An Arrow table as it was asked for."""
    if out:
        write(answer, out)
        click.echo(_(WRITTEN) % {"many": answer.num_rows, "file": out}, err=as_json)
    if as_json:
        click.echo(json.dumps(_rows(answer, zone), ensure_ascii=False))
    elif not out:
        _show(answer, zone)


def write(answer: Any, out: Path) -> None:
    """For its owner only, whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            if out.suffix == ".csv":
                pa.csv.write_csv(answer, file)
            else:
                pa.parquet.write_table(answer, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _rows(answer: Any, zone: ZoneInfo) -> list[dict[str, Any]]:
    return [{name: _plain(value, zone) for name, value in row.items()} for row in answer.to_pylist()]


def _plain(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone).isoformat() if isinstance(value, dt.datetime) else value


def _show(answer: Any, zone: ZoneInfo) -> None:
    if answer.num_rows == 0:
        click.echo(_(NOBODY))
        return
    table = Table()
    for name in answer.column_names:
        is_number = pa.types.is_integer(answer.schema.field(name).type)
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    for row in _rows(answer.slice(0, SHOWN), zone):
        table.add_row(*(escape(str(value)) for value in row.values()))
    Console(width=None if Console().is_terminal else 200).print(table)
    if answer.num_rows > SHOWN:
        click.echo(_(MORE) % {"many": answer.num_rows - SHOWN})
