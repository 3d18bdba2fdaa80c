"""What people do about an order, one step at a time. Whoever received it first and whoever handles it may both take its
steps (首接负责)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.workorders import queries, rules
from kakou.workorders.actions.opening import add_steps, changed_of, moved, tell
from kakou.workorders.clocks import Pause
from kakou.workorders.events import kind_of
from kakou.workorders.models import Helper, WorkOrder
from kakou.workorders.rules import OrderRefused, Proof, State, StepKind, Urgency

LONGEST_PAUSE = dt.timedelta(days=30)
UNDO = dt.timedelta(minutes=1)  # within which whoever closed an order may say that it was a mistake
_SET_CLOCKS = {"begun_at", "answered_at", "pauses"}


class NotHandedOn(Refusal):
    """Some of several orders cannot be handed on, so none was. `refused`: order → why."""

    code = "orders-not-handed-on"

    def __init__(self, refused: Mapping[UUID, Refusal]) -> None:
        super().__init__("Of these orders %(many)d cannot be handed on, so none was.", many=len(refused))
        self.refused = refused


@transaction.atomic
def accept(order: WorkOrder, *, by: Staff, at: dt.datetime, key: UUID | None = None) -> None:
    """It is ours, and so is what becomes of it. Raises NotAllowed, OrderRefused."""
    now = locked(order, by)
    _take(now, StepKind.ACCEPTED, at=at, by=by, key=key, owner_id=now.owner_id or by.pk)


@transaction.atomic
def dispatch(
    order: WorkOrder, *, unit: int, owner: Staff | None = None, by: Staff, at: dt.datetime, key: UUID | None = None
) -> None:
    """Another unit handles it from now on: whoever answers there, or `owner`. Only the first receiver passes it to
    another, and answers for it still. Raises NotAllowed, also when `owner` may not close it there; OrderRefused."""
    now = locked(order, by)
    access.require(by, Permission.CLOSE_ORDERS, now.first_node_id)
    found = queries.who_answers_for([unit]).get(unit)
    if owner is not None:
        access.require(owner, Permission.CLOSE_ORDERS, unit)
    staff = owner.pk if owner is not None else found.staff if found else None
    if staff is None:
        raise OrderRefused("Nobody answers for that unit. Name somebody, or choose another.")
    _take(
        now, StepKind.DISPATCHED, at=at, by=by, key=key, facts={"unit": unit, "owner": staff}, node_id=unit,
        owner_id=staff, answers_node_id=unit,
    )  # fmt: skip


@transaction.atomic
def begin(order: WorkOrder, *, by: Staff, at: dt.datetime, key: UUID | None = None) -> None:
    """Somebody is at it. Raises NotAllowed, OrderRefused."""
    now = locked(order, by)
    _take(now, StepKind.BEGUN, at=at, by=by, key=key, owner_id=now.owner_id or by.pk)


@transaction.atomic
def give_back(order: WorkOrder, *, reason: str, by: Staff, at: dt.datetime, key: UUID | None = None) -> None:
    """Back to who received it first. Raises NotAllowed, OrderRefused, ReasonUnfit."""
    now = locked(order, by)
    said = {"reason": _said(StepKind.RETURNED, reason)}
    answers = queries.who_answers_for([now.first_node_id]).get(now.first_node_id)
    _take(
        now, StepKind.RETURNED, at=at, by=by, key=key, facts=said, owner_id=answers.staff if answers else None,
        answers_node_id=answers.node if answers else now.first_node_id,
    )  # fmt: skip
    with connection.cursor() as cursor:  # out of his own places: a wall that only this may pass
        cursor.execute("select workorders_give_back(%s)", [now.pk])


@transaction.atomic
def answer(
    order: WorkOrder, *, evidence: Mapping[str, str], by: Staff, at: dt.datetime, key: UUID | None = None
) -> None:
    """The reporter is answered: `evidence` says what was done. Raises as `close`."""
    now = locked(order, by)
    facts = _evidence(now, evidence)
    _take(now, StepKind.ANSWERED, at=at, by=by, key=key, facts=facts, answered_at=at, answer_due_at=now.due_at)


@transaction.atomic
def verify(order: WorkOrder, *, reason: str = "", by: Staff, at: dt.datetime, key: UUID | None = None) -> None:
    """Somebody else than who answered looked whether it is so. Raises NotAllowed, OrderRefused, ReasonUnfit."""
    now = locked(order, by)
    if queries.last_by(now, StepKind.ANSWERED) == by.pk:
        raise OrderRefused("Somebody else than who answered looks whether it is so.")
    facts = {"reason": checked_reason(reason)} if reason.strip() else {}
    _take(now, StepKind.VERIFIED, at=at, by=by, key=key, facts=facts)


@transaction.atomic
def close(
    order: WorkOrder, *, evidence: Mapping[str, str], by: Staff, at: dt.datetime, key: UUID | None = None
) -> None:
    """Close by hand: `evidence` says what was found out or done, each text like an audit reason; a request that was
    answered needs no more.

    Raises NotAllowed, OrderRefused (already closed, evidence missing), ReasonUnfit (a number of a person in the text).
    """
    now = locked(order, by)
    is_answered = State(now.state) in (State.ANSWERED, State.VERIFIED)
    facts = _texts(evidence) if is_answered else _evidence(now, evidence)
    _take(now, StepKind.CLOSED, at=at, by=by, key=key, facts=facts, closed_at=at, closed_by=by)


@transaction.atomic
def reopen(order: WorkOrder, *, reason: str, by: Staff | None, at: dt.datetime) -> None:
    """Open it again, because it was closed or answered too early; `by` None: says whoever asked for it. Its clocks
    begin anew, but go on when whoever closed it takes that back within a minute. Raises NotAllowed, OrderRefused (also
    while another about the same is open, and what closes with its matter only), ReasonUnfit."""
    now = locked(order, by)
    rules.check_by_hand(kind_of(now.kind))
    facts = {"reason": _said(StepKind.REOPENED, reason)}
    try:
        with transaction.atomic():
            _take(
                now, StepKind.REOPENED, at=at, by=by, facts=facts, closed_at=None, closed_by=None, duplicate_of=None,
                **_clocks(now, by, at),
            )  # fmt: skip
    except IntegrityError as twice:
        raise OrderRefused("Another order about the same is open already.") from twice


def _clocks(order: WorkOrder, by: Staff | None, at: dt.datetime) -> dict[str, Any]:
    """Of an order that is opened again."""
    anew: dict[str, Any] = {"answered_at": None, "answer_due_at": None}
    is_his = by is not None and order.closed_by_id == by.pk
    if not is_his or order.closed_at is None or order.closed_at < at - UNDO:
        return anew | {"begun_at": at, "pauses": []}
    former: dict[str, Any] = {"escalate_at": _passed_on_next(order)}
    return former | anew if order.answered_at else former


def _passed_on_next(order: WorkOrder) -> dt.datetime | None:
    """When it was to be passed on before it was closed."""
    last = queries.last_passed_on(order)
    if last is None:
        return order.due_at
    unit = order.answers_node_id or order.node_id
    with acting_as_system():
        above = queries.who_answers_above({unit})[unit]
    return last.at + kind_of(order.kind).again if rules.passed_up(above).to else None


@transaction.atomic
def mark_duplicate(order: WorkOrder, *, of: WorkOrder, by: Staff, at: dt.datetime) -> None:
    """Another order is about the same: whoever reported this one follows that. Raises NotAllowed, OrderRefused."""
    both = WorkOrder.objects.select_for_update(of=("self",)).filter(pk__in=[order.pk, of.pk])
    list(both.order_by("pk"))  # in one order: somebody may be marking that as a duplicate of this
    now, of = locked(order, by), queries.order_at(of.pk)
    rules.check_by_hand(kind_of(now.kind))
    while of.duplicate_of is not None:
        of = of.duplicate_of
    if of.pk == now.pk or of.kind != now.kind:
        raise OrderRefused("Choose another order of the same kind.")
    rules.check_still_open(State(of.state))
    _take(now, StepKind.DUPLICATE, at=at, by=by, facts={"of": str(of.pk)}, duplicate_of=of, closed_at=at, closed_by=by)


@transaction.atomic
def pause(order: WorkOrder, *, until: dt.datetime, reason: str, by: Staff, at: dt.datetime) -> None:
    """Its clocks stand still until then: it waits for somebody outside. Raises as `reopen`."""
    now = locked(order, by)
    rules.check_still_open(State(now.state))
    if not at < until <= at + LONGEST_PAUSE:
        raise OrderRefused("Say until when it waits: within the next 30 days.")
    if waits_until(now, at):
        raise OrderRefused("It waits already. Let it go on first.")
    facts = {"reason": _said(StepKind.PAUSED, reason), "until": until.isoformat()}
    pauses = [*now.pauses, [at.isoformat(), until.isoformat()]]
    _take(now, StepKind.PAUSED, at=at, by=by, facts=facts, pauses=pauses)


@transaction.atomic
def resume(order: WorkOrder, *, by: Staff, at: dt.datetime) -> None:
    """It waits no longer. Raises NotAllowed, OrderRefused when it does not wait."""
    now = locked(order, by)
    if not waits_until(now, at):
        raise OrderRefused("It does not wait.")
    pauses = [*now.pauses[:-1], [now.pauses[-1][0], at.isoformat()]]
    _take(now, StepKind.RESUMED, at=at, by=by, pauses=pauses)


@transaction.atomic
def name_owner(order: WorkOrder, *, owner: Staff, by: Staff, at: dt.datetime) -> None:
    """Make somebody who may close it answer for the order; whoever does already, stays. Raises NotAllowed, also when
    `owner` may not close it, and OrderRefused when it is closed."""
    now = locked(order, by)
    rules.check_still_open(State(now.state))
    access.require(owner, Permission.CLOSE_ORDERS, now.node_id)
    if now.owner_id != owner.pk:
        _take(now, StepKind.OWNER_NAMED, at=at, by=by, facts={"owner": owner.pk}, owner_id=owner.pk)


@transaction.atomic
def hand_on(orders: Iterable[WorkOrder], *, owner: Staff, by: Staff, at: dt.datetime) -> int:
    """Several at once to one who may close them, all or none; how many changed hands. Raises NotHandedOn."""
    changed, refused = 0, {}
    for order in sorted(orders, key=lambda order: order.pk):
        before = order.owner_id
        try:
            name_owner(order, owner=owner, by=by, at=at)
        except Refusal as refusal:  # the others are tried too, so that all that stands in the way is told at once
            refused[order.pk] = refusal
        changed += before != owner.pk
    if refused:
        raise NotHandedOn(refused)
    return changed


@transaction.atomic
def join(order: WorkOrder, *, helper: Staff, by: Staff, at: dt.datetime) -> None:
    """Somebody helps; twice changes nothing. Raises NotAllowed, also when the helper may not see it; OrderRefused."""
    now = locked(order, by)
    rules.check_still_open(State(now.state))
    access.require(helper, Permission.SEE_ORDERS, now.node_id)
    _, is_new = Helper.objects.get_or_create(
        order=now, staff=helper, left_at=None,
        defaults={"node_id": now.node_id, "first_node_id": now.first_node_id, "joined_at": at},
    )  # fmt: skip
    if is_new:
        _take(now, StepKind.HELPER_JOINED, at=at, by=by, facts={"helper": helper.pk})


@transaction.atomic
def leave(order: WorkOrder, *, helper: Staff, by: Staff, at: dt.datetime) -> None:
    """Somebody helps no longer; who did not, changes nothing. Raises NotAllowed."""
    now = locked(order, by)
    if Helper.objects.filter(order=now, staff=helper, left_at=None).update(left_at=at):
        _take(now, StepKind.HELPER_LEFT, at=at, by=by, facts={"helper": helper.pk})


@transaction.atomic
def prove(order: WorkOrder, *, proof: Proof, ref: str, by: Staff, at: dt.datetime, key: UUID | None = None) -> None:
    """Add a photo or a signature (its id), a position, a reading. Raises NotAllowed, OrderRefused when it is closed or
    `ref` is none of that."""
    now = locked(order, by)
    rules.check_still_open(State(now.state))
    facts = {"proof": proof.value, "ref": rules.checked_proof(proof, ref)}
    _take(now, StepKind.PROVED, at=at, by=by, key=key, facts=facts)


@transaction.atomic
def note(order: WorkOrder, *, text: str, by: Staff | None, at: dt.datetime, key: UUID | None = None) -> None:
    """Add what was tried so far; `by` None: what a gate's phone says. Raises NotAllowed, ReasonUnfit."""
    now = locked(order, by)
    add_steps(StepKind.NOTED, [(changed_of(now), {"reason": checked_reason(text)})], at, by, key=key)


def locked(order: WorkOrder, by: Staff | None) -> WorkOrder:
    """The order as it is now, held until the transaction ends. Raises NotAllowed, NotFound."""
    # first: rows that may not be changed stay unlocked
    if by is not None and not by.may(Permission.CLOSE_ORDERS, order.first_node_id):
        access.require(by, Permission.CLOSE_ORDERS, order.node_id)
    now = WorkOrder.objects.select_for_update(of=("self",)).filter(pk=order.pk).first()
    if now is None:
        raise NotFound("This order is not known here.")
    return now


def pauses_of(order: WorkOrder) -> list[Pause]:
    """When its clocks stood still."""
    return [Pause(*map(dt.datetime.fromisoformat, pause)) for pause in order.pauses]


def waits_until(order: WorkOrder, at: dt.datetime) -> dt.datetime | None:
    """Until when it waits; None: it does not."""
    return next((pause.until for pause in pauses_of(order) if pause.until > at), None)


def _said(kind: StepKind, reason: str) -> str:
    if kind in rules.NEED_A_REASON and not reason.strip():
        raise OrderRefused("Say why: whoever reads it next decides by that.")
    return checked_reason(reason)


def _texts(evidence: Mapping[str, str]) -> dict[str, str]:
    return {name: checked_reason(text) for name, text in evidence.items() if text}


def _evidence(order: WorkOrder, evidence: Mapping[str, str]) -> dict[str, str]:
    rules.check_evidence(kind_of(order.kind), evidence, queries.proofs_of(order))
    return _texts(evidence)


def _take(
    order: WorkOrder,
    kind: StepKind,
    *,
    at: dt.datetime,
    by: Staff | None,
    facts: Mapping[str, object] | None = None,
    key: UUID | None = None,
    **changes: Any,
) -> None:
    """Take one step: the new state from the table, when it is due then, the step, the audit event, the word to open
    pages. An order that goes on is passed on only after its new time."""
    what = kind_of(order.kind)
    state = rules.step(what.flow, State(order.state), kind)
    before = changed_of(order)
    for name, value in changes.items():
        setattr(order, name, value)
    due = rules.next_due(
        what.within(Urgency(order.urgency)), state, queries.site_calendar(at), begun=order.begun_at,
        answered=order.answered_at, pauses=pauses_of(order),
    )  # fmt: skip
    if due is None:
        changes["escalate_at"] = None
    elif due.clock.value != order.due_clock or changes.keys() & _SET_CLOCKS:  # else a matter's own due time holds
        changes |= {"due_at": due.at, "due_clock": due.clock.value, "due_provisional": due.provisional}
        changes["escalate_at"] = due.at
    if WorkOrder.objects.filter(pk=order.pk).update(state=state, **changes) != 1:
        raise NotFound("This order is not known here.")
    add_steps(kind, [(changed_of(order), facts or {})], at, by, key=key)
    audit.record(
        f"order.{kind.value}", subject=order.pk, by=by.pk if by else None, at=at, node=order.node_id, kind=order.kind
    )
    tell(order.kind, [before, changed_of(order)])
    moved(order.kind, kind, [changed_of(order)], at)
