"""`kakou ledger import`: a file of another system, checked whole, then stored whole."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kakou.kernel.errors import Refusal
from kakou.kernel.time import now, to_ms
from kakou.ledger.sheets import Mapping, MappingRefused, Reading, load_mapping, read_passages, wording
from kakou.web.sheets import CellProblem, Limits, Notice, Problems, Sheet, SheetProblems, read_sheet
from kakou.web.sheets import wording as sheets

if TYPE_CHECKING:
    from kakou.ledger.actions.importing import Imported

_SHOWN = 20
_LIMITS = Limits(file_bytes=200 << 20, rows=2_000_000)
REFUSED = 2


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping", "mapping_name", required=True, metavar="MAP", help="A mapping file, or a shipped one: lekagul."
)
@click.option(
    "--sheet", "sheet_name", metavar="NAME", help="The worksheet; else the mapping's, else the first visible."
)
@click.option("--make-places", is_flag=True, help="Make the units and entrances of the mapping file that are missing.")
@click.option("--under", metavar="UNIT", help="With --make-places: the unit to make them in; else at the top.")
@click.option("--by", metavar="LOGIN", help="Import as this account, within what it may; else as the installation.")
@click.option("--dry-run", is_flag=True, help="Check everything and store nothing.")
@click.option("--no-stays", is_flag=True, help="Leave the folding of stays to the running server.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def import_file(  # one parameter for each option
    ctx: click.Context,
    file: Path,
    mapping_name: str,
    sheet_name: str | None,
    make_places: bool,
    under: str | None,
    by: str | None,
    dry_run: bool,
    no_stays: bool,
    as_json: bool,
) -> None:
    """Bring in FILE (.csv, .csv.gz or .xlsx) by a mapping file.

    Every cell is checked before anything is stored. When one cannot be used, all such cells are listed by row and
    column and nothing is imported (exit code 2). The same file again adds nothing.
    """
    from kakou.ledger.actions import importing

    began = time.monotonic()
    with _bar(as_json) as step:
        step("read")
        mapping, text = _mapping(mapping_name)
        readings, notices, problems = _read(file, mapping, sheet_name, step)
        if problems.count:
            _tell_problems(problems, notices, as_json)
            ctx.exit(REFUSED)
        step("store", 0)
        order = importing.Order(mapping, text, file.name, _hash(file), make_places, under, dry_run)
        store = partial(step, "store")
        done = importing.import_readings(readings, order, by=importing.account(by), at=now(), progress=store)
        if not (dry_run or no_stays):
            _fold(partial(step, "fold"))
    _tell(done, notices, round(time.monotonic() - began, 1), as_json)


def _mapping(name: str) -> tuple[Mapping, str]:
    shipped = {
        Path(found.name).stem: found for found in resources.files("kakou.ledger.sheets").joinpath("mappings").iterdir()
    }
    if name in shipped:
        text = shipped[name].read_text("utf-8")
    else:
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MappingRefused(wording.NO_SUCH_MAPPING, name=name, shipped=", ".join(sorted(shipped))) from error
    return load_mapping(text), text


def _open(file: Path, mapping: Mapping, sheet_name: str | None) -> Sheet:
    part = mapping.sheet
    return read_sheet(file, filename=file.name, sheet=sheet_name or part.name, header_row=part.titles, limits=_LIMITS)


def _read(
    file: Path, mapping: Mapping, sheet_name: str | None, step: Callable[..., None]
) -> tuple[list[Reading], list[Notice], Problems]:
    problems = Problems()
    with problems.collect():
        sheet = _open(file, mapping, sheet_name)
        readings = read_passages(sheet, mapping, now_ms=to_ms(now()), problems=problems, progress=partial(step, "read"))
        return readings, sheet.notices, problems
    return [], [], problems


def _fold(progress: Callable[[int], None]) -> None:
    """Bring the stays up to what was stored; whoever folds at the same time does the rest."""
    from kakou.ledger.actions.stays import LandKeeper, fold_new

    keeper, count = LandKeeper(), 0
    while (folded := fold_new(at=now(), keeper=keeper)).more:
        progress(count := count + folded.passages)


def _hash(file: Path) -> bytes:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


@contextmanager
def _bar(as_json: bool) -> Iterator[Callable[..., None]]:
    """Which step runs and how many rows it has done, on the error channel of a terminal; silent elsewhere."""
    from django.utils.translation import gettext

    names = {"read": gettext("Checking rows"), "store": gettext("Storing passages"), "fold": gettext("Folding stays")}
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=as_json or not sys.stderr.isatty()) as bar:
        tasks: dict[str, int] = {}

        def step(name: str, done: int = 0) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(names[name], total=None)
            bar.update(tasks[name], completed=done)  # type: ignore[arg-type]

        yield step


def worded(told: Refusal | Notice) -> str:
    """In the reader's language; a cell's problem with its place and the way out."""
    from django.utils.translation import gettext

    text = gettext(told.text) % told.params if told.params else gettext(told.text)
    if isinstance(told, CellProblem):
        line = {"place": worded(told.place), "text": text, "fix": gettext(told.fix) if told.fix else ""}
        return (gettext(sheets.CELL_LINE) % line).rstrip()
    return text


def _tell_problems(problems: Problems, notices: list[Notice], as_json: bool) -> None:
    whole = SheetProblems(tuple(problems.kept), problems.count)
    if as_json:
        kept = [_problem_facts(problem) for problem in problems.kept]
        click.echo(json.dumps({"imported": False, "problems": kept, "count": problems.count}, ensure_ascii=False))
        return
    for notice in notices:
        click.echo(worded(notice), err=True)
    for problem in problems.kept[:_SHOWN]:
        click.echo(worded(problem), err=True)
    if problems.count > _SHOWN:
        click.echo("…", err=True)
    click.echo(worded(whole), err=True)


def _problem_facts(problem: Refusal) -> dict[str, object]:
    if not isinstance(problem, CellProblem):
        return {"text": worded(problem)}
    return {
        "row": problem.row,
        "column": problem.letter,
        "title": problem.title,
        "field": problem.field,
        "text": worded(problem),
    }


def _tell(done: Imported, notices: list[Notice], seconds: float, as_json: bool) -> None:
    facts = done.facts() | {"seconds": seconds}
    if as_json:
        click.echo(json.dumps(facts | {"notices": [worded(notice) for notice in notices]}, ensure_ascii=False))
        return
    for notice in notices:
        click.echo(worded(notice), err=True)
    click.echo(worded(Notice(wording.DRY_RUN if done.dry_run else wording.DONE, facts)))
    if done.differing:
        click.echo(worded(Notice(wording.DIFFERING, facts)), err=True)
