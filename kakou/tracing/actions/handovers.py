"""Contacts go to another area as a signed file; its receipt comes back and ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import LONGEST_LIST, checked_reason
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.kernel.time import from_ms
from kakou.people import queries as people
from kakou.people.models import Person
from kakou.places import queries as places
from kakou.tracing import handing
from kakou.tracing.actions.cases import take_step
from kakou.tracing.actions.offices import known_office, our_keys, our_name
from kakou.tracing.handing import Done, HandedPerson, Met, Paper
from kakou.tracing.handing.files import Recipient
from kakou.tracing.handing.papers import Handed
from kakou.tracing.models import Exposure, FollowUp, HandedOver, Handover, Involved, Outbreak, Step
from kakou.tracing.policy import Grade
from kakou.tracing.queries.names import open_release
from kakou.tracing.rules.following import Finding
from kakou.tracing.rules.standing import STILL_OPEN, Move, Standing

LONGEST_AREA = 120
LONGEST_WORDS = 400


class HandoverRefused(Refusal):
    """These people cannot be handed over so; the text says what to do first."""

    code = "handover-refused"


class ReceiptRefused(Refusal):
    """A receipt, but not of this hand-over."""

    code = "receipt-refused"


@dataclass(frozen=True, slots=True)
class Wording:
    """How codes are said in the sender's language: the reasons of an exposure, a step (move, reason), what came of
    something that was due (task, finding)."""

    reasons: Callable[[object], Sequence[str]]
    step: Callable[[str, str], str]
    told: Callable[[str, str], str]


class Made(NamedTuple):
    """The record, and the file, which is not kept."""

    handover: Handover
    content: bytes


class Received(NamedTuple):
    """A receipt was taken: how many stand as handed over now; how many do not, as something was decided since."""

    handover: Handover
    moved: int
    left: int


@transaction.atomic
def make_handover(
    outbreak: Outbreak,
    chosen: Collection[Involved],
    *,
    area: str,
    recipient: Recipient | None,
    reason: str,
    wording: Wording,
    by: Staff,
    at: dt.datetime,
) -> Made:
    """Write a file for `area` about these contacts, sealed to `recipient`; without one it is readable by whoever has
    it. Names must be released to `by` before. They go on being followed here until the receipt comes.

    Raises NotAllowed, HandoverRefused, ReasonUnfit.
    """
    access.require(by, Permission.TRACE, outbreak.node_id)
    area = _area(area)
    if open_release(outbreak, by, at) is None:  # whoever holds the recipient's key reads names, be it the maker himself
        raise HandoverRefused("The file says names, documents and telephones: ask for the names to be released first.")
    rows = _locked(outbreak, chosen, by)
    keys, id = our_keys(), new_id()
    paper = Paper(
        id=id, made_at=at, sender=our_name(outbreak.node_id), area=area, outbreak=outbreak.title,
        edition=outbreak.edition, people=_people(rows, wording),
    )  # fmt: skip
    text = handing.signed(handing.write_paper(paper), keys.signs, kind=handing.HANDOVER)
    content = (handing.sealed(text, recipient) if recipient is not None else text).encode()
    if len(content) > handing.MOST_BYTES:
        raise HandoverRefused("This makes a file larger than 2 MB. Hand fewer people over at once.")
    made = Handover.objects.create(
        id=id, outbreak=outbreak, node_id=outbreak.node_id, area=area, many=len(rows),
        digest=handing.digest_of(content), made_by=by, made_at=at,
    )  # fmt: skip
    HandedOver.objects.bulk_create(HandedOver(handover=made, involved=row, node_id=row.node_id) for row in rows)
    audit.record(
        "handover.made", subject=made.pk, by=by.pk, at=at, node=made.node_id, outbreak=outbreak.pk, many=made.many,
        digest=made.digest, sealed=recipient is not None, reason=checked_reason(reason),
        whose=[row.subject for row in rows[:LONGEST_LIST]],
    )  # fmt: skip
    return Made(made, content)


@transaction.atomic
def bring_receipt(content: bytes, *, reason: str, by: Staff, at: dt.datetime) -> Received:
    """The other side has taken them: they stand as handed over, with `reason` on their trails. The same receipt twice
    changes nothing. Raises NotAllowed, NotFound, OfficeUnknown, ReceiptRefused, and what `handing` refuses."""
    text = handing.opened_with(handing.read_file(content), our_keys().opens)
    signer, payload = handing.verified(text, kind=handing.RECEIPT)
    receipt = handing.read_receipt(payload)
    found = Handover.objects.select_for_update(of=("self",)).filter(pk=receipt.handover).first()
    if found is None:
        raise NotFound("This is the receipt of none of your hand-overs.")
    access.require(by, Permission.TRACE, found.node_id)
    if (receipt.digest, receipt.many) != (found.digest, found.many):
        raise ReceiptRefused("This receipt speaks of another file than the one that was given out. Ask the recipient.")
    office = known_office(signer, told=receipt.by)
    if found.received_at is not None:
        if found.receipt != text:
            raise ReceiptRefused("Another receipt of this hand-over was brought in before.")
        return Received(found, 0, 0)
    found.receipt, found.received_at = text, at
    found.save(update_fields=["receipt", "received_at"])
    rows = list(Involved.objects.filter(pk__in=HandedOver.objects.filter(handover=found).values("involved")))
    going = [row for row in rows if Standing(row.standing) in STILL_OPEN and not row.is_case]
    for row in going:
        take_step(row, Move.HANDED_OVER, reason=reason, by=by, at=at)
    audit.record(
        "handover.received", subject=found.pk, by=by.pk, at=at, node=found.node_id, office=office.pk,
        moved=len(going), left=found.many - len(going),
    )  # fmt: skip
    return Received(found, len(going), found.many - len(going))


def _area(text: str) -> str:
    area = text.strip()
    if not 2 <= len(area) <= LONGEST_AREA or not area.isprintable():
        raise HandoverRefused("Say to whom: 2 to %(most)d characters.", most=LONGEST_AREA)
    return area


def _locked(outbreak: Outbreak, chosen: Collection[Involved], by: Staff) -> list[Involved]:
    """The rows as they are now. Raises HandoverRefused for who cannot go, NotFound, NotAllowed."""
    ids = {one.pk for one in chosen}
    if not 0 < len(ids) <= handing.MOST_PEOPLE:
        raise HandoverRefused("Choose 1 to %(most)d contacts.", most=handing.MOST_PEOPLE)
    rows = list(Involved.objects.select_for_update(of=("self",)).filter(outbreak=outbreak, pk__in=ids).order_by("pk"))
    if len(rows) != len(ids):
        raise NotFound("This person is not known in this outbreak.")
    for node in {row.node_id for row in rows}:
        access.require(by, Permission.TRACE, node)
    for row in rows:
        if row.is_case or Standing(row.standing) not in STILL_OPEN or _grade(row) is Grade.NONE:
            raise HandoverRefused(
                "Somebody chosen is a case, or was decided about in the meantime. Look at the list again."
            )
    return rows


def _grade(row: Involved) -> Grade:
    return Grade(row.grade or row.proposed)


def _people(rows: Sequence[Involved], wording: Wording) -> list[HandedPerson]:
    persons = {person.pk: person for person in Person.objects.filter(pk__in=[row.subject for row in rows])}
    if len(persons) != len(rows):
        raise HandoverRefused(
            "Somebody chosen is in no register, so nobody could find him there. Write him down first."
        )
    met, done = _met(rows, wording), _done(rows, wording)
    return [_person(row, persons[row.subject], met.get(row.pk, []), done.get(row.pk, [])) for row in rows]


def _person(row: Involved, person: Person, met: list[Met], done: list[Done]) -> HandedPerson:
    plain = {field: people.plain_field(person, field) for field in people.PERSON_FIELDS}
    if not plain["name"]:
        raise HandoverRefused("The name of somebody chosen was destroyed as its day had come. Take him out.")
    last = row.last_at or row.found_at
    return HandedPerson(
        name=plain["name"], document=(person.document_kind, plain["document"]) if plain["document"] else None,
        phone=plain["phone"], address=plain["address"], grade=cast(Handed, _grade(row).value),
        since=row.since_at or last, last=last, met=met[-200:], done=done[-200:],
    )  # fmt: skip


def _met(rows: Iterable[Involved], wording: Wording) -> dict[object, list[Met]]:
    """Exposures in words: each meeting with its place and times; where there is none, the time as told."""
    exposures = list(Exposure.objects.filter(target__in=[row.pk for row in rows]).order_by("last_at", "pk"))
    names = places.full_names({pair.place for one in exposures for pair in one.pairs})
    found: dict[object, list[Met]] = {}
    for one in exposures:
        words = " ".join(wording.reasons(one.reasons))[:LONGEST_WORDS]
        pairs = [
            Met(
                place=names.get(pair.place, "")[:200], since=from_ms(1000 * pair.since),
                until=from_ms(1000 * pair.until), words=words,
            )
            for pair in one.pairs
        ]  # fmt: skip
        told = pairs or [Met(since=one.first_at, until=one.last_at, words=words)]
        found.setdefault(one.target_id, []).extend(told)
    return found


def _done(rows: Iterable[Involved], wording: Wording) -> dict[object, list[Done]]:
    """Steps and what came of the follow-up, in order."""
    ids = [row.pk for row in rows]
    found: dict[object, list[Done]] = {}
    for step in Step.objects.filter(involved__in=ids).exclude(move=Move.FOUND):
        said = wording.step(step.move, step.reason)[:LONGEST_WORDS]
        found.setdefault(step.involved_id, []).append(Done(at=step.at, words=said))
    told = FollowUp.objects.filter(involved__in=ids, told_at__isnull=False).exclude(finding=Finding.DROPPED)
    for row in told:
        assert row.told_at
        said = f"{row.day.isoformat()} {wording.told(row.task, row.finding)}"[:LONGEST_WORDS]
        found.setdefault(row.involved_id, []).append(Done(at=row.told_at, words=said))
    return {id: sorted(done, key=lambda one: one.at) for id, done in found.items()}
