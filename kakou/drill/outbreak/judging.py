"""Judging: was the ledger told of a meeting at which somebody was infected? And if not, why not?

It was, if by the ledger both were in the unit of the meeting at the moment of the infection. Why it was not is looked
up in what became of the passages around that moment, each of which the drill's desk can write again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from kakou.drill.days.desk import Desk, Draft
from kakou.drill.days.outbox import nobody, sleepers
from kakou.drill.days.trip import Crossing
from kakou.drill.outbreak.recorded import Recorded
from kakou.drill.outbreak.spread import Infection
from kakou.drill.outbreak.whereabouts import OUTSIDE, Kind, Whereabouts

_NO_FEVER = 500  # tenths of a degree: above it a temperature was typed in °F, and the intake puts the passage aside
_NEIGHBOURS = (-3, 3)  # for whom a recorder may take somebody (see the desk)
_CLOSE_MS = 2_000  # a clock that is off by less moves nothing that matters


class Cause(StrEnum):
    """Why the ledger does not know that two met."""

    NO_GATE = "no_gate"  # at a place behind no gate: a market, a school, a clinic
    IN_PASSING = "in_passing"  # at a gate itself: their passages are known, but those are moments
    UNSEEN = "unseen"  # one of their crossings was not written down
    OTHER_PERSON = "other_person"  # one was written down for another person, or another's for one of them
    WRONG_CLOCK = "wrong_clock"  # a clock nobody knew to be wrong moved one of them
    SET_ASIDE = "set_aside"  # one lies in quarantine
    LOST = "lost"  # a phone lost one
    NOT_SENT = "not_sent"  # a phone has not sent one yet
    NOT_YET_KNOWN = (
        "not_yet_known"  # one of the two lives there and has not yet gone out: small children, or on the first day
    )
    UNEXPLAINED = "unexplained"  # none of these: a fault, in the ledger or here


Judged: TypeAlias = Mapping[str, Cause | None]


def judge(
    truth: Whereabouts,
    infections: Iterable[Infection],
    stored: Container[UUID],
    recorded: Mapping[str, Sequence[Recorded]],
    nodes: Sequence[int],
) -> Judged:
    """Who was infected → None if the ledger was told of that meeting, else why not.

    `stored`: the ids of the ledger's passages; `recorded`: who → his presences by it; `nodes`: of the units, by number.
    """
    look = Look(truth, stored)
    return {
        infection.infected: None if known(infection, recorded, nodes) else look.why(infection)
        for infection in infections
    }


def known(infection: Infection, recorded: Mapping[str, Sequence[Recorded]], nodes: Sequence[int]) -> bool:
    """By the ledger, were both in the unit of the meeting at the moment of the infection?"""
    if infection.spot.unit == OUTSIDE:
        return False
    both = infection.infector, infection.infected
    return all(_was(recorded.get(who, ()), nodes[infection.spot.unit], infection.at_ms) for who in both)


def _was(there: Iterable[Recorded], node: int, ms: int) -> bool:
    return any(each.node == node and each.since_ms <= ms <= each.until_ms for each in there)


class Look:
    """Looks up what became of passages."""

    def __init__(self, truth: Whereabouts, stored: Container[UUID]) -> None:
        self._truth, self._stored = truth, stored
        self._desk = Desk(truth.story, nobody)
        self._asleep = sleepers(truth.story)

    def why(self, infection: Infection) -> Cause:
        """The first cause that applies."""
        if infection.spot.unit == OUTSIDE:
            return Cause.NO_GATE
        both = infection.infector, infection.infected
        found = next((cause for who in both for cause in self._of(who, infection.at_ms)), None)
        if found:
            return found
        if infection.spot.kind is Kind.GATE:
            return Cause.IN_PASSING
        heard_of = all(self._has_gone_through(infection.spot.unit, who, infection.at_ms) for who in both)
        return Cause.UNEXPLAINED if heard_of else Cause.NOT_YET_KNOWN

    def _has_gone_through(self, unit: int, who: str, ms: int) -> bool:
        """A gate of the unit, before a moment."""
        entrances = self._truth.story.world.entrances
        return any(c.crossed and c.ms <= ms and entrances[c.gate].unit == unit for c in self._truth.crossings[who])

    def _of(self, who: str, ms: int) -> Iterator[Cause]:
        """What went wrong with the passages that should tell where he was at `ms`."""
        for crossing in _around(self._truth.crossings[who], ms):
            fate = self._fate(crossing)
            if fate:
                yield fate
        if who[0] == "p" and any(self._taken_for(who)):
            yield Cause.OTHER_PERSON

    def _fate(self, crossing: Crossing) -> Cause | None:
        drafts = self._desk.write(crossing)
        if not drafts:
            return Cause.UNSEEN
        draft = drafts[-1]
        if UUID(draft.item["id"]) not in self._stored:
            return self._kept_back(draft)
        if crossing.subject[0] == "p" and draft.item["subject"]["id"] != crossing.profile.id:
            return Cause.OTHER_PERSON
        clock = self._desk.clock(crossing.gate, crossing.ms)
        return Cause.WRONG_CLOCK if abs(clock.skew_ms + clock.offset_ms) > _CLOSE_MS else None

    def _kept_back(self, draft: Draft) -> Cause:
        if draft.item["checks"].get("temperature", 0) > _NO_FEVER:
            return Cause.SET_ASIDE
        return Cause.NOT_SENT if draft.gate in self._asleep else Cause.LOST

    def _taken_for(self, who: str) -> Iterator[Crossing]:
        """Crossings of others that were written down for him."""
        mine = str(self._truth.story.world.person(int(who[1:])).id)
        for other in (f"p{int(who[1:]) + step}" for step in _NEIGHBOURS):
            for crossing in self._truth.crossings.get(other, ()):
                if any(draft.item["subject"]["id"] == mine for draft in self._desk.write(crossing)):
                    yield crossing


def _around(crossings: Sequence[Crossing], ms: int) -> list[Crossing]:
    """The last that he went through before a moment and the first after it, with those at which he was stopped."""
    before = [crossing for crossing in crossings if crossing.ms <= ms]
    after = [crossing for crossing in crossings if crossing.ms > ms]
    return [*_until_through(reversed(before)), *_until_through(after)]


def _until_through(crossings: Iterable[Crossing]) -> Iterator[Crossing]:
    for crossing in crossings:
        yield crossing
        if crossing.crossed:
            return
