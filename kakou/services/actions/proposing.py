"""What comes in by a group or by mail is kept as a proposal; a person makes a request of it, or says why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from kakou import vault
from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.services.actions.opening import open_request
from kakou.services.models import PHOTOS, PROPOSALS, Inlet, Photo, Proposal, Request
from kakou.services.queries.places import known_below
from kakou.services.rules import (
    LONGEST,
    LONGEST_PASTED,
    Channel,
    Contact,
    Known,
    Picture,
    Report,
    Stand,
    TextRefused,
    guess,
    is_chatter,
    shown,
    split_messages,
    write_contact,
)
from kakou.vault.sealing import Purpose, blind, reseal, seal
from kakou.web.queries import site_zone

KEEP = dt.timedelta(days=30)
LONGEST_NAME = 64
MOST_PASTED = 200
SHOWN = 20  # characters by which somebody finds a message in what he pasted
MOST_READ = 50_000  # characters in which number, name and place are looked for


class ProposalDecided(Refusal):
    """Somebody was faster."""

    code = "proposal-decided"
    status = 409


@dataclass(frozen=True, slots=True)
class Said:
    """Something that came in. `mark`: what it is known by, so that the same twice is one; `below`: what is told below
    the text, however long that is."""

    text: str
    mark: str
    below: str = ""
    sender: str = ""
    email: str = ""
    said_at: dt.datetime | None = None
    photo: Picture | None = None


class Pasted(NamedTuple):
    """How many proposals were made, how many stood here already, and how many messages ask for nothing."""

    made: int
    known: int
    passed_over: int


@transaction.atomic
def paste(text: str, *, node: int, by: Staff, at: dt.datetime) -> Pasted:
    """Propose each message of a text that was copied out of a group of `node`; thanks and what the app tells are passed
    over. The same messages again propose nothing anew. Raises NotAllowed, TextRefused.
    """
    for permission in (Permission.CLOSE_ORDERS, Permission.SEE_PEOPLE):
        access.require(by, permission, node)
    if len(text) > LONGEST_PASTED:
        raise TextRefused("Paste at most %(most)d characters at a time.", most=LONGEST_PASTED)
    zone = site_zone()
    messages = split_messages(text, now=at.astimezone(zone).replace(tzinfo=None))
    if not messages:
        raise TextRefused("Paste the messages of the group here.")
    if len(messages) > MOST_PASTED:
        raise TextRefused("Paste at most %(most)d messages at a time.", most=MOST_PASTED)
    asking = [one for one in messages if not is_chatter(one.text)]
    if long := next((one for one in asking if len(one.text) > LONGEST), None):
        raise TextRefused(
            "One message has %(many)d characters, and at most %(most)d are kept of one: “%(begin)s”. Paste it in parts,"
            " each as a message of its own.",
            many=len(long.text), most=LONGEST, begin=f"{long.sender} {long.text[:SHOWN]}…".strip(),
        )  # fmt: skip
    places = known_below(node)
    made = 0
    for one in asking:
        said_at = one.said.replace(tzinfo=zone) if one.said else None
        mark = repr((one.sender, one.said or day_in(zone, at), one.text))
        said = Said(one.text, mark, sender=one.sender, said_at=said_at)
        made += propose(said, node=node, channel=Channel.MESSAGE, by=by, at=at, places=places) is not None
    return Pasted(made, len(asking) - made, len(messages) - len(asking))


@transaction.atomic
def propose(
    said: Said,
    *,
    node: int,
    channel: Channel,
    at: dt.datetime,
    inlet: Inlet | None = None,
    by: Staff | None = None,
    places: Sequence[Known] | None = None,
) -> UUID | None:
    """Keep what came in at `node`, with what it seems to be about; None where it stands there already. Within a scope
    that may see people and close orders there."""
    whole, sender, email = (shown(told).strip() for told in (said.text, said.sender, said.email))
    guessed = guess(whole[:MOST_READ], sender[:LONGEST_NAME], known_below(node) if places is None else places)
    text = _cut(whole, said.below)
    id, due = new_id(), day_in(site_zone(), at) + KEEP
    contact = Contact(guessed.phone, guessed.name, email)
    row = Proposal(
        id=id, node_id=node, inlet=inlet, channel=channel, mark=_mark(node, inlet, said.mark), place_id=guessed.place,
        category=guessed.category, said_at=said.said_at, came_at=at, brought_by=by, due_on=due,
        text_sealed=_sealed("text_sealed", text.encode(), id, due),
        contact_sealed=_sealed("contact_sealed", write_contact(contact), id, due) if contact != Contact() else None,
    )  # fmt: skip
    if Proposal.objects.filter(node_id=node, mark=row.mark).exists():
        return None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # twice at the same moment
        return None
    if said.photo is not None:
        _keep_photo(said.photo, id, node, due, at)
    audit.record(
        "proposal.came", subject=id, by=by.pk if by else None, at=at, node=node, channel=channel.value,
        category=guessed.category.value,
    )  # fmt: skip
    return id


@transaction.atomic
def take(proposal: Proposal, report: Report, *, by: Staff, at: dt.datetime) -> Request:
    """Make a request of it, as `report` says: exactly one, however often. Raises NotAllowed, ProposalDecided,
    NotFound, TextRefused."""
    now = _locked(proposal, by)
    if now.state == Stand.DISCARDED:
        raise ProposalDecided("It was discarded before.")
    opened = open_request(report, key=now.pk, by=by, at=at)
    if opened.is_new:
        _decided(now, Stand.TAKEN, by, at)
        _hand_photo(now, opened.request)
        audit.record(
            "proposal.taken", subject=now.pk, by=by.pk, at=at, node=now.node_id, request=str(opened.request.pk)
        )
    return opened.request


@transaction.atomic
def discard_proposal(proposal: Proposal, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """Nothing is to be done about it. Raises NotAllowed, ProposalDecided, ReasonUnfit."""
    now = _locked(proposal, by)
    if now.state != Stand.WAITS:
        raise ProposalDecided("Somebody has decided about it already.")
    _decided(now, Stand.DISCARDED, by, at, checked_reason(reason))
    audit.record("proposal.discarded", subject=now.pk, by=by.pk, at=at, node=now.node_id)


def _locked(proposal: Proposal, by: Staff) -> Proposal:
    now = Proposal.objects.select_for_update().filter(pk=proposal.pk).first()
    if now is None:
        raise NotFound("There is no such message here.")
    access.require(by, Permission.CLOSE_ORDERS, now.node_id)
    return now


def _decided(proposal: Proposal, stand: Stand, by: Staff, at: dt.datetime, reason: str = "") -> None:
    Proposal.objects.filter(pk=proposal.pk).update(state=stand, decided_at=at, decided_by=by, reason=reason)


def _keep_photo(picture: Picture, id: UUID, node: int, due: dt.date, at: dt.datetime) -> None:
    row = new_id()
    sealed = seal(vault.store(), due=due, table=PHOTOS, row=row, field="sealed", plain=picture.content)
    Photo.objects.create(
        id=row, proposal_id=id, node_id=node, handler_id=node, media_type=picture.media_type,
        size=len(picture.content), sealed=sealed, added_at=at, due_on=due,
    )  # fmt: skip


def _hand_photo(proposal: Proposal, request: Request) -> None:
    """The photo goes with the request, also to a unit over which whoever decided has no say."""
    nodes = frozenset({proposal.node_id, request.node_id, request.handler_id})
    with acting_for(dict.fromkeys((Permission.SEE_ORDERS, Permission.CLOSE_ORDERS), nodes)):
        for photo in Photo.objects.filter(proposal=proposal, request=None):
            sealed = reseal(
                vault.store(), due=request.due_on, table=PHOTOS, row=photo.pk, field="sealed",
                sealed=bytes(photo.sealed),
            )  # fmt: skip
            Photo.objects.filter(pk=photo.pk).update(
                request=request, proposal=None, node_id=request.node_id, handler_id=request.handler_id, sealed=sealed,
                due_on=request.due_on,
            )  # fmt: skip


def _cut(text: str, below: str) -> str:
    below = f"\n{below}" if below else ""
    room = LONGEST - len(below)
    return (text if len(text) <= room else f"{text[: room - 1]}…") + below


def _mark(node: int, inlet: Inlet | None, told: str) -> bytes:
    return blind(vault.store(), Purpose.MESSAGE, f"{node}|{inlet.row if inlet else ''}|{shown(told)}")


def _sealed(field: str, plain: bytes, id: UUID, due: dt.date) -> bytes:
    return seal(vault.store(), due=due, table=PROPOSALS, row=id, field=field, plain=plain)
