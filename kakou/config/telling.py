"""Of which events a group may be told, and how steps of work orders become events: neither side knows the other."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kakou.ledger.calls import KINDS as CALLS
from kakou.notices.actions import hear
from kakou.notices.events import AT_ONCE, GATHERED, Event, register_event
from kakou.screening.actions.fever import FEVER
from kakou.services.rules import REQUESTED
from kakou.workorders.events import KINDS, Happened
from kakou.workorders.rules import StepKind, Urgency

LOOPS, REQUESTS, DIRECTIVES = "/ledger/loops/", "/services/", "/directives/"
PASSED_ON = Event("order.passed_on", gettext_noop("An order was late and is passed on"), LOOPS)
EMERGENCY = Event(
    "request.emergency", gettext_noop("An emergency was reported"), REQUESTS, wait=AT_ONCE, wakes=True
)  # fmt: skip
# kinds of order of which people want to hear at once, at night too
WAKES = frozenset({FEVER.name, "gate_help", "fever_walked"})
PAGES = {REQUESTED.name: REQUESTS, "directive": DIRECTIVES}
assert "gate_help" in {kind.name for kind in CALLS.values()}


def register_events() -> None:
    """An event for every kind of order that is known, and those that are of all kinds. Twice changes nothing."""
    register_event(EMERGENCY)
    register_event(PASSED_ON)
    for kind in KINDS.values():
        wakes = kind.name in WAKES
        register_event(
            Event(f"opened.{kind.name}", kind.title, PAGES.get(kind.name, LOOPS), AT_ONCE if wakes else GATHERED, wakes)
        )


def tell_groups(happened: Happened) -> None:
    """What was opened, opened again or passed on is heard by the groups that want to."""
    event = _event(happened)
    if event is not None:
        moment = happened.at.isoformat()
        keys = {f"{event}:{id}:{moment}": node for id, node in zip(happened.orders, happened.places, strict=True)}
        hear(event, keys, at=happened.at)


def _event(happened: Happened) -> str | None:
    if happened.step is StepKind.ESCALATED:
        return PASSED_ON.name
    if happened.step not in (StepKind.OPENED, StepKind.REOPENED):
        return None
    if happened.kind == REQUESTED.name and happened.urgency is Urgency.EMERGENCY:
        return EMERGENCY.name
    return f"opened.{happened.kind}"
