"""Of which stays a command asks: a file's, a folder's, or the ledger's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from kakou.kernel.errors import NotFound
from kakou.kernel.time import now
from kakou.tracing.management.wording import BUILDING, READING, UNKNOWN_PERSON

if TYPE_CHECKING:
    from kakou.tracing.engine import TraceIndex
    from kakou.tracing.sources import Gathered

Command = Callable[..., Any]
COLUMNS = ("person", "place", "enter", "leave", "certain")


class Names(Protocol):
    """What the engine's numbers stand for."""

    def find(self, text: str) -> int | None:
        """The number of what somebody writes."""

    def told(self, numbers: Any) -> Any:
        """How numbers are told: an Arrow array."""


@dataclass(frozen=True, slots=True)
class Source:
    """An index to ask, how its persons and places are told, and the zone in which times are. Of the ledger: `latest`,
    after which nothing is known, and `note`, which tells the audit what is about to be answered.
    """

    index: TraceIndex
    persons: Names
    places: Names
    zone: ZoneInfo
    latest: int | None = None
    note: Callable[[str, int | None, int | None], None] = lambda *_: None

    def until(self, moment: int | None) -> int | None:
        """As asked for, but not after what is known."""
        known = [at for at in (moment, self.latest) if at is not None]
        return min(known, default=None)

    def numbers(self, persons: Sequence[str]) -> list[int]:
        """Those asked about. Raises NoSuchPerson for one of whom there is no stay."""
        found = [self.persons.find(person) for person in persons]
        codes = self.index.persons.find([number or 0 for number in found])
        for person, number, code in zip(persons, found, codes, strict=True):
            if number is None or code < 0:
                raise NoSuchPerson(UNKNOWN_PERSON, person=person)
        return [number for number in found if number is not None]


class NoSuchPerson(NotFound):
    """Nobody of whom there are stays is told so."""

    code = "person-without-stays"


class ZoneName(click.ParamType[ZoneInfo]):
    """A time zone, as Asia/Shanghai."""

    name = "ZONE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """By its name."""
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self.fail(f"{value} is no time zone. Write, for example, Asia/Shanghai or UTC.", param, ctx)


def of_a_file(*, required: bool = False) -> Callable[[Command], Command]:
    """The options that name a file of stays and its columns."""
    file = click.Path(exists=True, path_type=Path)
    options = [
        click.option("--stays", type=file, metavar="FILE", required=required,
                     help="A file of stays, .csv, .csv.gz or .parquet, or a folder of Parquet."),
        *(click.option(f"--{name}-col", default=None if name == "certain" else name, metavar="NAME",
                       show_default=name != "certain", help=f"Its column: {about}.")
          for name, about in zip(COLUMNS, _ABOUT, strict=True)),
        click.option("--zone", type=ZoneName(), is_eager=True,
                     help="The zone of times that have none, and in which times are told."),
    ]  # fmt: skip
    return _all(options)


_ABOUT = ("who", "where", "since when", "until when", "whether both ends were seen; without it they were")


def of_any() -> Callable[[Command], Command]:
    """The options that say which stays are asked: without --stays and --index those of the ledger."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return _all([
        of_a_file(),
        click.option("--index", "folder", type=folder, metavar="DIR", help="A folder that `kakou trace index` made."),
        click.option("--reason", help="Why the ledger is asked: kept in the audit. Needed for the ledger alone."),
    ])  # fmt: skip


def _all(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def dressed(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return dressed


def gathered(told: dict[str, Any], bar: Step) -> Gathered:
    """The stays of the file that the options name."""
    from kakou.tracing.sources import gather

    columns = {name: told[f"{name}_col"] for name in COLUMNS if told[f"{name}_col"]}
    return gather(told["stays"], columns, zone=told["zone"], progress=bar(READING))


def opened(told: dict[str, Any], bar: Step) -> Source:
    """What the options name, ready to be asked. Raises SourceUnfit, ReasonMissing; for two sources UsageError."""
    from kakou.tracing.engine import TraceIndex
    from kakou.tracing.sources import take_up

    zone = told["zone"] or ZoneInfo("UTC")
    if told["stays"] and told["folder"]:
        raise click.UsageError("Give --stays or --index, not both.")
    if told["folder"]:
        return Source(*take_up(told["folder"]), zone)
    if not told["stays"]:
        from kakou.tracing.management import ledgers

        return ledgers.opened(told["reason"], told["zone"], at=now(), progress=bar(BUILDING))
    stays = gathered(told, bar)
    bar(BUILDING)(0.0)
    columns = stays.person, stays.place, stays.enter, stays.leave
    return Source(TraceIndex.from_arrays(*columns, certain=stays.certain), stays.persons, stays.places, zone)


Step = Callable[[str], Callable[[float], None]]


@contextmanager
def steps(*, silent: bool) -> Iterator[Step]:
    """A bar for each step, on the error channel of a terminal; silent elsewhere."""
    from django.utils.translation import gettext

    parts = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*parts, console=console, disable=silent or not sys.stderr.isatty(), transient=True) as bar:

        def step(name: str) -> Callable[[float], None]:
            task = bar.add_task(gettext(name), total=1.0)
            return lambda share: bar.update(task, completed=share)

        yield step
