"""Figure 4: a trace through the product, in a district of 100,000 people and 14 days, as an investigator meets it.

A real browser asks for traces on a case's page and waits until the ranked list, and then the stays behind its first
row, can be read. `python -m bench.tracing.product`.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import click

from bench.figures import Figure, are_met, exactly, measured, tell
from bench.tracing.district import Case, District, cases, logins, make, serving
from bench.tracing.district import figures as made_of

TRACES, CHAINS, DAILY, CASES = 40, 7, 3, 100
ISOLATED = dt.timedelta(hours=12)  # after the sample; of ten cases one is at home still
PHONES, LATE = 2, 10  # that were without a network between one morning and the next, and what each brings late
PATIENCE = 180_000  # ms
REST = 60  # seconds after the start in which the worker does what it found undone


class Opened(NamedTuple):
    """Cases of one outbreak, opened before anything is measured: ids on the pages of tracing."""

    outbreak: UUID
    people: Sequence[UUID]


def figures(district: District | None = None) -> list[Figure]:
    """All of figure 4."""
    district = district or make()
    with serving(district) as url:
        opened = _opened(district, cases(district, CASES))
        time.sleep(REST)
        return [*made_of(district), *_pages(district, url, opened), *_daily(district)]


def _pages(district: District, url: str, opened: Opened) -> list[Figure]:
    from playwright.sync_api import sync_playwright

    from scripts.browser import FLAGS
    from scripts.browser import found as chromium

    link = logins(district, url)["Investigator"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en").new_page()
        page.goto(link)
        _traced(page, url, opened.people[0], 1)  # the first of a morning: told, not judged
        runs = [_traced(page, url, person, 1) for person in opened.people[1 : TRACES + 1]]
        with _places(district):
            chains = [_traced(page, url, person, 3) for person in opened.people[1 : CHAINS + 1]]
        browser.close()
    lists, evidence = [run[0] for run in runs], [run[0] + run[1] for run in runs]
    return [
        measured("4", f"from the page to the ranked list with evidence, p95 of {TRACES}", [_p95(lists)], "s", most=1),
        measured("4", "the same, median", lists, "s"),
        measured("4", "and to the page of its first row, with the gates and who was there, p95", [_p95(evidence)], "s"),
        measured("4", "rows of the list that show their stays, least", [min(run[3] for run in runs)], "", least=1),
        measured("4", "contacts on a list, median", [run[2] for run in runs], ""),
        measured("4", f"chains of 3 meetings, p95 of {CHAINS}", [_p95([run[0] for run in chains])], "s", most=3),
        measured("4", "people reached at most, enterprises being places", [max(run[2] for run in chains)], "", least=1),
    ]


def _traced(page: Any, url: str, person: UUID, hops: int) -> tuple[float, float, float, int]:
    """Seconds until the answer stands on the page, seconds more until the page of its first row does, how many were
    found, and how many rows of the list show the stays that are their evidence."""
    page.goto(f"{url}/tracing/person/{person}/")
    form = page.locator("form[action$='/trace/']")
    form.locator("[name=reason]").fill("first case of the drill")
    form.locator("[name=hops]").select_option(str(hops))
    began = time.perf_counter()
    form.locator("button").click()
    _stands(page, "#live .counts, #live .empty")
    took = time.perf_counter() - began
    many = sum(float(text.replace(",", "")) for text in page.locator("#live .counts .many").all_inner_texts())
    shown = page.locator("table details li").evaluate_all("all => new Set(all.map(one => one.closest('tr'))).size")
    if hops > 1 or not page.locator("table a.who").count():
        return took, 0.0, many, shown
    again = time.perf_counter()
    page.locator("table a.who").first.click()
    _stands(page, "article table")
    return took, time.perf_counter() - again, many, shown


def _stands(page: Any, selector: str) -> None:
    """Wait until it is drawn, looked for at every frame: `wait_for_selector` looks twice a second after a while."""
    page.wait_for_function("what => document.querySelector(what)", arg=selector, polling="raf", timeout=PATIENCE)


@contextmanager
def _places(district: District) -> Iterator[None]:
    """A drill has no shops and canteens, and only through such places chains lead: meanwhile its enterprises are
    places in which fifteen minutes make a close contact."""
    district.run("-m", "bench.tracing.product", "call", "enterprise", "place")
    try:
        yield
    finally:
        district.run("-m", "bench.tracing.product", "call", "place", "enterprise")


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _daily(district: District) -> list[Figure]:
    """The run of each morning over all cases, by the tracer, from its being queued to its last answer. The first one
    meets cases that nobody has traced; before each of the others passages come late, at gates of the cases."""
    first, *runs = (_morning(district, PHONES * LATE if number else 0) for number in range(DAILY + 1))
    seconds, untraced = [run["seconds"] for run in runs], CASES - TRACES - 1
    return [
        measured("4", f"the first run over {CASES} cases, {untraced} not traced yet", [first["seconds"]], "s"),
        measured("4", f"the daily run over {CASES} cases, late passages of {PHONES} gates", seconds, "s", most=10),
        exactly("4", "traces that it answered", min(run["done"] for run in (first, *runs)), CASES),
        measured("4", "of which the stays had changed", [run["changed"] for run in runs], "", least=1),
    ]


def _morning(district: District, late: int) -> dict[str, float]:
    told = district.run("-m", "bench.tracing.product", "daily", str(late), role="worker")
    found: dict[str, float] = json.loads(told.strip().splitlines()[-1])
    return found


def _opened(district: District, people: Sequence[Case]) -> Opened:
    told = district.run(
        "-m", "bench.tracing.product", "open", json.dumps([[str(one.person), one.onset.isoformat(),
                                                             one.positive.isoformat()] for one in people]),
    )  # fmt: skip
    given = json.loads(told.strip().splitlines()[-1])
    return Opened(UUID(given["outbreak"]), [UUID(id) for id in given["people"]])


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def main(context: click.Context, as_json: bool) -> None:
    """Trace through the product in a district of 100,000 people."""
    if context.invoked_subcommand is None:
        found = figures()
        tell(found, as_json=as_json)
        sys.exit(0 if are_met(found) else 1)


@main.command("open", hidden=True)
@click.argument("people")
def _open(people: str) -> None:
    """Within the district: one outbreak, and a case for each."""
    _start()
    from kakou.access.models import Staff
    from kakou.access.rules import Permission
    from kakou.access.scope import acting_as, nodes_of
    from kakou.kernel.time import now
    from kakou.people.queries import person_at
    from kakou.places.models import Unit
    from kakou.tracing.actions.cases import CaseFacts, open_case
    from kakou.tracing.actions.outbreaks import close_outbreak, open_outbreak
    from kakou.tracing.models import Involved, Outbreak
    from kakou.tracing.rules.standing import CaseState

    by, at = Staff.objects.get(username="drill-investigator"), now()
    with acting_as(by):
        street = Unit.objects.filter(kind="street", node_id__in=nodes_of(by)[Permission.TRACE]).first()
        assert street
        for before in Outbreak.objects.filter(closed_at=None):  # of an earlier run on a district that was kept
            close_outbreak(before, by=by, at=at)
        outbreak = open_outbreak(node=street.node_id, title="drill", plan="cn-8", by=by, at=at)
        made: list[Involved] = []
        for number, (person, onset, sample) in enumerate(json.loads(people)):
            positive = dt.datetime.fromisoformat(sample)
            facts = CaseFacts(
                CaseState.CONFIRMED, onset_on=dt.date.fromisoformat(onset), positive_at=positive,
                isolated_at=positive + ISOLATED if number % 10 else None,
            )  # fmt: skip
            node = person_at(UUID(person)).node_id
            made.append(open_case(outbreak, UUID(person), facts, node=node, by=by, at=at))
    click.echo(json.dumps({"outbreak": str(outbreak.pk), "people": [str(one.pk) for one in made]}))


@main.command("call", hidden=True)
@click.argument("kind")
@click.argument("other")
def _call(kind: str, other: str) -> None:
    """Within the district: all units of a kind are of another from now on."""
    _start()
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("update places_unit set kind = %s where kind = %s", [other, kind])


_LATE = """with cases as (select subject, since_at, isolated_at from tracing_involved
    where number is not null and outbreak_id = (select id from tracing_outbreak order by opened_at desc limit 1)),
  gates as (select distinct p.node_id from ledger_passage p join cases c using (subject)
    where p.happened_at > %(since)s order by node_id limit %(phones)s)
  insert into ledger_passage (id, node_id, hash, direction, crossed, subject, subject_kind, happened_at, device_at,
    recorded_at, {codes})
  select overlay(gen_random_uuid()::text placing left(l.id::text, 15) from 1 for 15)::uuid, l.node_id, hash, direction,
    crossed, subject, subject_kind, happened_at + interval '7 minutes', device_at, now(), {codes}
  from gates g cross join lateral (select * from ledger_passage p where p.node_id = g.node_id
    and p.happened_at between %(since)s and %(until)s order by p.id limit %(late)s) l"""
_CODES = "purpose, clock, health, travel, vaccination, origin, mask, verdict, reasons, pack"


def _come_late(many: int) -> None:
    """`many` passages more, at gates that cases went through, as an import brings them, and folded."""
    from django.db import connections

    from kakou.kernel.time import now

    with connections["owner"].cursor() as cursor:
        cursor.execute("select max(happened_at) from ledger_passage where happened_at < now()")
        until = cursor.fetchone()[0] - dt.timedelta(days=1)
        asked = {"phones": PHONES, "late": many // PHONES, "since": until - dt.timedelta(days=1), "until": until}
        cursor.execute(_LATE.format(codes=_CODES), asked)
        arrived = now()
        while True:  # the worker folds it
            cursor.execute("select min(recorded_at) from ledger_passage where xid >"
                           " (select xid from ledger_foldcursor where name = 'stays')::text::xid8")  # fmt: skip
            if (cursor.fetchone()[0] or now()) > arrived:
                return
            time.sleep(0.2)


@main.command("daily", hidden=True)
@click.argument("late", type=int)
def _run_daily(late: int) -> None:
    """Within the district: queue the run of the morning, and wait until the tracer has answered it."""
    _start()
    if late:
        _come_late(late)
    from kakou.access.scope import acting_as_system
    from kakou.kernel.time import now
    from kakou.tracing.actions.traces import DAILY as REASON
    from kakou.tracing.models import Trace
    from kakou.tracing.tasks.traces import run_daily

    since, began = now(), time.perf_counter()
    run_daily.defer(timestamp=0)
    while time.perf_counter() - began < PATIENCE / 1_000:
        time.sleep(0.1)
        with acting_as_system():
            rows = dict(Trace.objects.filter(reason=REASON, asked_at__gte=since).values_list("source", "state"))
        if rows and all(state in ("done", "failed") for state in rows.values()):
            break
    took, done = time.perf_counter() - began, sum(state == "done" for state in rows.values())
    with acting_as_system():
        told = Trace.objects.filter(kind=Trace.Kind.CONTACTS, source__in=rows).order_by("asked_at")
        before, after = ({one.source_id: one.basis for one in told.filter(**when)}
                         for when in ({"asked_at__lt": since}, {"asked_at__gte": since}))  # fmt: skip
    changed = sum(before.get(source) != basis for source, basis in after.items())
    click.echo(json.dumps({"seconds": took, "done": done, "changed": changed}))


def _start() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
    import django

    django.setup()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


if __name__ == "__main__":
    main()
