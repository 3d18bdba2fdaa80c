"""Asking that a factor be forgotten, and forgetting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from allauth.mfa.models import Authenticator
from django.db import transaction

from kakou.access.forgetting.models import FactorRequest
from kakou.access.forgetting.rules import State
from kakou.access.login.ending import end_sessions
from kakou.access.models import Staff
from kakou.access.roster.actions import places_of
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.access.seconding import NotOneself, decide
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotAllowed

AGREE = (Permission.RELEASE_NAMES, Permission.MANAGE_STAFF)  # over the place where the account is known


@transaction.atomic
def ask(
    staff: Staff, *, node: int, places: Collection[int], reason: str, by: Staff, at: dt.datetime
) -> FactorRequest:  # fmt: skip
    """Ask that the second factor of `staff` be forgotten; asking again while that waits changes nothing. `places`: all
    at which he is known or holds a role. Raises NotAllowed over places that are not `by`'s, and about one's own
    account; ReasonUnfit."""
    if staff.pk == by.pk or not _manages(by, {node, *places}):
        raise NotAllowed("This account holds roles elsewhere too, or is your own. Ask another administrator.")
    why = checked_reason(reason)
    waits = FactorRequest.waiting(at).filter(staff=staff).first()
    if waits is not None:
        return waits
    made = FactorRequest.objects.create(node_id=node, staff=staff, reason=why, asked_by=by, asked_at=at)
    audit.record("factor.forget_asked", subject=str(staff.pk), by=by.pk, at=at, node=node, reason=why)
    return made


@transaction.atomic
def settle(asked: FactorRequest, *, agree: bool, by: Staff, at: dt.datetime) -> None:
    """Forget the factor and end every open session, or refuse. The password stays; at the next login a new factor is
    set up. Raises NotAllowed, also to forget it once the account is at a place that whoever asked does not manage;
    NotOneself, TooNew, SettledAlready."""
    if not any(by.may(permission, asked.node_id) for permission in AGREE):
        raise NotAllowed("Your role does not allow this here.")
    oneself = "Whoever asks does not agree, and nobody about his own account: ask somebody else."
    if by.pk == asked.staff_id:
        raise NotOneself(oneself)
    state = State.FORGOTTEN if agree else State.REFUSED
    decide(asked, state, may=AGREE, over=[asked.node_id], by=by, at=at, oneself=oneself)
    if agree:
        if not _manages(asked.asked_by, {asked.node_id, *places_of(asked.staff)}):
            raise NotAllowed(
                "This account is at other places too by now. Refuse, and have an administrator over all of them ask"
                " anew."
            )
        Authenticator.objects.filter(user_id=asked.staff_id).delete()
        Staff.objects.filter(pk=asked.staff_id).update(handed_at=at)
        end_sessions(asked.staff_id)
    audit.record(
        "staff.factor_forgotten" if agree else "factor.forget_refused", subject=str(asked.staff_id), by=by.pk, at=at,
        node=asked.node_id, asked_by=asked.asked_by_id,
    )  # fmt: skip


def _manages(by: Staff, places: Collection[int]) -> bool:
    return nodes_of(by)[Permission.MANAGE_STAFF].issuperset(places)
