"""What another office handed over comes in: checked, looked at by a person, taken once, and a receipt signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from joserfc.jwk import OKPKey

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.people import actions as people
from kakou.people.actions import AlreadyKnown, NewPerson
from kakou.people.models import Person
from kakou.people.rules import Category, Checked, Facts, check_facts
from kakou.tracing import handing
from kakou.tracing.actions.cases import NewContact, involve
from kakou.tracing.actions.offices import OurOwn, known_office, our_keys, our_name, trust_key
from kakou.tracing.handing import HandedPerson, Paper, Receipt
from kakou.tracing.models import HandedIn, Involved, Office, Outbreak, Step
from kakou.tracing.policy import Grade
from kakou.tracing.queries import known
from kakou.tracing.rules.standing import Move, Origin

LONGEST_REASON = 200


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


TWICE = N_("No. %(number)d of the file stands in it twice. Ask the sender for a right one.")
UNFIT = N_("No. %(number)d of the file has a name, document or telephone that cannot be. Ask the sender.")
ELSEWHERE = N_(
    "No. %(number)d of the file is registered under another name, or at a unit that is not yours. Let whoever answers "
    "there bring the file in."
)


class AlreadyTaken(Refusal):
    """A file is taken once. `taken`: where its receipt is, if the reader may see it."""

    code = "handover-already-taken"
    status = 409

    def __init__(self, *, taken: UUID | None) -> None:
        super().__init__("This file was brought in before. Its receipt can be given again.")
        self.taken = taken


class HandInRefused(Refusal):
    """One person of the file cannot be taken, so none is."""

    code = "hand-in-refused"


class Opened(NamedTuple):
    """A file that opens and holds: what it says, whose key signed it, which office that is (None: nobody confirmed
    it), SHA-256 of it."""

    paper: Paper
    signer: OKPKey
    office: Office | None
    digest: str


def look_in(content: bytes) -> Opened:
    """Open and check a file; nothing is changed. Raises AlreadyTaken, OurOwn, and what `handing` refuses."""
    keys = our_keys()
    text = handing.opened_with(handing.read_file(content), keys.opens)
    signer, payload = handing.verified(text, kind=handing.HANDOVER)
    print_ = handing.fingerprint(signer)
    if print_ == handing.fingerprint(keys.signs):
        raise OurOwn(
            "This was made here. Within one Kakou people go to whoever answers for their place, without a file."
        )
    paper, digest = handing.read_paper(payload), handing.digest_of(content)
    taken = (
        HandedIn.objects.filter(digest=digest).first()
        or HandedIn.objects.filter(office__fingerprint=print_, handover=paper.id).first()
    )
    if taken is not None:
        raise AlreadyTaken(taken=taken.pk)
    return Opened(paper, signer, Office.objects.filter(fingerprint=print_, ended_at=None).first(), digest)


@transaction.atomic
def bring_in(outbreak: Outbreak, content: bytes, *, node: int, trust: bool, by: Staff, at: dt.datetime) -> HandedIn:
    """Register its people at the unit on `node`, propose them as contacts, sign the receipt; all or nothing. `trust`:
    somebody compared the fingerprint of a sender who was not known. Who is in the register keeps his unit.

    Raises NotAllowed, OfficeUnknown, HandInRefused naming the first who cannot be taken, and as `look_in`.
    """
    access.require(by, Permission.TRACE, outbreak.node_id)
    opened = look_in(content)
    paper = opened.paper
    if opened.office is None and trust:
        trust_key(opened.signer, name=paper.sender, by=by, at=at)
    office = known_office(opened.signer, told=paper.sender)
    persons = _registered(paper.people, node, by, at)
    contacts = [
        NewContact(
            person.pk, person.node_id, Grade(told.grade), Origin.HANDED_IN, last=min(told.last, at),
            since=min(told.since, told.last, at),
        )
        for told, person in zip(paper.people, persons, strict=True)
    ]  # fmt: skip
    rows = involve(outbreak, contacts, by=by, at=at)
    _tell(rows, paper.people, office, by, at)
    made = _kept(outbreak, opened, office, by, at)
    audit.record(
        "handover.brought_in", subject=made.pk, by=by.pk, at=at, node=made.node_id, outbreak=outbreak.pk,
        office=office.pk, many=made.many, digest=made.digest,
    )  # fmt: skip
    return made


def _kept(outbreak: Outbreak, opened: Opened, office: Office, by: Staff, at: dt.datetime) -> HandedIn:
    paper = opened.paper
    receipt = Receipt(
        handover=paper.id, digest=opened.digest, many=len(paper.people), received_at=at, by=our_name(outbreak.node_id)
    )
    text = handing.signed(handing.write_receipt(receipt), our_keys().signs, kind=handing.RECEIPT)
    try:
        with transaction.atomic():
            return HandedIn.objects.create(
                outbreak=outbreak, node_id=outbreak.node_id, office=office, handover=paper.id, digest=opened.digest,
                many=len(paper.people), receipt=text, brought_by=by, brought_at=at,
            )  # fmt: skip
    except IntegrityError:  # taken where the reader may not look
        raise AlreadyTaken(taken=None) from None


def _tell(rows: Sequence[Involved], told: Sequence[HandedPerson], office: Office, by: Staff, at: dt.datetime) -> None:
    """What the other office knows of each, on his trail: the last exposure in short, all of it beside."""
    Step.objects.bulk_create(
        Step(
            involved=row, node_id=row.node_id, move=Move.NOTED, at=at, by=by,
            reason=_short(one, office.name),
            facts={"office": str(office.pk), "met": [_said(met) for met in one.met],
                   "done": [[done.at.isoformat(), done.words] for done in one.done]},
        )
        for row, one in zip(rows, told, strict=True)
    )  # fmt: skip


def _said(met: handing.Met) -> list[str]:
    return [met.place, met.since.isoformat(), met.until.isoformat(), met.words]


def _short(one: HandedPerson, office: str) -> str:
    met = one.met[-1] if one.met else None
    parts = (office, met.place if met else "", met.words if met else "")
    return " · ".join(part for part in parts if part)[:LONGEST_REASON]


def _registered(told: Sequence[HandedPerson], node: int, by: Staff, at: dt.datetime) -> list[Person]:
    """The person of each, those registered whom nobody knows."""
    checked = [_checked(one, number, at) for number, one in enumerate(told, 1)]
    found = known.in_register(facts for _, facts in checked)
    mine = nodes_of(by)[Permission.TRACE]
    seen: set[object] = set()
    for number, ((_, one), person) in enumerate(zip(checked, found, strict=True), 1):
        key = person.pk if person is not None else _key(one, number)
        if key in seen:
            raise HandInRefused(TWICE, number=number)
        seen.add(key)
        if person is not None and (person.node_id not in mine or not known.is_named(person, one.name)):
            raise HandInRefused(ELSEWHERE, number=number)
    fresh = {place: facts for place, (facts, _) in enumerate(checked) if found[place] is None}
    made = dict(zip(fresh, _new(fresh, node, by, at), strict=True))
    return [person or made[place] for place, person in enumerate(found)]


def _new(fresh: Mapping[int, Facts], node: int, by: Staff, at: dt.datetime) -> list[Person]:
    """Place in the file → facts, registered at once; where that fails, one by one, to name the first who cannot be."""
    new = {place: NewPerson(node, facts, Category.UNKNOWN) for place, facts in fresh.items()}
    try:
        return people.add_people(new.values(), by=by, at=at) if new else []
    except AlreadyKnown:
        for place, one in new.items():
            try:
                people.add_person(one, by=by, at=at)
            except AlreadyKnown:
                raise HandInRefused(ELSEWHERE, number=place + 1) from None
        raise


def _checked(one: HandedPerson, number: int, at: dt.datetime) -> tuple[Facts, Checked]:
    facts = Facts(one.name, one.document, one.phone or None, one.address or None)
    try:
        return facts, check_facts(facts, on=at.date())
    except Refusal:
        raise HandInRefused(UNFIT, number=number) from None


def _key(one: Checked, place: int) -> object:
    return one.document.match if one.document else ((one.phone, one.matched_name) if one.phone else place)
