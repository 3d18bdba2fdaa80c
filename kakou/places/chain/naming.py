"""The only writes: who answers, who serves whom, the photo of a seal."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Node, Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.kernel.photos import Picture
from kakou.places.chain import rules
from kakou.places.chain.rules import Named
from kakou.places.models import Entrance, Responsible, SealPicture, Serving, Unit
from kakou.places.rules import PlaceRefused, UnitKind
from kakou.vault.sealing import seal

TABLE, PHOTOS = "places_responsible", "places_sealpicture"


@transaction.atomic
def name_responsible(node: int, told: Named, *, by: Staff | None, at: dt.datetime) -> Responsible:
    """Make somebody answer for the place on `node`, in place of who did. Raises NotFound, NotAllowed, PlaceRefused."""
    _require(by, node)
    named, id, due = rules.check_named(told), new_id(), (at + rules.NAMED_FOR).date()
    if not (Unit.objects.filter(node_id=node).exists() or Entrance.objects.filter(node_id=node).exists()):
        raise NotFound("This place is not known here.")
    Node.objects.select_for_update().get(pk=node)  # two at once: the later one stays
    Responsible.objects.filter(node_id=node, ended_at=None).update(ended_at=at)

    def sealed(field: str, text: str) -> bytes:
        return seal(vault.store(), due=due, table=TABLE, row=id, field=field, plain=text.encode())

    made = Responsible.objects.create(
        id=id, node_id=node, title=named.title, name_sealed=sealed("name", named.name), due_on=due, named_at=at,
        phone_sealed=sealed("phone", named.phone) if named.phone else None, named_by=by,
    )  # fmt: skip
    audit.record("unit.responsible_named", subject=id, by=_id(by), at=at, node=node)
    return made


@transaction.atomic
def end_responsible(node: int, *, by: Staff | None, at: dt.datetime) -> None:
    """Nobody answers for it any more; twice changes nothing. Raises NotAllowed."""
    _require(by, node)
    if Responsible.objects.filter(node_id=node, ended_at=None).update(ended_at=at):
        audit.record("unit.responsible_ended", subject=str(node), by=_id(by), at=at, node=node)


@transaction.atomic
def serve(
    village: Unit,
    community: Unit,
    *,
    headcount: int | None = None,
    counted_on: dt.date | None = None,
    counted_by: str = "",
    by: Staff | None,
    at: dt.datetime,
) -> Serving:
    """Let `community` serve `village`, or say anew with how many. Raises NotAllowed, PlaceRefused."""
    _require(by, village.node_id)
    rules.check_serving(UnitKind(community.kind), UnitKind(village.kind))
    if headcount is not None and (counted_on is None or not counted_by):
        raise PlaceRefused("A count needs its day and where it comes from.")
    facts = {"headcount": headcount, "counted_on": counted_on, "counted_by": counted_by, "set_at": at, "set_by": by}
    try:
        with transaction.atomic():
            made, _ = Serving.objects.update_or_create(node=village.node, server=community.node, defaults=facts)
    except IntegrityError as error:
        raise PlaceRefused("A count needs its day and where it comes from.") from error
    audit.record(
        "unit.served", subject=str(village.pk), by=_id(by), at=at, node=village.node_id, server=community.node_id
    )
    return made


@transaction.atomic
def serve_no_more(serving: Serving, *, by: Staff, at: dt.datetime) -> None:
    """Raises NotAllowed."""
    _require(by, serving.node_id)
    if Serving.objects.filter(pk=serving.pk).delete()[0]:
        audit.record(
            "unit.served_no_more", subject=str(serving.pk), by=by.pk, at=at, node=serving.node_id,
            server=serving.server_id,
        )  # fmt: skip


@transaction.atomic
def keep_photo(entrance: Entrance, picture: Picture, *, by: Staff, at: dt.datetime) -> UUID:
    """Keep a photo of its seal in place of the former one. Raises NotAllowed."""
    _require(by, entrance.node_id)
    id, due = new_id(), (at + rules.PHOTO_KEPT).date()
    SealPicture.objects.filter(node_id=entrance.node_id).delete()
    SealPicture.objects.create(
        id=id, node_id=entrance.node_id, media_type=picture.media_type, size=len(picture.content), due_on=due,
        added_at=at, added_by=by,
        sealed=seal(vault.store(), due=due, table=PHOTOS, row=id, field="sealed", plain=picture.content),
    )  # fmt: skip
    audit.record("entrance.photographed", subject=id, by=by.pk, at=at, node=entrance.node_id)
    return id


def _require(by: Staff | None, node: int) -> None:
    if by is not None:
        access.require(by, Permission.EDIT_PLACES, node)


def _id(by: Staff | None) -> int | None:
    return by.pk if by else None
