"""Somebody reports: one request, and exactly one work order for it, however often it is sent."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.services.actions.word import tell_reporter
from kakou.services.models import PHOTOS, TABLE, Photo, Request
from kakou.services.queries.following import four_of
from kakou.services.queries.places import Spot, spot_at
from kakou.services.rules import (
    LINES,
    REQUESTED,
    Contact,
    Picture,
    Report,
    checked_text,
    random_code,
    responsible,
    write_contact,
    write_point,
)
from kakou.services.rules.telling import Word
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter, open_many
from kakou.workorders.models import WorkOrder

KEEP = dt.timedelta(days=90)  # as the ledger keeps passages; longer only what is still open then
_TRIES = 5  # to find a code that nobody has


class Opened(NamedTuple):
    """`is_new`: False when it had been sent before."""

    request: Request
    is_new: bool


def open_request(
    report: Report,
    *,
    key: UUID,
    before: UUID | None = None,
    at: dt.datetime,
    by: Staff | None = None,
    photo: UUID | None = None,
) -> Opened:
    """Take a report. The same `key` again is the same request, whatever it says then; `before`: a key under which it
    may have been sent earlier. `by`: who writes it down for somebody, and must be allowed to at that place; None:
    whoever reports has no account, and adds at this one place.
    `photo`: of `hold_photo`. Raises NotFound for a place where nothing stands, NotAllowed, TextRefused.
    """
    if by is not None:
        access.require(by, Permission.CLOSE_ORDERS, report.place)
    spot, text = known(report.place), checked_text(report.text)
    node = responsible(report.category, spot.around)
    nodes = frozenset({node, report.place})
    with acting_for(dict.fromkeys((Permission.SEE_ORDERS, Permission.CLOSE_ORDERS), nodes)):
        for _ in range(_TRIES):
            if stored := Request.objects.select_related("order").filter(key__in={key, before or key}).first():
                return Opened(stored, False)
            try:
                with transaction.atomic():
                    return Opened(_opened(report, text, node, key=key, by=by, at=at, photo=photo), True)
            except IntegrityError:  # sent twice at the same moment, or the code is somebody's
                continue
    raise RuntimeError("no free code was found for a request")


def known(place: int) -> Spot:
    """The place on that node. Raises NotFound."""
    spot = spot_at(place)
    if spot is None:
        raise NotFound("This place is not known here.")
    return spot


@transaction.atomic
def hold_photo(picture: Picture, *, place: int, at: dt.datetime) -> UUID:
    """Keep a photo until its form is right; within a day `open_request` claims it by this id. Raises NotFound."""
    known(place)
    id, due = new_id(), _due(at)
    with acting_for(dict.fromkeys((Permission.SEE_ORDERS, Permission.CLOSE_ORDERS), frozenset({place}))):
        sealed = seal(vault.store(), due=due, table=PHOTOS, row=id, field="sealed", plain=picture.content)
        Photo.objects.create(
            id=id, node_id=place, handler_id=place, media_type=picture.media_type, size=len(picture.content),
            sealed=sealed, added_at=at, due_on=due,
        )  # fmt: skip
    return id


def _due(at: dt.datetime) -> dt.date:
    return day_in(site_zone(), at) + KEEP


def _opened(
    report: Report, text: str, node: int, *, key: UUID, by: Staff | None, at: dt.datetime, photo: UUID | None
) -> Request:
    id, due = new_id(), _due(at)
    [order] = open_many(REQUESTED.name, [Matter(id, node)], at=at, by=by, urgency=LINES[report.category].clock)
    request = Request.objects.create(
        id=id, code=random_code(), key=key, order_id=order, category=report.category, channel=report.channel,
        language=report.language, box=report.box,
        place_id=report.place, node_id=node, handler_id=node, reported_at=at, recorded_by=by,
        due_on=due, wants_word=report.wants_word and report.contact.reachable,
        text_sealed=_sealed("text_sealed", text.encode(), id, due), **_told(report, id, due),
    )  # fmt: skip
    if photo is not None:
        Photo.objects.filter(pk=photo, request=None).update(request=request, node_id=node, handler_id=node)
    audit.record(
        "request.opened", subject=id, by=by.pk if by else None, at=at, node=node, category=report.category.value,
        channel=report.channel.value,
    )  # fmt: skip
    request.order = WorkOrder.objects.get(pk=order)
    tell_reporter(request, Word.RECEIVED, at=at)
    return request


def _sealed(field: str, plain: bytes, id: UUID, due: dt.date) -> bytes:
    return seal(vault.store(), due=due, table=TABLE, row=id, field=field, plain=plain)


def _told(report: Report, id: UUID, due: dt.date) -> dict[str, bytes]:
    """The columns of the exact point and of the contact; none of what nobody said."""
    told, contact = {}, report.contact
    if report.point is not None:
        told["point_sealed"] = _sealed("point_sealed", write_point(report.point), id, due)
    if contact != Contact():
        told["contact_sealed"] = _sealed("contact_sealed", write_contact(contact), id, due)
    return told | ({"last_four": four_of(id, contact.last_four)} if contact.phone else {})
