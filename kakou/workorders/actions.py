"""The only writes of work orders. Many at once is the usual case: one fold opens and heals hundreds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import Fact, checked_facts, checked_reason
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.web.actions import announce
from kakou.workorders import queries, rules
from kakou.workorders.events import kind_of
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import Again, Kind, State, StepKind

Cause = str | UUID | int


@dataclass(frozen=True, slots=True)
class Matter:
    """What shall be open: the id of what is wrong, where, and facts that are ids, codes, numbers or times."""

    cause: Cause
    node: int
    facts: Mapping[str, Fact | Sequence[Fact]] = field(default_factory=dict)


def open_once(
    kind: str, cause: Cause, *, node: int, at: dt.datetime, by: Staff | None = None, **facts: Fact
) -> UUID | None:
    """Open one order; None when it is open already, or was closed by hand for good. See `open_many`."""
    opened = open_many(kind, [Matter(cause, node, facts)], at=at, by=by)
    return opened[0] if opened else None


@transaction.atomic
def open_many(kind: str, matters: Iterable[Matter], *, at: dt.datetime, by: Staff | None = None) -> list[UUID]:
    """Open an order for every matter that has none; the ids of those opened or reopened. Safe to repeat and to race.

    The owner is whoever answers for the node. `kind` must be registered (KeyError), facts may not be personal
    (PersonalDataInAudit). The caller's scope must hold `close_orders` over the nodes.
    """
    what = kind_of(kind)
    wanted = {str(matter.cause): matter for matter in matters}
    latest = _latest(kind, list(wanted))
    fresh: list[Matter] = []
    healed: list[UUID] = []
    for cause, matter in wanted.items():
        last = latest.get(cause)
        again = rules.judge_again(what, last and last.state, closed_by_hand=bool(last and last.by_hand))
        if again is Again.OPEN:
            fresh.append(matter)
        elif again is Again.REOPEN and last:
            healed.append(last.id)
    changed = _insert(what, fresh, at, by) + _reopen(what, healed, at, by)
    _tell(kind, changed)
    return [id for id, _ in changed]


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
            "update workorders_workorder set state = 'closed', closed_at = %s, closed_by_id = %s"
            " where kind = %s and cause = any(%s) and state <> 'closed' returning id, node_id, cause",
            [at, by.pk if by else None, kind, list(each)],
        )
        rows = cursor.fetchall()
    _steps(StepKind.CLOSED, [(id, node, each[cause]) for id, node, cause in rows], at, by)
    closed = [(id, node) for id, node, _ in rows]
    _tell(kind, closed)
    return [id for id, _ in closed]


def close_cause(kind: str, cause: Cause, *, at: dt.datetime, by: Staff | None = None, **evidence: Fact) -> bool:
    """`close_causes` for one cause; was an order open?"""
    return bool(close_causes(kind, [cause], at=at, by=by, **evidence))


@transaction.atomic
def set_due(kind: str, due: Mapping[Cause, dt.datetime]) -> None:
    """The open orders about these causes fall due then: their matters took a step, and the next has its own time."""
    wanted = {str(cause): due_at for cause, due_at in due.items()}
    late = WorkOrder.objects.filter(kind=kind, cause__in=wanted, state__in=rules.STILL_OPEN)
    changed = [order for order in late if order.due_at != wanted[order.cause]]
    for order in changed:
        order.due_at = wanted[order.cause]
    WorkOrder.objects.bulk_update(changed, ["due_at"])
    _tell(kind, [(order.pk, order.node_id) for order in changed])


@transaction.atomic
def close(order: WorkOrder, *, evidence: Mapping[str, str], by: Staff, at: dt.datetime) -> None:
    """Close by hand: `evidence` says what was found out or done, each text like an audit reason.

    Raises NotAllowed, OrderRefused (already closed, evidence missing), ReasonUnfit (a number of a person in the text).
    """
    now = _locked(order, by)
    rules.check_evidence(kind_of(now.kind), evidence)
    facts = {name: checked_reason(text) for name, text in evidence.items() if text}
    _set(now, StepKind.CLOSED, at=at, by=by, facts=facts, closed_at=at, closed_by=by)


@transaction.atomic
def reopen(order: WorkOrder, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """Open a closed order again, because it was closed too early. Raises NotAllowed, OrderRefused, ReasonUnfit."""
    now = _locked(order, by)
    due = rules.due_at(kind_of(now.kind), at)
    _set(now, StepKind.REOPENED, at=at, by=by, facts={"reason": checked_reason(reason)}, due_at=due)


@transaction.atomic
def name_owner(order: WorkOrder, *, owner: Staff, by: Staff, at: dt.datetime) -> None:
    """Make somebody who may close it answer for the order; whoever does already, stays. Raises NotAllowed, also when
    `owner` may not close it, and OrderRefused when it is closed."""
    now = _locked(order, by)
    rules.check_owner_matters(State(now.state))
    access.require(owner, Permission.CLOSE_ORDERS, now.node_id)
    if now.owner_id == owner.pk:
        return
    _set(now, StepKind.OWNER_NAMED, at=at, by=by, facts={"owner": owner.pk}, owner=owner)


@transaction.atomic
def note(order: WorkOrder, *, text: str, by: Staff | None, at: dt.datetime) -> None:
    """Add what was tried so far; `by` None: what a gate's phone says. Raises NotAllowed, ReasonUnfit."""
    now = _locked(order, by)
    _steps(StepKind.NOTED, [(now.pk, now.node_id, {"reason": checked_reason(text)})], at, by)


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


class _Latest(NamedTuple):
    id: UUID
    state: State
    by_hand: bool


def _latest(kind: str, causes: Sequence[str]) -> dict[str, _Latest]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (cause) cause, id, state, closed_by_id is not null from workorders_workorder"
            " where kind = %s and cause = any(%s) order by cause, opened_at desc, id desc",
            [kind, list(causes)],
        )
        return {cause: _Latest(id, State(state), by_hand) for cause, id, state, by_hand in cursor.fetchall()}


def _insert(kind: Kind, matters: Sequence[Matter], at: dt.datetime, by: Staff | None) -> list[tuple[UUID, int]]:
    if not matters:
        return []
    owners = queries.who_answers_for({matter.node for matter in matters})
    facts = {str(matter.cause): checked_facts(matter.facts) for matter in matters}
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into workorders_workorder (id, kind, cause, node_id, owner_id, facts, state, opened_at, due_at)"
            " select t.id, %s, t.cause, t.node, t.owner, t.facts, 'open', %s, %s"
            " from unnest(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::jsonb[])"
            " as t(id, cause, node, owner, facts)"
            " on conflict (kind, cause) where state <> 'closed' do nothing returning id, node_id, cause",
            [
                kind.name,
                at,
                rules.due_at(kind, at),
                [new_id() for _ in matters],
                list(facts),
                [matter.node for matter in matters],
                [owners.get(matter.node) for matter in matters],
                [json.dumps(fact) for fact in facts.values()],
            ],
        )
        rows = cursor.fetchall()
    _steps(StepKind.OPENED, [(id, node, facts[cause]) for id, node, cause in rows], at, by)
    return [(id, node) for id, node, _ in rows]


def _reopen(kind: Kind, ids: Sequence[UUID], at: dt.datetime, by: Staff | None) -> list[tuple[UUID, int]]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "update workorders_workorder set state = 'reopened', closed_at = null, due_at = %s"
            " where id = any(%s) and state = 'closed' returning id, node_id",
            [rules.due_at(kind, at), list(ids)],
        )
        rows: list[tuple[UUID, int]] = cursor.fetchall()
    _steps(StepKind.REOPENED, [(id, node, {}) for id, node in rows], at, by)
    return rows


def _steps(
    kind: StepKind, taken: Iterable[tuple[UUID, int, Mapping[str, object]]], at: dt.datetime, by: Staff | None
) -> None:
    Step.objects.bulk_create(
        [Step(order_id=id, node_id=node, kind=kind, at=at, by=by, facts=dict(facts)) for id, node, facts in taken],
        batch_size=2000,
    )


def _locked(order: WorkOrder, by: Staff | None) -> WorkOrder:
    if by is not None:
        access.require(by, Permission.CLOSE_ORDERS, order.node_id)  # first: rows that may not be changed stay unlocked
    now = WorkOrder.objects.select_for_update().filter(pk=order.pk).first()
    if now is None:
        raise NotFound("This order is not known here.")
    return now


def _set(
    order: WorkOrder, kind: StepKind, *, at: dt.datetime, by: Staff, facts: Mapping[str, object], **changes: object
) -> None:
    """Take one step: the new state from the table, the step, the audit event, the word to open pages."""
    state = rules.step(State(order.state), kind)
    if state is State.REOPENED and kind is StepKind.REOPENED:
        changes |= {"closed_at": None, "closed_by": None}
    if WorkOrder.objects.filter(pk=order.pk, state=order.state).update(state=state, **changes) != 1:
        raise NotFound("This order is not known here.")
    _steps(kind, [(order.pk, order.node_id, facts)], at, by)
    audit.record(f"order.{kind.value}", subject=order.pk, by=by.pk, at=at, node=order.node_id, kind=order.kind)
    _tell(order.kind, [(order.pk, order.node_id)])


def _tell(kind: str, changed: Iterable[tuple[UUID, int]]) -> None:
    for node in sorted({node for _, node in changed}):
        announce("orders.changed", node=node, kind=kind)
