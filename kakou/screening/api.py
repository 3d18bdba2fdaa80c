"""What gate phones ask of screening: open fevers and their steps, and a pass that the phone does not know."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.throttling import BaseThrottle
from pydantic import model_validator

from kakou.access.api import PerPhone, PhoneToken, RefusalOut, phone_asking
from kakou.access.scope import acting_for_phone
from kakou.kernel.time import from_ms, now, to_ms
from kakou.places.queries import entrance_at
from kakou.screening.actions.fever import NewStep, take_step
from kakou.screening.actions.official import ask
from kakou.screening.forms.rules import local_day
from kakou.screening.models import FeverCase
from kakou.screening.official import Asked
from kakou.screening.passes.text import pass_id
from kakou.screening.queries import fever as fevers
from kakou.screening.queries import official, passes
from kakou.screening.rules import TEMPERATURE_RANGE, Look
from kakou.screening.rules.fever import FeverOutcome, FeverStep

router = Router(tags=["gate phones"], auth=PhoneToken())
Text = Annotated[str, Field(min_length=1, max_length=200)]
MOST_OPEN = 200
FARTHEST = 8_000_000_000_000  # ms: as a passage's own offset


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
    offset: int = Field(0, ge=-FARTHEST, le=FARTHEST, description="server minus device, as of a passage (ms)")
    tenths: int | None = Field(None, ge=TEMPERATURE_RANGE[0], le=TEMPERATURE_RANGE[1])
    thermometer: str | None = Field(None, pattern=r"^[a-z0-9_.-]{1,32}$", description="with which it was measured")
    place: Text | None = None
    whom: Text | None = None
    how: Text | None = None
    outcome: FeverOutcome | None = None
    note: Text | None = None


class PassIn(Schema):
    """A pass as it was scanned or typed."""

    text: str = Field(max_length=64)


class CodeIn(Schema):
    """Whose health or travel code to ask the authority for: what the code says, or document and name."""

    look: Literal["health", "travel"]
    shown: str | None = Field(None, min_length=1, max_length=8_000)
    document_kind: str | None = Field(None, min_length=2, max_length=2)
    document_no: str | None = Field(None, min_length=1, max_length=64)
    name: str | None = Field(None, min_length=1, max_length=64)

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.shown is None and self.document_no is None:
            raise ValueError("shown or document_no")
        return self


class CodeOut(Schema):
    """What the authority says: `health` (or `travel`), `_at` and `_region` of a passage, whose `_how` is "official"."""

    result: str
    at: int | None = Field(description="when the code was made, epoch milliseconds")
    region: str | None
    service: str


class PassOut(Schema):
    """What is known of it: a word of `pass_state` of the verdict."""

    state: str


REFUSED = {401: RefusalOut, 404: RefusalOut, 409: RefusalOut, 422: RefusalOut}


@router.get("/fever", response=list[CaseOut])
def open_fevers(request: HttpRequest) -> list[CaseOut]:
    """The open cases around this gate, by what is due first."""
    with acting_for_phone(phone_asking(request).gate):
        return [_told(case) for case in fevers.cases(node=None, ended=False)[:MOST_OPEN]]


@router.post("/fever/{passage}/steps", response={200: CaseOut, **REFUSED}, throttle=[PerPhone("steps", "60/m")])
def step(request: HttpRequest, passage: UUID, given: StepIn) -> CaseOut:
    """Take a step. 404: the case is not known here, perhaps because its passage has not arrived yet: send it first,
    then try again. 409: another step was sent under this id before. 422: another step comes first.
    """
    phone, at = phone_asking(request), now()
    facts = given.model_dump(include={"tenths", "thermometer", "place", "whom", "how", "note"}, exclude_none=True)
    if given.outcome is not None:
        facts["outcome"] = given.outcome.value
    taken_at = from_ms(min(max(given.at + given.offset, 0), to_ms(at)))
    new = NewStep(given.id, FeverStep(given.kind), taken_at, facts)
    with acting_for_phone(phone.gate):
        return _told(take_step(fevers.case_at(passage), new, by=None, at=at, device=phone.id))


@router.post("/passes/check", response={200: PassOut, **REFUSED}, throttle=[PerPhone("passes", "60/m")])
def check_pass(request: HttpRequest, given: PassIn) -> PassOut:
    """Is this pass one of ours? For a phone whose bundle does not know it yet. Says nothing of whose it is."""
    phone, at = phone_asking(request), now()
    id = pass_id(given.text)
    with acting_for_phone(phone.gate) as nodes:
        entrance_at(phone.gate)
        return PassOut(state=passes.state_at_gate(id, nodes=nodes, day=local_day(at)))


# what a gate asks in a queue of a few people a minute, and in a day of several thousand
ASKED_AT_MOST: list[BaseThrottle] = [PerPhone("codes", "20/m"), PerPhone("codes", "2000/d")]


@router.post("/codes/ask", response={200: CodeOut, 503: RefusalOut, **REFUSED}, throttle=ASKED_AT_MOST)
def ask_code(request: HttpRequest, given: CodeIn) -> CodeOut:
    """Ask the authority's query service, where one is connected (`codes` of the bundle). 503: none is, or it gives no
    answer; 404: it knows of no such code; 429: this phone asked too often. Then what is shown is looked at and recorded
    as observed.
    """
    phone, at = phone_asking(request), now()
    asked = Asked(Look(given.look), given.shown, given.document_kind, given.document_no, given.name)
    told = ask(asked, gate=phone.gate, device=phone.id, at=at)
    made = to_ms(told.made_at) if told.made_at else None
    return CodeOut(result=told.result, at=made, region=told.region, service=official.service_name())


def _told(case: FeverCase) -> CaseOut:
    return CaseOut(
        passage=case.pk, state=case.state, outcome=case.outcome, first=case.first, second=case.second,
        limit=case.limit, opened_at=to_ms(case.opened_at), due_at=to_ms(case.due_at) if case.due_at else None,
    )  # fmt: skip
