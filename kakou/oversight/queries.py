"""Reads of the audit, within the places over which the reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kakou.access.events import registry as known
from kakou.access.models import Closure, Device, Staff
from kakou.audit.models import Event
from kakou.oversight.rules import THINGS, Drawer

PHONES = ("device.", "chain.", "outbox.")  # acts whose subject is a phone


@dataclass(frozen=True, slots=True)
class Told:
    """One event with its names; `about` is empty for what only has an id."""

    event: Event
    who: str
    where: str
    about: str


def events(*, below: int | None = None, drawer: Drawer | None = None, who: int | None = None) -> QuerySet[Event]:
    """Events in scope, the newest first: all, or at a node and below, of one drawer, of one account."""
    found = Event.objects.order_by("-seq")
    if below is not None:
        found = found.filter(node__in=Closure.objects.filter(ancestor_id=below).values("descendant_id"))
    if drawer is not None:
        found = found.filter(_in(drawer))
    return found if who is None else found.filter(by=who)


def _in(drawer: Drawer) -> Q:
    wanted = Q()
    for thing in THINGS[drawer]:
        wanted |= Q(action__startswith=thing) if thing.endswith(".") else Q(action=thing)
    for earlier in THINGS:
        if earlier is drawer:
            break
        whole = [thing for thing in THINGS[earlier] if not thing.endswith(".")]
        wanted &= ~Q(action__in=whole)
    return wanted


def told(found: Sequence[Event]) -> list[Told]:
    """Events with the names of who, where and what about: four queries, however many."""
    about_staff = {event: _number(event.subject) for event in found if event.action.startswith(("role.", "staff."))}
    about_phone = {event: _number(event.subject) for event in found if event.action.startswith(PHONES)}
    staff = names_of({event.by for event in found} | set(about_staff.values()))
    phones = dict(Device.objects.filter(pk__in=set(about_phone.values())).values_list("pk", "name"))
    places = known.names(frozenset(event.node for event in found if event.node is not None))
    return [
        Told(
            event,
            staff.get(event.by, ""),
            places.get(event.node or 0, ""),
            staff.get(about_staff.get(event), "") or phones.get(about_phone.get(event) or 0, "") or _named(event),
        )
        for event in found
    ]


def names_of(ids: Collection[int | None]) -> dict[int | None, str]:
    """Staff id → duty title, or account name."""
    rows = Staff.objects.filter(pk__in=[id for id in ids if id is not None]).values_list("pk", "display", "username")
    return {pk: display or username for pk, display, username in rows}


def _named(event: Event) -> str:
    """A key is called by its day, which is its subject."""
    return event.subject if event.action in ("key.destroyed", "key.destroyed_again") else ""


def _number(subject: str) -> int:
    return int(subject) if subject.isascii() and subject.isdecimal() and len(subject) < 10 else 0
