"""The forms on the page of one order: which of them there are, and the one that was sent with something wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.forms import Form
from django.utils.translation import gettext

from kakou.access.models import Staff
from kakou.access.pages import StaffRequest
from kakou.access.queries import holders_of
from kakou.access.rules import ROLES, Permission, Role
from kakou.ledger.forms.orders import (
    DuplicateForm,
    EvidenceForm,
    HelperForm,
    NoteForm,
    OwnerForm,
    PictureForm,
    ProofForm,
    ReopenForm,
)
from kakou.ledger.pages import frame, order_steps
from kakou.ledger.pages.loop_rows import Row, rows_of
from kakou.ledger.pages.order_words import PROOFS
from kakou.ledger.templatetags.ledger import called
from kakou.web.kit import times
from kakou.workorders import queries
from kakou.workorders.events import kind_of
from kakou.workorders.figures.alike import alike
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import SHOWN, Proof, State, StepKind, steps_from

Tried = tuple[str, Form] | None  # the name of a form here, and the form as it was sent


class Asked(NamedTuple):
    """A proof that the order asks for, or that may be added to any; `form`: how it is added here."""

    proof: Proof
    words: str
    needed: bool
    there: bool
    form: Form


def forms_of(request: StaffRequest, order: WorkOrder, *, may_close: bool, tried: Tried) -> dict[str, Any]:
    """What the template needs; without the right to close, only the form that opens an order again."""

    def given(name: str, make: Callable[[], Form]) -> Form:
        return tried[1] if tried and tried[0] == name else make()

    found: dict[str, Any] = {"again": given("again", ReopenForm), "offers": []}
    if not may_close:
        return found
    kind = kind_of(order.kind)
    closers = in_words(holders_of(Permission.CLOSE_ORDERS, order.node_id))
    next_ones = steps_from(kind.flow, State(order.state)) if kind.by_hand else []
    needed = not order_steps.is_answered(order)
    found |= {
        "form": given("close", lambda: EvidenceForm(kind, needed=needed)) if StepKind.CLOSED in next_ones else None,
        "note": given("note", NoteForm),
        "owner": given("owner", lambda: OwnerForm(closers=closers, initial={"owner": order.owner_id})),
        "helper": given("helper", lambda: HelperForm(others=_able(order))),
        "offers": order_steps.offers(order, request.now, tried=tried),
        "proofs": _proofs(order, kind.proof, given),
        "may_take": order.owner_id != request.staff.pk and request.staff.pk in dict(closers),
    }
    if StepKind.DUPLICATE in next_ones and (others := others_like(order)):
        found["duplicate"] = given("duplicate", lambda: DuplicateForm(others=others))
    return found


def others_like(order: WorkOrder) -> list[tuple[UUID, str]]:
    """Open orders that may be about the same, each in words by which it is told from the others."""
    rows = rows_of([queries.as_open(one, one.opened_at) for one in alike(order)])
    return [(row.open.order.pk, _words(row, order)) for row in rows]


def _words(row: Row, order: WorkOrder) -> str:
    opened = gettext("opened %(at)s") % {"at": times.moment(row.open.order.opened_at, order.opened_at)}
    who = called(row.label) if row.label else row.phone
    return " · ".join(part for part in (row.place, who, row.said, opened) if part)


def in_words(held: Iterable[tuple[Staff, Role]]) -> list[tuple[int, str]]:
    """Accounts to choose from, each with the role that makes it a choice."""
    return [(staff.pk, f"{frame.title_of(staff)} · {gettext(ROLES[role].title)}") for staff, role in held]


def by_id(held: Iterable[tuple[Staff, Role]]) -> dict[int, Staff]:
    """The same accounts, to be found by what was chosen."""
    return {staff.pk: staff for staff, _ in held}


def _able(order: WorkOrder) -> list[tuple[int, str]]:
    """Who could help: whoever sees it, but for those who do already and who answers for it."""
    busy = {helper.staff_id for helper in queries.helpers_of(order)} | {order.owner_id}
    held = holders_of(Permission.SEE_ORDERS, order.node_id)
    return in_words((staff, role) for staff, role in held if staff.pk not in busy)


def _proofs(order: WorkOrder, asked: frozenset[Proof], given: Callable[[str, Callable[[], Form]], Form]) -> list[Asked]:
    there = queries.proofs_of(order)
    return [
        Asked(proof, gettext(PROOFS[proof]), proof in asked, proof in there, given(proof.value, _form(proof)))
        for proof in Proof
        if proof in asked or proof in SHOWN
    ]


def _form(proof: Proof) -> Callable[[], Form]:
    return lambda: proof_form(proof)


def proof_form(proof: Proof, *sent: object) -> Form:
    """The form by which it is added."""
    make = PictureForm if proof in SHOWN else ProofForm
    return make(proof, *sent, auto_id=f"id_{proof.value}_%s")
