"""How commands of backup show what they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from kakou.backup.repository.manifest import Manifest
from kakou.web.queries import site_zone


@contextmanager
def bar(silent: bool, total: int | None = None) -> Iterator[Callable[[str, int], None]]:
    """`progress(what, bytes)` moves a bar on the terminal."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=silent, transient=True) as shown:
        task = shown.add_task("", total=total)
        yield lambda what, done: shown.update(task, description=what.removeprefix("public."), advance=done)


def megabytes(manifest: Manifest) -> str:
    """How large what is in it is, before it is compressed."""
    return f"{sum(part.size for part in manifest.parts()) / 1e6:.1f} MB"


def date_of(at: dt.datetime) -> str:
    """On the site's clock."""
    return at.astimezone(site_zone()).strftime("%Y-%m-%d %H:%M")
