"""The drill's writes: settle the land once, plan a run, play it, stop it. All else goes through the real doors."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import suppress

from django.db import transaction

from kakou.access.models import Staff
from kakou.access.queries import told_at
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.drill import queries
from kakou.drill.days.outbox import BATCH, WINDOW_MS
from kakou.drill.models import Run, Settlement, Training
from kakou.drill.playing import Clock, Progress, play
from kakou.drill.rules import DrillRefused, State, check_size, portions
from kakou.drill.scenarios import read
from kakou.drill.settling.guidance import settle_guidance
from kakou.drill.settling.land import settle_land
from kakou.drill.settling.staff import settle_staff
from kakou.drill.world import World
from kakou.kernel.time import day_in
from kakou.ledger.actions.allowances import set_allowance, set_usual
from kakou.ledger.rules import Purpose
from kakou.ledger.stays import VISIT
from kakou.web.queries import site_zone
from kakou.web.turns import wait_for_turn

SEED = 2021
PEOPLE, DAYS = 20_000, 14
FIRST_PEOPLE, FIRST_DAYS = 2_000, 3
WORKING_DAY = dt.timedelta(hours=14)  # a shift and the way through two gates
_PLANNING = "drill's planning"  # a turn: the server's own first days and a command may come at once
Tell = Callable[[Progress], None]


@transaction.atomic
def settle(*, seed: int, at: dt.datetime) -> Settlement:
    """The sub-district of `seed`: its tree, entrances, staff, rules and risk areas. Once per system; again with the
    same seed it returns what is there. Raises NotADrill on a system with places of its own, DrillRefused for another
    seed.
    """
    wait_for_turn(_PLANNING)
    found = queries.settlement_or_empty()
    if found is not None:
        if found.seed != seed:
            raise DrillRefused("This system holds the drill of seed %(seed)d already.", seed=found.seed)
        return found
    world = World(seed)
    units, entrances = settle_land(world, closed_from=at - dt.timedelta(days=30), at=at)
    recorders = settle_staff(world, units, entrances, at=at)
    with acting_as_system():
        settle_guidance(units[0], at=at)
        set_usual(node=units[0], by=None, at=at)
        set_allowance(node=units[0], kind=VISIT, lasts=WORKING_DAY, purpose=Purpose.WORK, by=None, at=at)
    audit.record("drill.settled", subject=None, by=None, at=at, seed=seed, units=len(units))
    return Settlement.objects.create(
        seed=seed, unit_nodes=units, entrance_nodes=entrances, recorders=recorders, made_at=at
    )


@transaction.atomic
def plan(*, people: int, days: int, at: dt.datetime, window_ms: int = WINDOW_MS, batch: int = BATCH) -> Run:
    """The system's first run: residents 0 to `people`, the last `days` days and today up to `at`, told by each gate's
    first phone; of many people the first of several runs, each told by a phone of its own. Raises DrillRefused when
    there is one already."""
    check_size(people, days)
    wait_for_turn(_PLANNING)
    if queries.runs():
        raise DrillRefused("The drill has begun already. Resume it, or start over with an empty system.")
    start = day_in(site_zone(), at) - dt.timedelta(days=days)
    shares = [Run(start=start, until=at, people=[*span], days=[0, days + 1]) for span in portions(people)]
    runs = [_planned(share, at, window_ms, batch) for share in shares]
    return runs[0]


@transaction.atomic
def plan_all(*, seed: int, people: int, days: int, at: dt.datetime) -> None:
    """The first run, or what it lacks of so many people and days. Raises what `settle`, `plan`, `plan_rest` do."""
    settle(seed=seed, at=at)
    (plan_rest if queries.runs() else plan)(people=people, days=days, at=at)


@transaction.atomic
def plan_training(*, name: str, text: str, at: dt.datetime, window_ms: int = WINDOW_MS, batch: int = BATCH) -> Run:
    """The system's first run by the scenario that `text` says: its land, people, days, and what happens on top. Raises
    ScenarioRefused, NotADrill, DrillRefused when there is a run already."""
    scenario = read(text)
    settle(seed=scenario.seed, at=at)
    run = plan(people=scenario.people, days=scenario.days, at=at, window_ms=window_ms, batch=batch)
    Training.objects.create(name=name, text=text, at=at)
    audit.record("drill.training_planned", subject=None, by=None, at=at, scenario=name)
    return run


@transaction.atomic
def plan_rest(*, people: int, days: int, at: dt.datetime, window_ms: int = WINDOW_MS, batch: int = BATCH) -> Run | None:
    """What is missing of `people` residents and `days` days beside the first run, told by each gate's next phones; the
    first of these runs. None when nothing is, or the drill is played by a scenario. Raises DrillRefused when there is
    no first run."""
    check_size(people, days)
    wait_for_turn(_PLANNING)
    known = queries.runs()
    if not known:
        raise DrillRefused("There is no drill on this system yet.")
    if queries.training() is not None:
        return None
    first = known[0]
    before = days - (first.days[1] - 1)
    if len(known) > 1 or (people <= first.people[1] and before <= 0):
        return known[1] if len(known) > 1 else None
    before = max(0, before)
    shares = []
    for low, high in portions(max(people, first.people[1])):
        rest = Run(start=first.start - dt.timedelta(days=before), until=first.until, people=[low, high])
        rest.days = [0, before + first.days[1]]
        if low < first.people[1]:
            rest.but_people, rest.but_days = first.people, [before, before + first.days[1]]
        shares.append(_planned(rest, at, window_ms, batch))
    return shares[0]


def _planned(run: Run, at: dt.datetime, window_ms: int, batch: int) -> Run:
    run.device = len(queries.runs()) + 1
    run.window_ms, run.batch, run.created_at = window_ms, batch, at
    run.save()
    audit.record("drill.planned", subject=str(run.pk), by=None, at=at, people=run.people[1], days=run.days[1])
    return run


def first_days(
    *,
    url: str,
    clock: Clock,
    people: int = FIRST_PEOPLE,
    days: int = FIRST_DAYS,
    seed: int = SEED,
    stop: threading.Event | None = None,
    tell: Tell | None = None,
) -> Run:
    """What a newcomer needs to look around: the land, the staff, and the last `days` days of some people, sent to the
    running server at `url`. Goes on where it was broken off; done, or while another process plays it, it returns at
    once. A drill that is there already is taken as it is, whatever its seed. Raises NotADrill.
    """
    run = _first_run(seed, people, days, clock())
    with suppress(DrillRefused):
        return play(run.pk, url=url, clock=clock, stop=stop or threading.Event(), tell=tell)
    return run


@transaction.atomic
def _first_run(seed: int, people: int, days: int, at: dt.datetime) -> Run:
    wait_for_turn(_PLANNING)
    found = queries.settlement()
    settle(seed=found.seed if found else seed, at=at)
    known = queries.runs()
    return known[0] if known else plan(people=people, days=days, at=at)


@transaction.atomic
def ask_to_stop(run: Run, *, by: Staff | None, at: dt.datetime) -> None:
    """The process that plays the run stops within a second and keeps its place."""
    if not Run.objects.filter(pk=run.pk).exclude(state=State.DONE).update(asked_to_stop=True):
        raise DrillRefused("This run is done, or another process is playing it.")
    Run.objects.filter(pk=run.pk, state=State.WAITING).update(state=State.CANCELLED, ended_at=at)
    audit.record("drill.stopped", subject=str(run.pk), by=by.pk if by else None, at=at, node=told_at((), by))


@transaction.atomic
def let_time_pass(on: bool, *, by: Staff | None, at: dt.datetime) -> None:
    """Whether the story goes on as time passes, or stands still where it was told to."""
    queries.settled()
    if Settlement.objects.filter(goes_on=not on).update(goes_on=on):
        audit.record("drill.time_let_pass", subject=None, by=by.pk if by else None, at=at, node=told_at((), by), on=on)


@transaction.atomic
def ask_to_go_on(run: Run, *, by: Staff | None, at: dt.datetime) -> None:
    """A run that was cancelled or failed waits to be played again. Raises DrillRefused for any other."""
    waits = Run.objects.filter(pk=run.pk, state__in=[State.CANCELLED, State.FAILED])
    if not waits.update(state=State.WAITING, asked_to_stop=False, trouble="", ended_at=None):
        raise DrillRefused("This run is done, or another process is playing it.")
    audit.record("drill.resumed", subject=str(run.pk), by=by.pk if by else None, at=at, node=told_at((), by))
