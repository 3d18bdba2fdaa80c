"""What would not have happened: a place closed from a day on; and which places carried most.

Pure, and by the same engine: the stays at the closed places are cut at that moment, an index is made of what is left of
them, and it is asked instead of theirs. What the closing of a place would have done elsewhere nobody knows: whoever was
there is taken to have met nobody instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kakou.tracing.engine import TraceIndex
from kakou.tracing.engine.columns import EPOCH, LATEST
from kakou.tracing.finding.contacts import Asked, meetings_of
from kakou.tracing.finding.places import Rows, all_at
from kakou.tracing.policy import STRENGTH, Grade, Meeting, Policy, propose

EVER = (EPOCH - LATEST, EPOCH + LATEST)
Progress = Callable[[int, int], object]
"""How many of how many are done."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case of an outbreak. `ill`: when the illness showed, seconds of the epoch."""

    asked: Asked
    ill: int


@dataclass(frozen=True, slots=True)
class Closing:
    """Nobody is at these places from `since` on: who was there leaves then, who came later never came."""

    places: frozenset[int]
    since: int


class Changed(NamedTuple):
    """A contact who met a case there from that moment on: the strongest grade by all meetings, and by those left."""

    person: int
    now: Grade
    then: Grade


class Difference(NamedTuple):
    """What a closing changes. `now`, `then`: grade → contacts that are no cases themselves, without those of no grade.
    `people`: those whom it concerns, who would be no contacts at all first. `cases`: those who fell ill from then on
    and had met an earlier case there; `spared`: those of them who met none elsewhere.
    """

    now: Mapping[Grade, int]
    then: Mapping[Grade, int]
    people: tuple[Changed, ...]
    cases: tuple[int, ...]
    spared: tuple[int, ...]


class Carried(NamedTuple):
    """What a place carried. `together_s`: seconds that two spent there together, over all pairs; `pairs`: of stays that
    count; `people`: of how many; `case_s`, `contacts`: seconds beside a case, and of how many people."""

    place: int
    together_s: int
    pairs: int
    people: int
    case_s: int = 0
    contacts: int = 0


def difference(index: TraceIndex, policy: Policy, cases: Sequence[Case], closing: Closing) -> Difference:
    """Whom the cases met as it was, and as it would have been."""
    left = _left(index, closing)
    met = [_met(index, left, policy, case.asked, closing) for case in cases]
    ill = {case.asked.person: case.ill for case in cases}
    now, then = _strongest(one.now for one in met), _strongest(one.then for one in met)
    touched = {person for one in met for person in one.changed if person not in ill and person in now}
    people = [Changed(person, now[person], then.get(person, Grade.NONE)) for person in touched]
    concerned = [case.asked.person for case in cases if case.ill >= closing.since and _by_earlier(case, cases, met)]
    spared = [person for person in concerned if not _still(person, cases, met, ill)]
    return Difference(
        Counter(grade for person, grade in now.items() if person not in ill),
        Counter(grade for person, grade in then.items() if person not in ill),
        tuple(sorted(people, key=lambda one: (STRENGTH[one.then], -STRENGTH[one.now], one.person))),
        tuple(concerned), tuple(spared),
    )  # fmt: skip


def ranked(
    index: TraceIndex,
    policy: Policy,
    kinds: Mapping[int, str],
    places: Collection[int],
    span: tuple[int, int],
    cases: Sequence[Case] = (),
    progress: Progress | None = None,
) -> list[Carried]:
    """Places at which the policy can propose somebody, by the seconds that people spent there together within `span`;
    those where nobody met anybody are left out."""
    known = set(index.places.ids.tolist())
    counts = {
        kind for kind in {kinds.get(place, "") for place in known} if policy.rule(kind).proposes is not Grade.NONE
    }
    asked = [place for place in sorted(known & set(places)) if kinds.get(place, "") in counts]
    beside = _beside_cases(index, policy, cases, span)
    found = []
    for number, place in enumerate(asked):
        one = carried(index, policy, kinds, place, span)
        seconds, people = beside.get(place, (0, set()))
        if one.pairs or seconds or people:
            found.append(one._replace(case_s=seconds, contacts=len(people)))
        if progress is not None:
            progress(number + 1, len(asked))
    return sorted(found, key=lambda one: (-one.together_s, -one.pairs, one.place))


def carried(index: TraceIndex, policy: Policy, kinds: Mapping[int, str], place: int, span: tuple[int, int]) -> Carried:
    """What one place carried within `span`, both ends in. Where passing one after the other counts, pairs are of stays
    no further apart than that."""
    rule, rows = policy.rule(kinds.get(place, "")), all_at(index, [place], *span)
    if len(np.unique(rows.person)) < 2:
        return Carried(place, 0, 0, 0)
    cut = rows._replace(enter=np.maximum(rows.enter, span[0]), leave=np.minimum(rows.leave, span[1]))
    together = _index(cut).exposure(min_overlap=rule.min_overlap_s)
    wide = together
    if rule.gap_s:
        half = rule.gap_s // 2  # of both stays: together the gap
        wide = _index(cut._replace(enter=cut.enter - half, leave=cut.leave + half)).exposure(
            min_overlap=rule.min_overlap_s
        )
    people = int(np.count_nonzero(wide.encounters))
    return Carried(place, int(together.exposure_s.sum()) // 2, int(wide.encounters.sum()) // 2, people)


class _Met(NamedTuple):
    """Of one case: person → grade, as it was and as it would have been, and whose meetings differ."""

    now: Mapping[int, Grade]
    then: Mapping[int, Grade]
    changed: frozenset[int]


def _met(index: TraceIndex, left: TraceIndex, policy: Policy, asked: Asked, closing: Closing) -> _Met:
    here = list(meetings_of(index, policy, asked))
    elsewhere = [meeting for place, meeting in here if place not in closing.places]
    there = [(place, meeting) for place, meeting in here if place in closing.places]
    remaining = list(meetings_of(left, policy, asked))
    before, after = _figures(there), _figures(remaining)
    changed = {person for (place, person), figures in before.items() if after.get((place, person)) != figures}
    now = propose(policy, [*elsewhere, *(meeting for _, meeting in there)])
    then = propose(policy, [*elsewhere, *(meeting for _, meeting in remaining)])
    return _Met({one.person: one.grade for one in now}, {one.person: one.grade for one in then}, frozenset(changed))


def _figures(meetings: Sequence[tuple[int, Meeting]]) -> dict[tuple[int, int], tuple[int, int, int]]:
    return {(place, one.person): (one.exposure_s, one.encounters, one.last) for place, one in meetings}


def _left(index: TraceIndex, closing: Closing) -> TraceIndex:
    """What is left of the stays at the closed places."""
    kept = all_at(index, closing.places, *EVER).entered_before(closing.since)
    return _index(kept._replace(leave=np.minimum(kept.leave, closing.since)))


def _index(rows: Rows) -> TraceIndex:
    return TraceIndex.from_arrays(rows.person, rows.place, rows.enter, rows.leave, certain=rows.certain, threads=1)


def _strongest(grades: Iterator[Mapping[int, Grade]]) -> dict[int, Grade]:
    """Person → strongest grade over all cases, of those who have one."""
    best: dict[int, Grade] = {}
    for one in grades:
        for person, grade in one.items():
            if grade is not Grade.NONE:
                best[person] = max(best.get(person, grade), grade, key=STRENGTH.__getitem__)
    return best


def _by_earlier(case: Case, cases: Sequence[Case], met: Sequence[_Met]) -> bool:
    """Had a case met an earlier one there?"""
    person = case.asked.person
    return any(
        other.ill < case.ill and person in one.changed and one.now.get(person, Grade.NONE) is not Grade.NONE
        for other, one in zip(cases, met, strict=True)
    )


def _still(person: int, cases: Sequence[Case], met: Sequence[_Met], ill: Mapping[int, int]) -> bool:
    """Would he have met an earlier case all the same?"""
    return any(
        other.ill < ill[person] and one.then.get(person, Grade.NONE) is not Grade.NONE
        for other, one in zip(cases, met, strict=True)
    )


def _beside_cases(
    index: TraceIndex, policy: Policy, cases: Sequence[Case], span: tuple[int, int]
) -> dict[int, tuple[int, set[int]]]:
    """Place → seconds that others spent beside cases within `span`, and who."""
    found: dict[int, tuple[int, set[int]]] = {}
    for case in cases:
        asked = case.asked
        cut = Asked(asked.person, max(asked.t0, span[0]), min(asked.t1, span[1]), asked.kinds)
        if cut.t0 > cut.t1:
            continue
        for place, meeting in meetings_of(index, policy, cut):
            seconds, people = found.setdefault(place, (0, set()))
            people.add(meeting.person)
            found[place] = seconds + meeting.exposure_s, people
    return found
