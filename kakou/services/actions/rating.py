"""Whoever reported says what he thinks of the answer, by the page or when he is called back."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import translation

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.services.models import TABLE, Request
from kakou.services.queries.requests import request_at
from kakou.services.rules import REQUESTED, After, Rating, RatingRefused, checked_text, judge_rating, may_rate
from kakou.vault.sealing import seal
from kakou.workorders.actions import close_cause, reopen
from kakou.workorders.rules import State

_AFTER = {After.REOPEN: "reopened", After.CLOSE: "closed", After.KEEP: "kept"}


@transaction.atomic
def rate(request: Request, rating: Rating, *, remark: str = "", by: Staff | None, at: dt.datetime) -> After:
    """Rate the answer; what follows. `by`: who called back, None: the reporter himself, whose code and four digits the
    caller has seen. Not satisfied opens the order again, once. Raises RatingRefused when there is nothing to rate,
    NotAllowed, TextRefused.
    """
    if by is not None and not by.may(Permission.CLOSE_ORDERS, request.node_id):
        access.require(by, Permission.CLOSE_ORDERS, request.handler_id)
    Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    now = request_at(request.pk)
    state = State(now.order.state)
    if not may_rate(state, answered_at=now.order.answered_at, rated_at=now.rated_at, now=at):
        raise RatingRefused("There is no answer to rate, or it was rated before.")
    after = judge_rating(rating, state, was_reopened=now.was_reopened)
    Request.objects.filter(pk=now.pk).update(
        rating=rating, rated_at=at, rated_by=by, remark_sealed=_remark(now, remark),
        was_reopened=now.was_reopened or after is After.REOPEN,
    )  # fmt: skip
    audit.record(
        "request.rated", subject=now.pk, by=by.pk if by else None, at=at, node=now.node_id, rating=rating.value,
        then=_AFTER[after],
    )  # fmt: skip
    if after is After.REOPEN:
        with translation.override(settings.LANGUAGE_CODE):  # it stands in the order for good, for whoever reads it
            why = translation.gettext("The reporter is not satisfied.")
        reopen(now.order, reason=why, by=by, at=at)
    elif after is After.CLOSE:
        close_cause(REQUESTED.name, now.pk, at=at, by=by, healed=f"rated_{rating.value}")
    return after


def _remark(request: Request, remark: str) -> bytes | None:
    if not remark.strip():
        return None
    plain = checked_text(remark).encode()
    return seal(vault.store(), due=request.due_on, table=TABLE, row=request.pk, field="remark_sealed", plain=plain)
