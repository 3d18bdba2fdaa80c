"""What is known of people now, for the safety gate. Looked up over every place: a fever at another community's gate
bars too, and nothing of it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import floor_of
from kakou.kernel.time import day_in
from kakou.ledger.models import Passage
from kakou.ledger.queries.inside import present_among
from kakou.people.models import Person
from kakou.people.queries import identities
from kakou.people.rules import Special
from kakou.screening.queries.fever import going_on
from kakou.screening.rules import HealthCode, Vaccination, Verdict
from kakou.skills.events import engaged
from kakou.skills.models import Asked, Licence
from kakou.skills.rules import LOOKED_WITHIN, Answer, Flag, Paper, State, flags
from kakou.tracing.models import Involved
from kakou.tracing.rules.standing import Standing
from kakou.web.queries import site_zone

_OVER = (Standing.RELEASED, Standing.DISMISSED)


def flags_of(licences: Collection[Licence], *, around: int, at: dt.datetime) -> dict[UUID, frozenset[Flag]]:
    """Licence → what speaks against sending its bearer now; `around`: the unit that he must be inside of."""
    today = day_in(site_zone(), at)
    states = states_of({one.person_id for one in licences}, around=around, at=at)
    return {one.pk: flags(states[one.person_id], _paper(one), today=today) for one in licences}


def _paper(licence: Licence) -> Paper:
    return Paper(licence.expires_on, licence.verified_at is not None, licence.agreed_at is not None)


def states_of(persons: Collection[UUID], *, around: int, at: dt.datetime) -> dict[UUID, State]:
    """Person → what is known of him now."""
    with acting_as_system():
        keys = _keys_of(persons)
        every = {key for own in keys.values() for key in own}
        fevers = set(Passage.objects.filter(id__in=going_on().values("id")).values_list("subject", flat=True)) & every
        followed = set(
            Involved.objects.filter(subject__in=every).exclude(standing__in=_OVER).values_list("subject", flat=True)
        )
        looks = _looks(every, at)
        inside = present_among(around, every, at=at)
        helping = Asked.objects.filter(person__in=persons, answer=Answer.YES, done_at=None)
        busy = set(helping.values_list("person_id", flat=True)) | engaged(persons)
        minors = set(
            Person.objects.filter(pk__in=persons, special__contains=[Special.MINOR]).values_list("pk", flat=True)
        )
    return {
        person: _state(
            looks, own, has_fever=bool(own & fevers), is_contact=bool(own & followed), is_inside=bool(own & inside),
            is_busy=person in busy, is_minor=person in minors,
        )
        for person, own in keys.items()
    }  # fmt: skip


def _keys_of(persons: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Person → every key under which gates may know him, his own id included."""
    known = identities(persons)
    subject_of = {one.key: one.subject for one in known}
    of_subject: dict[UUID, set[UUID]] = {}
    for one in known:
        of_subject.setdefault(one.subject, {one.subject}).add(one.key)
    return {person: {person} | of_subject.get(subject_of.get(person, person), set()) for person in persons}


class _Look(NamedTuple):
    """What a gate saw, at a moment; codes of the ledger."""

    at: dt.datetime
    health: int
    vaccination: int
    verdict: int


_Looks = Mapping[UUID, list[_Look]]


def _looks(keys: Collection[UUID], at: dt.datetime) -> _Looks:
    """Key → what gates saw lately; what was replaced by a later row does not count."""
    since = at - LOOKED_WITHIN
    rows = Passage.objects.filter(
        subject__in=keys, id__gte=floor_of(since.date()), happened_at__range=(since, at), subject_kind=1
    )
    replaced = [id for id in rows.values_list("corrects", flat=True) if id is not None]
    found: dict[UUID, list[_Look]] = {}
    for row in rows.exclude(id__in=replaced):
        found.setdefault(row.subject, []).append(_Look(row.happened_at, row.health, row.vaccination, row.verdict))
    return found


def _state(looks: _Looks, keys: Collection[UUID], **known: bool) -> State:
    """Of each thing what was seen last; a gate that did not look at it says nothing of it."""
    last = sorted((look for key in keys for look in looks.get(key, ())), reverse=True)
    return State(
        health=HealthCode(next((look.health for look in last if look.health), 0)),
        vaccination=Vaccination(next((look.vaccination for look in last if look.vaccination), 0)),
        verdict=Verdict(next((look.verdict for look in last if look.verdict), 0)),
        **known,
    )
