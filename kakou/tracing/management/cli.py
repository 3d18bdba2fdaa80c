"""`kakou trace`: who met whom, whom it reached, who shared most; of the ledger's stays or of any file of them."""

from __future__ import annotations

import dataclasses
import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from kakou.kernel.errors import NotFound
from kakou.tracing.management import exporting
from kakou.tracing.management.asking import Source, ZoneName, gathered, of_a_file, of_any, opened, steps
from kakou.tracing.management.telling import AnswerFile, moments, tell
from kakou.tracing.management.wording import BUILDING, LAID, NO_BENCH, SPREAD

if TYPE_CHECKING:
    from kakou.tracing.engine import Step

BENCH = "bench.tracing.sides"
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_OUT = click.option("--out", type=AnswerFile(), help="Write all rows to FILE.csv or FILE.parquet.")
_LEAST = click.option(
    "--min-overlap", type=click.IntRange(0), default=900, show_default=True, help="Seconds that two must share."
)
NEW = click.Path(path_type=Path)


class Moment(click.ParamType[int]):
    """Seconds of the epoch, or 2021-08-10T08:00:00+08:00."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Without a zone it is one of --zone, which is told before."""
        from kakou.tracing.sources.moments import moment
        from kakou.tracing.sources.refusing import CellUnfit

        try:
            return value if isinstance(value, int) else moment(value, ctx.params.get("zone") if ctx else None)
        except CellUnfit:
            return self.fail(f"{value} is no time with a zone. Write 2021-08-10T08:00:00+08:00.", param, ctx)


@click.group("trace")
def group() -> None:
    """Who met whom, whom a chain of meetings reaches, and who shared the most time with others.

    Asked are the stays of a file (--stays), of a folder made by `kakou trace index` (--index), or of the ledger. To ask
    the ledger takes a --reason; persons are then told by codes that are made for this one answer, never by names: who
    must be known is released in the case's pages.
    """


@group.command()
@click.argument("folder", type=NEW)
@of_a_file(required=True)
@click.option("--by-day", type=ZoneName(), help="A part for each day of this zone, to be replaced by itself.")
@_AS_JSON
def index(folder: Path, by_day: ZoneInfo | None, as_json: bool, **told: Any) -> None:
    """Make FOLDER, an index of a file of stays that is asked in milliseconds."""
    from kakou.tracing.sources import lay_down

    with steps(silent=as_json) as bar:
        laid = lay_down(gathered(told, bar), folder, by_day=by_day, progress=bar(BUILDING))
    facts = {"stays": laid.stays, "persons": laid.persons, "places": laid.places, "segments": laid.segments}
    if as_json:
        click.echo(json.dumps({**facts, "bytes": laid.bytes}))
    else:
        click.echo(_(LAID) % {**facts, "folder": folder, "mb": laid.bytes / 1e6})


@group.command()
@click.argument("persons", nargs=-1, required=True)
@of_any()
@click.option("--from", "since", type=Moment(), required=True, help="Meetings since then.")
@click.option("--to", "until", type=Moment(), required=True, help="Meetings until then.")
@_LEAST
@click.option("--gap", type=click.IntRange(0), default=0, help="Seconds by which stays are widened at both ends.")
@_AS_JSON
@_OUT
def contacts(
    persons: tuple[str, ...], since: int, until: int, min_overlap: int, gap: int, as_json: bool, out: Path | None,
    **told: Any,
) -> None:  # fmt: skip
    """Whom PERSONS met from one time to another: the longest exposure first."""
    import pyarrow as pa

    with steps(silent=as_json) as bar:
        source = opened(told, bar)
        asked, until = source.numbers(persons), source.until(until) or until
    source.note("contacts", since, until)
    met = source.index.contacts_many(asked, since, until, min_overlap=min_overlap, gap=gap).joined().ranked()
    table = pa.table({
        "case": pa.array(persons).take(pa.array(met.case)), "person": source.persons.told(met.person),
        "exposure_s": met.exposure_s, "encounters": met.encounters, "first": moments(met.first, source.zone),
        "last": moments(met.last, source.zone), "certain": met.certain,
    })  # fmt: skip
    tell(table, out=out, as_json=as_json, zone=source.zone)


@group.command()
@click.argument("seeds", nargs=-1, required=True)
@of_any()
@click.option("--from", "since", type=Moment(), required=True, help="When the seeds can pass it on.")
@click.option("--to", "until", type=Moment(), help="No meeting after that.")
@click.option("--hops", type=click.IntRange(0), default=2, show_default=True, help="Meetings in a chain at most.")
@click.option("--latency", type=click.IntRange(0), default=0, help="Seconds from being reached to passing it on.")
@_LEAST
@click.option("--evidence", "person", metavar="PERSON", help="Show the stays by which this person is reached.")
@_AS_JSON
@_OUT
def reach(
    seeds: tuple[str, ...], since: int, until: int | None, hops: int, latency: int, min_overlap: int,
    person: str | None, as_json: bool, out: Path | None, **told: Any,
) -> None:  # fmt: skip
    """Whom chains of meetings reach from SEEDS: after how many at the fewest, and when at the earliest."""
    import pyarrow as pa

    with steps(silent=as_json) as bar:
        source = opened(told, bar)
        asked, until = source.numbers(seeds), source.until(until)
        number = source.numbers([person])[0] if person else None
    source.note("reach", since, until)
    found = source.index.reach(asked, since, hops=hops, latency=latency, min_overlap=min_overlap, until=until)
    if number is None:
        table = pa.table({
            "person": source.persons.told(found.person), "degree": found.degree,
            "time": moments(found.time, source.zone), "predecessor": source.persons.told(found.predecessor),
        })  # fmt: skip
    else:
        table = _chain(source, found.evidence(number) if number in found.person else [])
    tell(table, out=out, as_json=as_json, zone=source.zone)


def _chain(source: Source, steps: list[Step]) -> Any:
    """A row for each meeting, from the seed on."""
    import numpy as np
    import pyarrow as pa

    def numbers(values: list[int]) -> Any:
        return np.array(values, np.int64)

    times = {
        "time": [step.time for step in steps],
        **{f"{who}_{end}": [getattr(step, f"{who}_stay")[at] for step in steps]
           for who in ("source", "target") for at, end in enumerate(("enter", "leave"))},
    }  # fmt: skip
    return pa.table({
        "source": source.persons.told(numbers([step.source for step in steps])),
        "target": source.persons.told(numbers([step.target for step in steps])),
        "place": source.places.told(numbers([step.place for step in steps])),
        **{name: moments(values, source.zone) for name, values in times.items()},
        "certain": pa.array([step.certain for step in steps], pa.bool_()),
    })  # fmt: skip


@group.command()
@of_any()
@click.option("--from", "since", type=Moment(), help="Meetings since then.")
@click.option("--to", "until", type=Moment(), help="Meetings until then.")
@_LEAST
@_AS_JSON
@_OUT
def exposure(
    since: int | None, until: int | None, min_overlap: int, as_json: bool, out: Path | None, **told: Any
) -> None:
    """How long everybody was together with others, and in how many pairs of stays: the longest first."""
    import numpy as np
    import pyarrow as pa

    with steps(silent=as_json) as bar:
        source = opened(told, bar)
        until = source.until(until)
    source.note("exposure", since, until)
    found = source.index.exposure(min_overlap=min_overlap, t0=since, t1=until)
    order = np.lexsort((found.person, -found.exposure_s))
    table = pa.table({
        "person": source.persons.told(found.person[order]), "exposure_s": found.exposure_s[order],
        "encounters": found.encounters[order],
    })  # fmt: skip
    tell(table, out=out, as_json=as_json, zone=source.zone)


@group.command()
@click.argument("goal", metavar="FOLDER", type=NEW)
@of_any()
@click.option("--by-day", type=ZoneName(), help="The zone whose days part the files; else the site's, of a file UTC.")
@click.option("--buckets", type=click.IntRange(1, 4096), default=16, show_default=True, help="Places share so many.")
@_AS_JSON
def export(goal: Path, by_day: ZoneInfo | None, buckets: int, as_json: bool, **told: Any) -> None:
    """Write FOLDER, stays for a cluster: Parquet by day and bucket of places, persons under codes drawn for this once.

    Which code is whose is kept nowhere. Of the ledger it takes a --reason and is told to the audit.
    """
    with steps(silent=as_json) as bar:
        written = exporting.export(goal, told, by_day=by_day, buckets=buckets, bar=bar)
    facts = dataclasses.asdict(written)
    if as_json:
        click.echo(json.dumps(facts))
    else:
        click.echo(_(SPREAD) % {**facts, "folder": goal, "mb": written.bytes / 1e6})


class NoBench(NotFound):
    """The benchmarks are in a checkout, not in an installation."""

    code = "bench-not-here"


@group.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def bench(words: tuple[str, ...]) -> None:
    """Measure the engine beside NCLS, DuckDB, Polars and PostgreSQL, and what this machine could do at best."""
    try:
        command: click.Command = importlib.import_module(BENCH).command
    except ModuleNotFoundError:
        raise NoBench(NO_BENCH) from None
    command.main(list(words), prog_name="kakou trace bench", standalone_mode=False)
