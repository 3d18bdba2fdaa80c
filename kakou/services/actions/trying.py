"""Last fours that are told wrongly: counted over the life of the request, until the desk forgives it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.services.models import Request
from kakou.services.queries.following import MOST_WRONG, around, is_four
from kakou.services.rules import read_code


def count_wrong(text: str, digits: str, *, at: dt.datetime) -> None:
    """One more of this code. Whole numbers are not counted: they are not guessed."""
    if not is_four(digits):
        return
    with around(read_code(text)):
        mine = Request.objects.filter(code=read_code(text), last_four__isnull=False)
        if mine.filter(wrong__lt=MOST_WRONG).update(wrong=F("wrong") + 1):
            request = mine.get()
            if request.wrong == MOST_WRONG:
                audit.record("request.locked", subject=request.pk, by=None, at=at, node=request.node_id)


@transaction.atomic
def forgive(request: Request, *, by: Staff, at: dt.datetime) -> None:
    """The last four are enough again. Raises NotAllowed."""
    if not by.may(Permission.CLOSE_ORDERS, request.node_id):
        access.require(by, Permission.CLOSE_ORDERS, request.handler_id)
    if Request.objects.filter(pk=request.pk, wrong__gt=0).update(wrong=0):
        audit.record("request.unlocked", subject=request.pk, by=by.pk, at=at, node=request.node_id)
