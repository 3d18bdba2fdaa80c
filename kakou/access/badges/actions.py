"""The only writes of badges."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from django.db import connection, transaction

from kakou import vault
from kakou.access.actions import count_use, may_use
from kakou.access.badges.keys import SECRET_BYTES, badge_key
from kakou.access.badges.pins import check_pin
from kakou.access.badges.queries import KEY, RECORDING, TABLE, badge_of, post_of
from kakou.access.badges.text import badge_text
from kakou.access.models import Badge, Grant, Staff
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed
from kakou.kernel.time import day_in
from kakou.vault.sealing import seal
from kakou.web.queries import site_zone

LASTS = dt.timedelta(days=180)
ISSUES = "badge"
MOST = {dt.timedelta(hours=1): 5, dt.timedelta(days=1): 10}  # each takes a fifth of a second of the server


@transaction.atomic
def issue_badge(*, pin: str, by: Staff, at: dt.datetime) -> tuple[Badge, str]:
    """A badge for `by`, with the text to print on it, told this once; one he had is revoked. Only its holder can: it is
    he who chooses the PIN. Raises NotAllowed for who records nowhere, PinRefused, TooOften.
    """
    if not nodes_of(by)[Permission.RECORD_PASSAGES]:
        raise NotAllowed("A badge is for whoever records passages at a gate.")
    check_pin(pin)
    may_use(ISSUES, by=by, at=at, most=MOST)
    count_use(ISSUES, by=by, at=at)
    if before := badge_of(by):
        _revoke(before, by=by, at=at)
    id, secret = _next_number(), secrets.token_bytes(SECRET_BYTES)
    due = day_in(site_zone(), at + LASTS)
    key = badge_key(pin, badge=id, secret=secret)
    sealed = seal(vault.store(), due=due, table=TABLE, row=UUID(int=id), field=KEY, plain=key)
    badge = Badge.objects.create(id=id, staff=by, key_sealed=sealed, issued_at=at, due_on=due)
    audit.record("badge.issued", subject=str(id), by=by.pk, at=at, node=post_of(by.pk))
    return badge, badge_text(id, secret)


@transaction.atomic
def revoke_badge(badge: Badge, *, by: Staff, at: dt.datetime) -> None:
    """No bundle from now on is opened by it; its key is gone. Its holder may, and whoever enrols phones where he
    records. Doing it twice changes nothing. Raises NotAllowed.
    """
    if by.pk != badge.staff_id:
        held = Grant.objects.filter(staff_id=badge.staff_id, ended_at=None, role__in=RECORDING)
        if not nodes_of(by)[Permission.ENROL_DEVICES].intersection(held.values_list("node_id", flat=True)):
            raise NotAllowed("Your role does not allow this here.")
    _revoke(badge, by=by, at=at)


def _revoke(badge: Badge, *, by: Staff, at: dt.datetime) -> None:
    changed = Badge.objects.filter(pk=badge.pk, revoked_at=None).update(revoked_at=at, revoked_by=by, key_sealed=None)
    if changed:
        audit.record("badge.revoked", subject=str(badge.pk), by=by.pk, at=at, node=post_of(badge.staff_id))


def _next_number() -> int:
    """Taken before the row is made, because the number is part of what is sealed in it."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [TABLE])
        number: int = cursor.fetchone()[0]
    return number
