"""What gate phones ask of screening: open fevers and their steps, and a pass that the phone does not know."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from kakou.access.api import PhoneToken, RefusalOut, phone_asking
from kakou.access.scope import acting_for_phone
from kakou.kernel.time import from_ms, now, to_ms
from kakou.places.queries import entrance_at
from kakou.screening.actions.fever import NewStep, take_step
from kakou.screening.forms.rules import local_day
from kakou.screening.models import FeverCase
from kakou.screening.passes.text import pass_id
from kakou.screening.queries import fever as fevers
from kakou.screening.queries import passes
from kakou.screening.rules import TEMPERATURE_RANGE
from kakou.screening.rules.fever import FeverOutcome, FeverStep

router = Router(tags=["gate phones"], auth=PhoneToken())
Text = Annotated[str, Field(min_length=1, max_length=200)]
MOST_OPEN = 200


class CaseOut(Schema):
    """A fever case, under the id of the passage with the first temperature. Temperatures in tenths of °C."""

    passage: UUID
    state: str
    outcome: str
    first: int
    second: int | None
    limit: int
    opened_at: int = Field(description="epoch milliseconds, UTC")
    due_at: int | None = Field(description="when the next step is overdue; null when it ended")


class StepIn(Schema):
    """A step that was taken: `kind` as in the state table, and what it must say with it."""

    id: UUID = Field(description="UUIDv7 made by the phone: sending it again changes nothing")
    kind: Literal["normal", "still_high", "isolated", "told", "fetched", "arrived", "ended", "noted", "taken_up"]
    at: int = Field(ge=0, le=253_402_300_799_999, description="the phone's clock, epoch milliseconds")
    tenths: int | None = Field(None, ge=TEMPERATURE_RANGE[0], le=TEMPERATURE_RANGE[1])
    place: Text | None = None
    whom: Text | None = None
    how: Text | None = None
    outcome: FeverOutcome | None = None
    note: Text | None = None


class PassIn(Schema):
    """A pass as it was scanned or typed."""

    text: str = Field(max_length=64)


class PassOut(Schema):
    """What is known of it: a word of `pass_state` of the verdict."""

    state: str


REFUSED = {401: RefusalOut, 404: RefusalOut, 409: RefusalOut, 422: RefusalOut}


@router.get("/fever", response=list[CaseOut])
def open_fevers(request: HttpRequest) -> list[CaseOut]:
    """The open cases around this gate, by what is due first."""
    with acting_for_phone(phone_asking(request).gate):
        return [_told(case) for case in fevers.cases(node=None, ended=False)[:MOST_OPEN]]


@router.post("/fever/{passage}/steps", response={200: CaseOut, **REFUSED})
def step(request: HttpRequest, passage: UUID, given: StepIn) -> CaseOut:
    """Take a step. 404: the case is not known here, perhaps because its passage has not arrived yet: send it first,
    then try again. 409: another step was sent under this id before. 422: another step comes first.
    """
    phone, at = phone_asking(request), now()
    facts = given.model_dump(include={"tenths", "place", "whom", "how", "note"}, exclude_none=True)
    if given.outcome is not None:
        facts["outcome"] = given.outcome.value
    new = NewStep(given.id, FeverStep(given.kind), min(from_ms(given.at), at), facts)
    with acting_for_phone(phone.gate):
        return _told(take_step(fevers.case_at(passage), new, by=None, at=at, device=phone.id))


@router.post("/passes/check", response={200: PassOut, **REFUSED})
def check_pass(request: HttpRequest, given: PassIn) -> PassOut:
    """Is this pass one of ours? For a phone whose bundle does not know it yet. Says nothing of whose it is."""
    phone, at = phone_asking(request), now()
    id = pass_id(given.text)
    with acting_for_phone(phone.gate) as nodes:
        entrance_at(phone.gate)
        return PassOut(state=passes.state_at_gate(id, nodes=nodes, day=local_day(at)))


def _told(case: FeverCase) -> CaseOut:
    return CaseOut(
        passage=case.pk, state=case.state, outcome=case.outcome, first=case.first, second=case.second,
        limit=case.limit, opened_at=to_ms(case.opened_at), due_at=to_ms(case.due_at) if case.due_at else None,
    )  # fmt: skip
