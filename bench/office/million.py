"""Figure 4: a day of a million people beside a day of twenty thousand, in one run: settling, intake, folding, pages.

    python -m bench.office.million [--people 1000000] [--beside 20000] [--minutes 40] [--json]

Where a million would take longer than `--minutes`, by what the smaller day took, the largest size that fits is measured
instead: that is a figure which is not met, and the time of a million is told as what it is, an estimate.

Both are drills, played through the real intake by a phone at each gate for every 100,000 people. Nothing folds while
they are played; then the worker's own folds run to their end, and pages are asked by whoever may see all of it and by a
secretary who answers for a thirteenth. The ledger's own ratio (batched intake beside binary COPY into the same table)
is measured at both sizes at the end; it is asked of the larger day only, because the ledger asks it of a table of
millions: into a short one, whose indexes stay in the cache, COPY alone gets faster.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click
import psutil

from bench.figures import Figure, are_met, exactly, measured, tell
from bench.intake import Bench
from bench.laboratory import at_work
from bench.office.ground import Ground

FIGURE = "7"
PEOPLE, BESIDE, SEED = 1_000_000, 20_000, 2021
SIZES = (1_000_000, 500_000, 200_000, 100_000)
MINUTES = 40.0
LOOKS, ROUNDS, SECONDS = 15, 3, 3.0
MODULE = "bench.office.million"
LEAST_COPY = 0.4  # of the ledger: batched intake beside binary COPY
MOST_INSIDE = 300.0  # ms, of the ledger: who is inside a place of 20,000 residents
LEAST_SAME = 0.5  # what of a rate is left at fifty times the people
PAGES = {"home": "/", "who is inside": "/ledger/inside/", "open loops": "/ledger/loops/"}
INSIDE, LARGEST, RESIDENTS = "who is inside a unit", "commander", 20_000
READERS = {"commander": "Street office and commander", "secretary": "Community secretary"}
MB = 1024.0**2


class Day(NamedTuple):
    """What was measured of one drill day. `took`: seconds of all of it; `pages`: (reader, page) → ms of each look;
    `unit`: residents of the one that the ledger's bar is asked of; `memory`: MB by process."""

    people: int
    seconds: Mapping[str, float]
    stored: int
    folds: Mapping[str, float]
    orders: int
    pages: Mapping[tuple[str, str], list[float]]
    unit: int
    copied: list[float]
    memory: Mapping[str, float]
    bytes: int
    took: float

    @property
    def intake(self) -> float:
        """Passages a second, made by the drill and stored."""
        return self.stored / self.seconds["play"]

    @property
    def folded(self) -> float:
        """Passages a second, into stays."""
        return self.stored / self.folds["stays"]

    @property
    def followed(self) -> float:
        """Passages a second, through every fold."""
        return self.stored / sum(self.folds.values())


def day(people: int) -> Day:
    """Settle, play, fold and ask."""
    began = time.monotonic()
    with Ground() as ground:
        settled = ground.stage(MODULE, "settle", people)
        drained = ground.stage(MODULE, "fold", role="worker")
        front = ground.start_front()
        played = ground.stage(MODULE, "play", ground.url)
        memory = {"drill": played["memory"], "front": _memory(front)}
        folded = ground.stage(MODULE, "fold", role="worker")
        memory["folds"] = folded["memory"]
        with ground.connect() as owner:
            owner.execute("vacuum analyze")
        told = ground.start_pages()
        unit = ground.ask(_UNIT.format(what="ancestor_id"))
        pages = _pages(ground, unit)
        memory["pages"] = _memory(told)
        dwell = ground.ask(_UNIT.format(what="count(*)"))
        orders, size = ground.ask("select count(*) from workorders_workorder"), ground.ask(_SIZE)
        stored = ground.ask("select count(*) from ledger_passage")
        copied = _beside_copy(ground, front)
    seconds = {**settled["seconds"], "drain": sum(drained["seconds"].values()), "play": played["seconds"]}
    took = time.monotonic() - began
    return Day(people, seconds, stored, folded["seconds"], orders, pages, dwell, copied, memory, size, took)


_SIZE = "select pg_database_size(current_database())"
# the ledger asks who is inside a unit of 20,000 residents: the one that comes nearest to it
_UNIT = f"""select {{what}} from people_person join access_closure on descendant_id = node_id
  join places_unit on places_unit.node_id = ancestor_id where category like 'resident%'
  group by ancestor_id order by abs(count(*) - {RESIDENTS}), ancestor_id desc limit 1"""


def _pages(ground: Ground, unit: int) -> dict[tuple[str, str], list[float]]:
    browsers = {reader: ground.browser(title) for reader, title in READERS.items()}
    return {
        (reader, page): ground.page(browser, path, LOOKS)
        for reader, browser in browsers.items()
        for page, path in [*PAGES.items(), *([(INSIDE, f"/ledger/inside/?place={unit}")] if reader == LARGEST else [])]
    }


def _beside_copy(ground: Ground, front: psutil.Process) -> list[float]:
    """The ledger's own ratio, on the drill's table."""
    ground.enrol_benches()
    time.sleep(2)  # the front reads of new phones every second
    bench = Bench(ground, SECONDS)
    bench.front = front
    for _ in range(ROUNDS):
        bench.batches()
        bench.copy()
    return [batched / copy for batched, copy in zip(bench.rounds["batched"], bench.rounds["copy"], strict=True)]


def _memory(root: psutil.Process) -> float:
    """MB that belong to a process and all below it alone."""
    mine: list[int] = [one.memory_full_info().uss for one in [root, *root.children(recursive=True)]]
    return sum(mine) / MB


def minutes(people: int, by: Day) -> float:
    """How long a day of so many people would take, by one that was measured: what it does for each of them grows."""
    each = sum(by.seconds.values()) - by.seconds["settle"] + sum(by.folds.values())
    return (by.took + each * (people / by.people - 1)) / 60


def fitting(people: int, small: Day, most: float) -> int:
    """The largest size, `people` at most, that fits into so many minutes; the smallest where none does."""
    sizes = [people, *(size for size in SIZES if size < people)]
    return next((size for size in sizes if minutes(size, small) <= most), sizes[-1])


def figures(large: Day, small: Day, wanted: int = PEOPLE) -> list[Figure]:
    """The large day beside the small one."""
    per = [_per_person(one) for one in (large, small)]
    guess = f"ESTIMATED, not measured: a day of {wanted:,}, by the day of {large.people:,}"
    return [
        exactly(FIGURE, "people of the day", large.people, wanted),
        *([measured(FIGURE, guess, [minutes(wanted, large)], "min")] if large.people < wanted else []),
        *(figure for one in (small, large) for figure in _raw(one)),
        measured(FIGURE, "batched intake / COPY, the larger day", large.copied, "x", least=LEAST_COPY),
        measured(FIGURE, "the larger day, all of it", [large.took / 60], "min"),
        measured(FIGURE, "settling, a person: large / small", [per[0] / per[1]], "x", most=1 / LEAST_SAME),
        measured(FIGURE, "intake, passages/s: large / small", [large.intake / small.intake], "x", least=LEAST_SAME),
        measured(FIGURE, "stays, passages/s: large / small", [large.folded / small.folded], "x", least=LEAST_SAME),
        measured(FIGURE, "all folds, passages/s: large / small", [large.followed / small.followed], "x",
                 least=LEAST_SAME),
        *(
            measured(FIGURE, f"{page}, {reader}: large / small", [_median(large, small, reader, page)], "x")
            for reader, page in large.pages
        ),
    ]  # fmt: skip


def _per_person(one: Day) -> float:
    return (one.seconds["settle"] + one.seconds["register"]) / one.people


def _median(large: Day, small: Day, reader: str, page: str) -> float:
    one, other = (statistics.median(each.pages[reader, page]) for each in (large, small))
    return one / other


def _raw(one: Day) -> list[Figure]:
    of = f"{one.people:,} people"
    inside = one.pages[LARGEST, INSIDE]
    return [
        *(measured(FIGURE, f"{of}: {name}", [took], "s") for name, took in one.seconds.items()),
        measured(FIGURE, f"{of}: passages stored", [one.stored], ""),
        measured(FIGURE, f"{of}: made, sent and stored", [one.intake], "passages/s"),
        measured(FIGURE, f"{of}: batched intake / COPY", one.copied, "x"),
        *(measured(FIGURE, f"{of}: fold {name}", [took], "s") for name, took in one.folds.items() if took >= 0.1),
        measured(FIGURE, f"{of}: fold stays", [one.folded], "passages/s"),
        measured(FIGURE, f"{of}: all folds", [one.followed], "passages/s"),
        measured(FIGURE, f"{of}: work orders", [one.orders], ""),
        measured(FIGURE, f"{of}: who is inside a unit of {one.unit:,}", inside, "ms", most=MOST_INSIDE),
        *(measured(FIGURE, f"{of}: {page}, {reader}", took, "ms") for (reader, page), took in one.pages.items()),
        *(measured(FIGURE, f"{of}: memory of {name}", [size], "MB") for name, size in one.memory.items()),
        measured(FIGURE, f"{of}: the database", [one.bytes / MB], "MB"),
    ]


def settle(people: int) -> dict[str, Any]:
    """The land, its staff and everybody in the register; the day is yesterday."""
    from kakou.drill import actions, queries
    from kakou.drill.settling.people import register_people
    from kakou.drill.world import World
    from kakou.kernel.time import now
    from kakou.web.queries import site_zone

    midnight = now().astimezone(site_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight.astimezone(dt.UTC)
    settled = _timed(lambda: actions.settle(seed=SEED, at=at))
    actions.plan(people=people, days=1, at=at)
    world = World(queries.settled().seed)
    registered = _timed(lambda: [*register_people(world=world, upto=people, at=at, stop=threading.Event())])
    return {"seconds": {"settle": settled, "register": registered}}


def play(url: str) -> dict[str, Any]:
    """Every run, one after the other, as `kakou drill` does."""
    from kakou.drill import playing, queries
    from kakou.kernel.time import now

    def all_of_them() -> None:
        for run in queries.unfinished():
            playing.play(run.pk, url=url, clock=now, stop=threading.Event())

    return {"seconds": _timed(all_of_them)}


def fold() -> dict[str, Any]:
    """Every fold of the worker until nothing is left; seconds of each."""
    from kakou.config.wiring import folds
    from kakou.kernel.time import now

    took: dict[str, float] = {}
    for one in folds():
        began = time.perf_counter()
        while one.step(now()):
            pass
        took[one.name] = time.perf_counter() - began
    return {"seconds": took}


def _peak() -> float:
    """MB that this process held at most, since it began to be this program."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


STAGES: Mapping[str, Callable[..., dict[str, Any]]] = {
    "settle": lambda people: settle(int(people)), "play": play, "fold": fold,
}  # fmt: skip


@click.command()
@click.argument("stage", required=False, type=click.Choice([*STAGES]))
@click.argument("told", nargs=-1)
@click.option("--people", default=PEOPLE, show_default=True)
@click.option("--beside", default=BESIDE, show_default=True)
@click.option("--minutes", "most", default=MINUTES, show_default=True, help="Of the larger day, at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(stage: str | None, told: tuple[str, ...], people: int, beside: int, most: float, as_json: bool) -> None:
    """Measure both days; a STAGE is run by this program itself, in its ground. 1 when a bar is missed."""
    if stage:
        with at_work():
            found = STAGES[stage](*told)
            click.echo(json.dumps({**found, "memory": _peak()}))
        return
    small = day(beside)
    found_all = figures(day(fitting(people, small, most)), small, people)
    tell(found_all, as_json=as_json)
    sys.exit(0 if are_met(found_all) else 1)


if __name__ == "__main__":
    main()
