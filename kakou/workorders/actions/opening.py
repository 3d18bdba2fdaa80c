"""What opens and closes by itself. Many at once is the usual case: one fold opens and heals hundreds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from kakou.access.models import Staff
from kakou.audit import actions as audit
from kakou.audit.rules import Fact, checked_facts
from kakou.kernel.ids import new_id
from kakou.web.actions import announce
from kakou.workorders import queries, rules
from kakou.workorders.events import Happened, kind_of, tell_listeners
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import Again, Kind, NextDue, State, StepKind, Urgency

Cause = str | UUID | int


@dataclass(frozen=True, slots=True)
class Matter:
    """What shall be open: the id of what is wrong, where, and facts that are ids, codes, numbers or times."""

    cause: Cause
    node: int
    facts: Mapping[str, Fact | Sequence[Fact]] = field(default_factory=dict)


class Changed(NamedTuple):
    """An order that took a step, and the nodes by which it is seen."""

    id: UUID
    node: int
    first_node: int


def open_once(
    kind: str, cause: Cause, *, node: int, at: dt.datetime, by: Staff | None = None, **facts: Fact
) -> UUID | None:
    """Open one order; None when it is open already, or was closed by hand for good. See `open_many`."""
    opened = open_many(kind, [Matter(cause, node, facts)], at=at, by=by)
    return opened[0] if opened else None


@transaction.atomic
def open_many(
    kind: str,
    matters: Iterable[Matter],
    *,
    at: dt.datetime,
    by: Staff | None = None,
    urgency: Urgency = Urgency.NORMAL,
) -> list[UUID]:
    """Open an order for every matter that has none; the ids of those opened or reopened. Safe to repeat and to race.

    The owner is whoever answers for the node. `kind` must be registered (KeyError), facts may not be personal
    (PersonalDataInAudit). The caller's scope must hold `close_orders` over the nodes.
    """
    what = kind_of(kind)
    wanted = {str(matter.cause): matter for matter in matters}
    latest = _latest(kind, list(wanted))
    fresh: list[Matter] = []
    healed: list[UUID] = []
    for cause, matter in sorted(wanted.items()):  # in one order: whoever opens the same waits, and never in a ring
        last = latest.get(cause)
        again = rules.judge_again(what, last and last.state, closed_by_hand=bool(last and last.by_hand))
        if again is Again.OPEN:
            fresh.append(matter)
        elif again is Again.REOPEN and last:
            healed.append(last.id)
    opened, broken = _insert(what, fresh, urgency, at, by), _reopen(what, healed, at, by)
    reopened = [one for some in broken.values() for one in some]
    tell(kind, opened + reopened)
    moved(kind, StepKind.OPENED, opened, at, urgency)
    for former, some in broken.items():
        moved(kind, StepKind.REOPENED, some, at, former)
    return [one.id for one in opened + reopened]


@transaction.atomic
def close_causes(
    kind: str,
    causes: Iterable[Cause] | Mapping[Cause, Mapping[str, Fact]],
    *,
    at: dt.datetime,
    by: Staff | None = None,
    **evidence: Fact,
) -> list[UUID]:
    """Close the open orders of `kind` about `causes`, because what they are about healed: the missing exit came in.

    `evidence` (ids and codes) stands in every closing step; a mapping gives each cause its own besides. What is not
    open stays as it is. Returns the ids of those closed.
    """
    own = causes if isinstance(causes, Mapping) else {cause: {} for cause in causes}
    each = {str(cause): checked_facts({**evidence, **facts}) for cause, facts in own.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            # in the order of ids, as hands take several: neither is broken off by the other
            "with held as (select id from workorders_workorder"
            " where kind = %s and cause = any(%s) and state <> all(%s) order by id for update)"
            " update workorders_workorder one"
            " set state = 'closed', closed_at = %s, closed_by_id = %s, escalate_at = null"
            " from held where one.id = held.id returning one.id, node_id, first_node_id, cause",
            [kind, list(each), _ENDED, at, by.pk if by else None],
        )
        rows = cursor.fetchall()
    closed = [Changed(*row[:3]) for row in rows]
    add_steps(StepKind.CLOSED, [(one, each[row[3]]) for one, row in zip(closed, rows, strict=True)], at, by)
    tell(kind, closed)
    moved(kind, StepKind.CLOSED, closed, at)
    return [one.id for one in closed]


def close_cause(kind: str, cause: Cause, *, at: dt.datetime, by: Staff | None = None, **evidence: Fact) -> bool:
    """`close_causes` for one cause; was an order open?"""
    return bool(close_causes(kind, [cause], at=at, by=by, **evidence))


def hold_open(kind: str, causes: Iterable[Cause]) -> set[str]:
    """For which of these causes an order is open; nobody else closes or changes it until the caller's transaction ends.

    Who closes by what he reads of a matter holds its order before he reads, and who opens by what he has just written
    before he opens: so one waits for the other, and neither goes by what is over.
    """
    about = [str(cause) for cause in causes]
    orders = WorkOrder.objects.select_for_update(of=("self",)).filter(kind=kind, cause__in=about)
    return {order.cause for order in orders.filter(state__in=rules.STILL_OPEN).order_by("pk")}


@transaction.atomic
def set_due(kind: str, due: Mapping[Cause, dt.datetime]) -> None:
    """The open orders about these causes fall due then: their matters took a step, and the next has its own time."""
    wanted = {str(cause): due_at for cause, due_at in due.items()}
    late = WorkOrder.objects.filter(kind=kind, cause__in=wanted, state__in=rules.STILL_OPEN)
    other = [order.pk for order in late if order.due_at != wanted[order.cause]]
    # none that somebody closes meanwhile
    held = WorkOrder.objects.select_for_update(of=("self",)).filter(pk__in=other, state__in=rules.STILL_OPEN)
    changed = list(held.order_by("pk"))
    for order in changed:
        order.due_at = order.escalate_at = wanted[order.cause]
    WorkOrder.objects.bulk_update(changed, ["due_at", "escalate_at"])
    tell(kind, [changed_of(order) for order in changed])


@transaction.atomic
def forget_evidence(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> int:
    """Empty what the steps of orders closed before that moment say, notes and evidence of people among it; how many
    steps. That an order was opened and closed, when and by whom stays. Needs the worker's role.
    """
    with connection.cursor() as cursor:
        cursor.execute("select workorders_forget(%s)", [before])
        steps: int = cursor.fetchone()[0]
    if steps:
        audit.record(
            "orders.evidence_forgotten", subject=None, by=by.pk if by else None, at=at, rows=steps,
            until=before.date().isoformat(),
        )  # fmt: skip
    return steps


def changed_of(order: WorkOrder) -> Changed:
    """What steps and open pages are told of an order."""
    return Changed(order.pk, order.node_id, order.first_node_id)


def add_steps(
    kind: StepKind,
    taken: Iterable[tuple[Changed, Mapping[str, object]]],
    at: dt.datetime,
    by: Staff | None,
    *,
    key: UUID | None = None,
) -> None:
    """The steps themselves, each with its facts; `key` of one that was made without a network."""
    Step.objects.bulk_create(
        [
            Step(
                order_id=one.id, node_id=one.node, first_node_id=one.first_node, kind=kind, at=at, by=by,
                facts=dict(facts), key=key,
            )
            for one, facts in taken
        ],
        batch_size=2000,
    )  # fmt: skip


def tell(kind: str, changed: Iterable[Changed]) -> None:
    """Word to open pages, once for each node."""
    for node in sorted({node for _, *nodes in changed for node in nodes}):
        announce("orders.changed", node=node, kind=kind)


def moved(
    kind: str, step: StepKind, changed: Sequence[Changed], at: dt.datetime, urgency: Urgency = Urgency.NORMAL
) -> None:
    """Word to other capabilities, in the same transaction."""
    if changed:
        ids, places = tuple(one.id for one in changed), tuple(one.node for one in changed)
        tell_listeners(Happened(kind, step, ids, places, at, urgency))


class _Latest(NamedTuple):
    id: UUID
    state: State
    by_hand: bool


_ENDED = sorted(state.value for state in rules.ENDED)


def _latest(kind: str, causes: Sequence[str]) -> dict[str, _Latest]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (cause) cause, id, state, closed_by_id is not null from workorders_workorder"
            " where kind = %s and cause = any(%s) order by cause, opened_at desc, id desc",
            [kind, list(causes)],
        )
        return {cause: _Latest(id, State(state), by_hand) for cause, id, state, by_hand in cursor.fetchall()}


def _first_due(kind: Kind, urgency: Urgency, state: State, at: dt.datetime) -> NextDue:
    due = rules.next_due(kind.within(urgency), state, queries.site_calendar(at), begun=at)
    assert due
    return due


def _insert(
    kind: Kind, matters: Sequence[Matter], urgency: Urgency, at: dt.datetime, by: Staff | None
) -> list[Changed]:
    if not matters:
        return []
    answer = queries.who_answers_for({matter.node for matter in matters})
    facts = {str(matter.cause): checked_facts(matter.facts) for matter in matters}
    due = _first_due(kind, urgency, State.REPORTED, at)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into workorders_workorder (id, kind, recurs, cause, node_id, first_node_id, owner_id,"
            " answers_node_id, facts, state, urgency, opened_at, begun_at, pauses, due_at, due_clock, due_provisional,"
            " escalate_at)"
            " select t.id, %s, %s, t.cause, t.node, t.node, t.owner, coalesce(t.answers, t.node), t.facts, 'reported',"
            " %s, %s, %s, '[]', %s, %s, %s, %s"
            " from unnest(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::int[], %s::jsonb[])"
            " as t(id, cause, node, owner, answers, facts)"
            " on conflict do nothing"  # somebody was quicker: it is open, or an event that has its order
            " returning id, node_id, first_node_id, cause",
            [
                kind.name,
                kind.recurs,
                urgency.value,
                at,
                at,
                due.at,
                due.clock.value,
                due.provisional,
                due.at,
                [new_id() for _ in matters],
                list(facts),
                [matter.node for matter in matters],
                [answer[matter.node].staff if matter.node in answer else None for matter in matters],
                [answer[matter.node].node if matter.node in answer else None for matter in matters],
                [json.dumps(fact) for fact in facts.values()],
            ],
        )
        rows = cursor.fetchall()
    changed = [Changed(*row[:3]) for row in rows]
    add_steps(StepKind.OPENED, [(one, facts[row[3]]) for one, row in zip(changed, rows, strict=True)], at, by)
    return changed


def _reopen(kind: Kind, ids: Sequence[UUID], at: dt.datetime, by: Staff | None) -> dict[Urgency, list[Changed]]:
    """Each as urgent as it was; by urgency."""
    changed: dict[Urgency, list[Changed]] = {}
    if not ids:
        return changed
    with connection.cursor() as cursor:
        cursor.execute(
            # nobody closed it by hand since it was looked at
            "select id, urgency from workorders_workorder"
            " where id = any(%s) and state = 'closed' and closed_by_id is null order by id for update",
            [list(ids)],
        )
        held = cursor.fetchall()
        for urgency in sorted({Urgency(row[1]) for row in held}):
            due = _first_due(kind, urgency, State.REOPENED, at)
            cursor.execute(
                "update workorders_workorder set state = 'reopened', closed_at = null, begun_at = %s, pauses = '[]',"
                " answered_at = null, answer_due_at = null, due_at = %s, due_clock = %s, due_provisional = %s,"
                " escalate_at = %s where id = any(%s) returning id, node_id, first_node_id",
                [at, due.at, due.clock.value, due.provisional, due.at, [row[0] for row in held if row[1] == urgency]],
            )
            changed[urgency] = [Changed(*row) for row in cursor.fetchall()]
    add_steps(StepKind.REOPENED, [(one, {}) for some in changed.values() for one in some], at, by)
    return changed
