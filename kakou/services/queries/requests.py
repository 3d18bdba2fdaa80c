"""Requests as staff see them: what is said with every number in it masked, who said it masked, where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.notices.adapters import Whom
from kakou.notices.queries.people import way_from
from kakou.notices.rules import masked
from kakou.places.geo import Position
from kakou.services.models import PHOTOS, TABLE, Photo, Request
from kakou.services.rules import (
    MOST_COMPARED,
    NOTICED,
    REQUESTED,
    WITHIN,
    Category,
    Channel,
    Contact,
    Rating,
    alike,
    likeness,
    read_contact,
    read_point,
    spaced,
)
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import Kind, mask
from kakou.vault.sealing import unseal
from kakou.workorders.events import Opinion, Tally
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import ENDED, STILL_OPEN, State, StepKind

MOST_SUGGESTED = 5
BRIEF = 60  # characters of the text in a list


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as anybody allowed on the page may see it. "" what was never told, or destroyed."""

    row: Request
    text: str
    remark: str
    name: str
    phone: str

    @property
    def code(self) -> str:
        """As it is read out."""
        return spaced(self.row.code)

    @property
    def category(self) -> Category:
        """What it is about."""
        return Category(self.row.category)

    @property
    def channel(self) -> Channel:
        """By which way it came."""
        return Channel(self.row.channel)

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row.order.state)

    @property
    def brief(self) -> str:
        """The beginning of the text, in one line."""
        line = " ".join(self.text.split())
        return line if len(line) <= BRIEF else line[: BRIEF - 1] + "…"

    def late(self, at: dt.datetime) -> bool:
        """Is it past its time?"""
        return self.state in STILL_OPEN and at > self.row.order.due_at


@dataclass(frozen=True, slots=True)
class Suggested:
    """Another request that may be about the same; `likeness` from 0 to 1."""

    seen: Seen
    likeness: float


def request_at(id: UUID) -> Request:
    """One request. Raises NotFound, also when it lies outside the reader's scope."""
    found = Request.objects.select_related("order", "order__owner", "recorded_by", "rated_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such request here.")
    return found


def listed(*, node: int | None = None, closed: bool = False, category: str = "") -> QuerySet[Request]:
    """Requests in scope, at `node` and below: what is open soonest due first, what is closed latest first."""
    found = Request.objects.select_related("order", "order__owner").filter(
        order__state__in=ENDED if closed else STILL_OPEN
    )
    if node is not None:
        below = Closure.objects.filter(ancestor_id=node).values("descendant_id")
        found = found.filter(Q(node_id__in=below) | Q(handler_id__in=below))
    if category:
        found = found.filter(category=category)
    return found.order_by(*(("-order__closed_at", "-id") if closed else ("order__due_at", "id")))


def seen(request: Request) -> Seen:
    """As pages show it."""
    contact = contact_of(request)
    hide = partial(_masked, phone=contact.phone)
    return Seen(
        request, hide(text_of(request)), hide(_opened(request, "remark_sealed")), mask(Kind.NAME, contact.name),
        mask(Kind.RECEIVER, contact.phone),
    )  # fmt: skip


def _masked(text: str, *, phone: str) -> str:
    """As any text, and without the end of the number of whoever reported: with the code it opens his page."""
    hidden = masked(text)
    return hidden.replace(mask(Kind.PHONE, phone), mask(Kind.RECEIVER, phone)) if phone else hidden


def text_of(request: Request) -> str:
    """What was said, numbers and all: for comparing only."""
    return _opened(request, "text_sealed")


def contact_of(request: Request) -> Contact:
    """Who reported. To be shown masked only."""
    told = _opened(request, "contact_sealed")
    return read_contact(told.encode()) if told else Contact()


def is_reached(request: Request) -> bool:
    """Does a channel that may write to people reach whoever reported?"""
    contact = contact_of(request)
    return way_from(request.place_id, Whom(contact.phone, contact.email))


def point_of(request: Request) -> Position | None:
    """Where exactly it is, as whoever reported said; None where nobody did, or it is destroyed."""
    told = _opened(request, "point_sealed")
    return read_point(told.encode()) if told else None


def photo_of(request: Request) -> tuple[str, bytes]:
    """Media type and file of the photo that came with it. Raises NotFound."""
    photo = Photo.objects.filter(request=request).first()
    if photo is None:
        raise NotFound("There is no photo with this request.")
    try:
        plain = unseal(vault.store(), table=PHOTOS, row=photo.pk, field="sealed", sealed=bytes(photo.sealed))
    except KeyDestroyed:
        raise NotFound("There is no photo with this request.") from None
    return photo.media_type, plain


def has_photo(request: Request) -> bool:
    """Did one come with it?"""
    return Photo.objects.filter(request=request).exists()


def alike_to(request: Request) -> list[Suggested]:
    """Requests in scope that may be about the same, the most alike first.

    Compared are the newest MOST_COMPARED of the same unit within a fortnight. The database cannot compare them: it has
    the texts sealed only, an index of their trigrams would tell what they say, and in the C locale of ours pg_trgm
    takes no Chinese character for a letter.
    """
    since, until = request.reported_at - WITHIN, request.reported_at + WITHIN
    others = (
        Request.objects.select_related("order")
        .filter(Q(node_id=request.node_id) | Q(place_id=request.place_id), reported_at__range=(since, until))
        .exclude(pk=request.pk)
        .exclude(order__state=State.DUPLICATE)
        .order_by("-reported_at")[:MOST_COMPARED]
    )
    mine = text_of(request)
    found = [Suggested(seen(other), _likeness(request, mine, other)) for other in others]
    near = sorted((one for one in found if one.likeness >= NOTICED), key=lambda one: -one.likeness)
    return near[:MOST_SUGGESTED]


def _likeness(request: Request, text: str, other: Request) -> float:
    return alike(
        likeness(text, text_of(other)), same_place=request.place_id == other.place_id,
        same_category=request.category == other.category, apart=request.reported_at - other.reported_at,
    )  # fmt: skip


def answer_of(order: WorkOrder) -> str:
    """What was answered last; "" before, and when it was destroyed."""
    steps = order.steps.filter(kind=StepKind.ANSWERED, at__gte=order.begun_at).order_by("-id")
    facts = steps.values_list("facts", flat=True).first()
    return str((facts or {}).get("answer", ""))


def in_scope(requests: Sequence[Request]) -> list[Seen]:
    """Several, in their order."""
    return [seen(request) for request in requests]


def _opened(request: Request, field: str) -> str:
    sealed = getattr(request, field)
    if sealed is None:
        return ""
    try:
        return unseal(vault.store(), table=TABLE, row=request.pk, field=field, sealed=bytes(sealed)).decode()
    except KeyDestroyed:
        return ""


def satisfied(since: dt.datetime, until: dt.datetime, node: int | None) -> Tally:
    """Of the requests reported in that time, at `node` and below: how many were rated well, of how many rated. What
    was joined with another counts nowhere."""
    found = Request.objects.filter(order__opened_at__gte=since, order__opened_at__lt=until).exclude(rating="")
    found = found.exclude(order__state=State.DUPLICATE)
    if node is not None:
        below = Closure.objects.filter(ancestor_id=node).values("descendant_id")
        found = found.filter(Q(order__node_id__in=below) | Q(order__first_node_id__in=below))
    well = Count("id", filter=Q(rating__in=(Rating.VERY, Rating.OK)))
    told = found.aggregate(well=well, rated=Count("id"))
    return Tally(REQUESTED.name, told["well"], told["rated"])


SATISFACTION = Opinion(
    "satisfaction",
    gettext_noop("Satisfied"),
    gettext_noop("requests rated very satisfied or all right ÷ requests that were rated; each by its last rating"),
    satisfied,
)
