"""Keys of programs that report requests."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

from django.db import connection, transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission, hash_of_token
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.notices.rules import one_line
from kakou.services.models import ApiKey
from kakou.services.rules import TextRefused

LONGEST_NAME = 64


class Holder(NamedTuple):
    """A key that holds: its id, and the node for which it reports."""

    id: int
    node: int


@transaction.atomic
def make_key(*, name: str, node: int, by: Staff | None, at: dt.datetime) -> tuple[ApiKey, str]:
    """A key, and the text that a program shows: told this once. Raises NotAllowed, TextRefused."""
    name = one_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise TextRefused("Give the key a name of at most %(most)d characters.", most=LONGEST_NAME)
    if by is not None:
        access.require(by, Permission.MANAGE_STAFF, node)
    token = secrets.token_urlsafe(24)
    made = ApiKey.objects.create(node_id=node, name=name, token_hash=hash_of_token(token), made_at=at)
    audit.record("api_key.made", subject=str(made.pk), by=by.pk if by else None, at=at, node=node)
    return made, token


@transaction.atomic
def end_key(id: int, *, by: Staff | None, at: dt.datetime) -> None:
    """It holds no longer. Raises NotFound, also when it was ended before, NotAllowed."""
    key = ApiKey.objects.filter(pk=id, ended_at=None).first()
    if key is None or not ApiKey.objects.filter(pk=id, ended_at=None).update(ended_at=at):
        raise NotFound("There is no such key, or it was ended before.")
    if by is not None:
        access.require(by, Permission.MANAGE_STAFF, key.node_id)
    audit.record("api_key.ended", subject=str(id), by=by.pk if by else None, at=at, node=key.node_id)


def key_of(token: str) -> Holder | None:
    """Whose key that is; None for nobody's and for an ended one."""
    with connection.cursor() as cursor:
        cursor.execute("select id, node_id from services_key_of(%s)", [hash_of_token(token)])
        row = cursor.fetchone()
    return Holder(*row) if row else None
