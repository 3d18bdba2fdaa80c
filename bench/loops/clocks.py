"""Figure 2: a hundred thousand open orders. What is due is found by index; how long after its time an order is passed
on by the worker of `kakou serve`, and how long its pages take over HTTP, is told. `python -m bench.loops.clocks`.
"""

from __future__ import annotations

import datetime as dt
import http.cookiejar
import json
import random
import statistics
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bench.figures import Figure, are_met, exactly, measured, tell
from bench.laboratory import at_work, laboratory
from bench.tracing.district import District, logins, serving

FIGURE = "2"
ORDERS, BATCH = 100_000, 2_000
KINDS = ("missing_exit", "orphan_exit", "two_gates_at_once", "verdict_milder")
DUE, APART, SOON = 240, 0.25, 15  # orders that fall due while it is watched, seconds between them and until the first
LOOKS = 40  # at each page
REST = 20.0  # seconds after the start in which the worker does what it found undone
PATIENCE = 300.0
PAGES = {"the page of today": "/ledger/loops/day/", "open loops": "/ledger/loops/", "the board": "/ledger/loops/board/"}
INDEX = "order_to_pass_on"


def figures() -> list[Figure]:
    """All of figure 2 but the properties of clocks, which are tests."""
    with laboratory(role="worker") as env:
        site = District(Path(env["KAKOU_HOME"]), 2021, 0, 0, dt.datetime.now(dt.UTC))
        _run(site, "settle", role="pages")
        made = _run(site, "fill")
        found = _run(site, "find")
        with serving(site) as url:
            time.sleep(REST)
            pages = [_page(site, url, name, path) for name, path in PAGES.items()]
            watched = _run(site, "watch")
    delays: list[float] = watched["delays"]
    return [
        exactly(FIGURE, "open orders", made["open"], ORDERS),
        measured(FIGURE, "queries until the due rows of these are known", [found["queries"]], "", most=2),
        exactly(FIGURE, f"of them by the index {INDEX}, and none by reading all", found["by_index"], 1),
        measured(FIGURE, "all queries of passing on 300", [found["all"]], ""),
        exactly(FIGURE, "orders passed on while it was watched, of those that fell due", len(delays), DUE),
        measured(FIGURE, "from due to passed on, median (aim 5 s)", delays, "s"),
        measured(FIGURE, "the same, p95", [statistics.quantiles(delays, n=20)[-1]], "s"),
        *pages,
        measured(FIGURE, "orders on that day's list", [watched["mine"]], ""),
    ]


def _run(site: District, stage: str, *, role: str = "worker") -> dict[str, Any]:
    told = site.run("-m", "bench.loops.clocks", stage, role=role)
    found: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return found


def _page(site: District, url: str, name: str, path: str) -> Figure:
    """Seconds until the whole answer is there, as the secretary who answers for a thirteenth of it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    browser.open(logins(site, url)["Community secretary"]).read()
    rounds = []
    for _ in range(LOOKS + 1):
        began = time.perf_counter()
        with browser.open(url + path, timeout=60) as answer:
            body = answer.read()
        rounds.append((time.perf_counter() - began) * 1000)
        if answer.geturl() != url + path or len(body) < 2_000:
            raise RuntimeError(f"{path} did not open")
    aim = " (aim 200 ms)" if "today" in name else ""
    return measured(FIGURE, f"{name}{aim}", rounds[1:], "ms")


def settle() -> dict[str, Any]:
    """The drill's places and accounts, nobody in them."""
    from kakou.drill.actions import settle as settled
    from kakou.kernel.time import now

    return {"units": len(settled(seed=2021, at=now()).unit_nodes)}


def fill() -> dict[str, Any]:
    """The orders, over all units alike; nothing of them is due before an hour is over."""
    from django.db import connections

    from kakou.access.scope import acting_as_system
    from kakou.drill.models import Settlement
    from kakou.kernel.ids import new_id
    from kakou.kernel.time import now
    from kakou.workorders.actions import Matter, open_many
    from kakou.workorders.models import WorkOrder

    at = now()
    with acting_as_system():
        nodes = Settlement.objects.get().unit_nodes
        for first in range(0, ORDERS, BATCH):
            matters = [Matter(new_id(), nodes[(first + n) % len(nodes)]) for n in range(BATCH)]
            open_many(KINDS[first // BATCH % len(KINDS)], matters, at=at)
        made = WorkOrder.objects.filter(closed_at=None).count()
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze workorders_workorder")
    return {"open": made}


def find() -> dict[str, Any]:
    """What passing on asks the database, three hundred being late; nothing of it is kept."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from kakou.access.scope import acting_as_system
    from kakou.kernel.time import now
    from kakou.workorders.actions import pass_on

    at = now()
    with transaction.atomic(), acting_as_system():
        _set_due([at - dt.timedelta(seconds=n) for n in range(1, 301)], random.Random(1))
        with CaptureQueriesContext(connection) as told:
            if not pass_on(at=at):
                raise RuntimeError("nothing was passed on")
        asked = [one["sql"] for one in told if "workorders_" in one["sql"]]
        due = next(n for n, sql in enumerate(asked) if "FOR UPDATE" in sql)
        with connection.cursor() as cursor:
            cursor.execute("explain " + asked[due].replace("%", "%%"))
            plan = "\n".join(row[0] for row in cursor.fetchall())
        transaction.set_rollback(True)
    by_index = int(INDEX in plan and "Seq Scan on workorders_workorder" not in plan)
    return {"queries": due + 1, "all": len(told), "by_index": by_index}


def watch() -> dict[str, Any]:
    """Seconds between the moment at which an order fell due and that at which its being passed on could be read."""
    from kakou.access.models import Staff
    from kakou.access.scope import acting_as_system
    from kakou.kernel.time import now
    from kakou.workorders.models import Step, WorkOrder
    from kakou.workorders.rules import StepKind

    first = now() + dt.timedelta(seconds=SOON)
    with acting_as_system():
        owner = Staff.objects.get(username="drill-community-secretary")
        mine = WorkOrder.objects.filter(owner=owner, closed_at=None).count()
        due = _set_due([first + dt.timedelta(seconds=n * APART) for n in range(DUE)], random.Random(2))
    seen: dict[Any, float] = {}
    deadline = time.monotonic() + PATIENCE
    while len(seen) < len(due) and time.monotonic() < deadline:
        time.sleep(0.1)
        with acting_as_system():
            told = Step.objects.filter(order_id__in=due.keys() - seen.keys(), kind=StepKind.ESCALATED)
            seen |= {order: (now() - due[order]).total_seconds() for order in told.values_list("order_id", flat=True)}
    return {"delays": sorted(seen.values()), "mine": mine}


def _set_due(moments: Sequence[dt.datetime], dice: random.Random) -> dict[Any, dt.datetime]:
    """As many orders of one kind, chosen at random, fall due then; which."""
    from kakou.workorders.actions import set_due
    from kakou.workorders.models import WorkOrder

    kind = KINDS[0]
    open_ones = list(WorkOrder.objects.filter(kind=kind, closed_at=None).order_by("id").values_list("id", "cause"))
    chosen = dice.sample(open_ones, len(moments))
    set_due(kind, {cause: moment for (_, cause), moment in zip(chosen, moments, strict=True)})
    return {id: moment for (id, _), moment in zip(chosen, moments, strict=True)}


STAGES = {"settle": settle, "fill": fill, "find": find, "watch": watch}


@click.command()
@click.argument("stage", required=False, type=click.Choice([*STAGES]))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(stage: str | None, as_json: bool) -> None:
    """Measure a hundred thousand open orders; a STAGE is run by this program itself, in its laboratory."""
    if stage:
        with at_work():
            click.echo(json.dumps(STAGES[stage]()))
        return
    found = figures()
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)


if __name__ == "__main__":
    main()
