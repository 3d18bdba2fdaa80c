"""Pictures of a person's record: kept sealed, looked at for a stated reason only, and taken away again."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.photos import Picture
from kakou.people.models import Attachment, Person
from kakou.people.rules import AttachmentKind
from kakou.vault.keys import KeyDestroyed
from kakou.vault.sealing import seal, unseal

TABLE, FIELD = "people_attachment", "sealed"
MOST = 6  # of one person
GONE = "This picture is not here, or was destroyed when it fell due."


class AttachmentRefused(Refusal):
    """No more pictures fit."""

    code = "attachment-refused"


@transaction.atomic
def attach(person: Person, kind: AttachmentKind, picture: Picture, *, by: Staff, at: dt.datetime) -> Attachment:
    """Add a picture to the record of a person. Raises NotAllowed, AttachmentRefused when there are six."""
    access.require(by, Permission.EDIT_PEOPLE, person.node_id)
    Person.objects.select_for_update().get(pk=person.pk)  # two at once are counted one after the other
    if Attachment.objects.filter(person=person).count() >= MOST:
        raise AttachmentRefused("This record holds %(most)d pictures already. Take one away first.", most=MOST)
    id = new_id()
    made = Attachment.objects.create(
        id=id, person=person, node_id=person.node_id, kind=kind, media_type=picture.media_type,
        size=len(picture.content), added_at=at, added_by=by, due_on=person.due_on,
        sealed=seal(vault.store(), due=person.due_on, table=TABLE, row=id, field=FIELD, plain=picture.content),
    )  # fmt: skip
    audit.record("attachment.added", subject=person.pk, by=by.pk, at=at, node=person.node_id, kind=kind.value)
    return made


def attachment_at(id: UUID) -> Attachment:
    """One picture. Raises NotFound, also outside the reader's scope."""
    found = Attachment.objects.filter(pk=id).first()
    if found is None:
        raise NotFound(GONE)
    return found


@transaction.atomic
def look_at(attachment: Attachment, *, reason: str, by: Staff, at: dt.datetime) -> tuple[str, bytes]:
    """Media type and file. Needs `reveal`; each look is in the audit with its reason. Raises NotAllowed, ReasonUnfit,
    NotFound when it was destroyed."""
    access.require(by, Permission.REVEAL, attachment.node_id)
    audit.record(
        "attachment.seen", subject=attachment.person_id, by=by.pk, at=at, node=attachment.node_id,
        kind=attachment.kind, reason=reason,
    )  # fmt: skip
    sealed = bytes(attachment.sealed)
    try:
        plain = unseal(vault.store(), table=TABLE, row=attachment.pk, field=FIELD, sealed=sealed)
    except KeyDestroyed:
        raise NotFound(GONE) from None
    return attachment.media_type, plain


@transaction.atomic
def take_off(attachment: Attachment, *, by: Staff, at: dt.datetime) -> None:
    """Destroy it; twice changes nothing. Raises NotAllowed."""
    access.require(by, Permission.EDIT_PEOPLE, attachment.node_id)
    if Attachment.objects.filter(pk=attachment.pk).delete()[0]:
        audit.record(
            "attachment.removed", subject=attachment.person_id, by=by.pk, at=at, node=attachment.node_id,
            kind=attachment.kind,
        )  # fmt: skip
