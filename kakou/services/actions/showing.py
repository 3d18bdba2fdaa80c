"""What of a request leaves its seal in plain, to whom, and with which trace."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.services.models import Proposal, Request
from kakou.services.queries import proposals
from kakou.services.queries.requests import contact_of, photo_of
from kakou.services.rules import Contact


@transaction.atomic
def reveal_contact(request: Request, *, reason: str, by: Staff, at: dt.datetime) -> Contact:
    """Name and number of whoever reported. Needs `reveal` over the unit that received or handles it; leaves an audit
    event with the reason. Raises NotAllowed, ReasonUnfit, NotFound where nobody is known or it was destroyed.
    """
    if not by.may(Permission.REVEAL, request.node_id):
        access.require(by, Permission.REVEAL, request.handler_id)
    audit.record("request.revealed", subject=request.pk, by=by.pk, at=at, node=request.node_id, reason=reason)
    contact = contact_of(request)
    if contact == Contact():
        raise NotFound("This was never known, or was destroyed when it fell due.")
    return contact


@transaction.atomic
def show_photo(request: Request, *, by: Staff, at: dt.datetime) -> tuple[str, bytes]:
    """Media type and file of its photo, for whoever may act on it; each look is in the audit. Raises NotAllowed,
    NotFound."""
    if not by.may(Permission.CLOSE_ORDERS, request.node_id):
        access.require(by, Permission.CLOSE_ORDERS, request.handler_id)
    found = photo_of(request)
    audit.record("request.photo_seen", subject=request.pk, by=by.pk, at=at, node=request.node_id)
    return found


@transaction.atomic
def show_proposal(proposal: Proposal, *, by: Staff, at: dt.datetime) -> tuple[str, Contact]:
    """What was said and by whom, in plain, for whoever decides about it; each look is in the audit. Raises
    NotAllowed."""
    access.require(by, Permission.CLOSE_ORDERS, proposal.node_id)
    audit.record("proposal.seen", subject=proposal.pk, by=by.pk, at=at, node=proposal.node_id)
    return proposals.text_said(proposal), proposals.contact_told(proposal)


@transaction.atomic
def show_sent_photo(proposal: Proposal, *, by: Staff, at: dt.datetime) -> tuple[str, bytes]:
    """Media type and file of the photo that came with it; each look is in the audit. Raises NotAllowed, NotFound."""
    access.require(by, Permission.CLOSE_ORDERS, proposal.node_id)
    photo = proposals.photo_with(proposal)
    if photo is None:
        raise NotFound("There is no photo with this message.")
    audit.record("proposal.photo_seen", subject=proposal.pk, by=by.pk, at=at, node=proposal.node_id)
    return photo.media_type, proposals.photo_told(photo)
