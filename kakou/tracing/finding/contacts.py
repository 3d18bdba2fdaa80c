"""Whom somebody met and what that makes them: the engine is asked for each place he was at, the policy judges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kakou.tracing.engine import TraceIndex
from kakou.tracing.finding.evidence import MOST, pairs_of
from kakou.tracing.finding.places import places_of, stayed
from kakou.tracing.policy import NEVER, Meeting, PlaceRule, Policy, Proposal, propose, propose_secondary
from kakou.tracing.rules.pairs import Pair

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose contacts, within which seconds of the epoch (both ends in), and which kind every place is of."""

    person: int
    t0: int
    t1: int
    kinds: Mapping[int, str]


class Found(NamedTuple):
    """One proposed contact. `exposure_s`, `encounters`: over all places. `evidence`: pairs of stays, the longest
    first, no more than `evidence.MOST`."""

    proposal: Proposal
    exposure_s: int
    encounters: int
    evidence: tuple[Pair, ...]


Judge = Callable[[Policy, Sequence[Meeting]], list[Proposal]]


def contacts_of(index: TraceIndex, policy: Policy, asked: Asked) -> list[Found]:
    """Everybody whom a case met, the strongest grade first. Nobody known: an empty list."""
    return _found(index, policy, asked, propose)


def secondary_of(index: TraceIndex, policy: Policy, asked: Asked) -> list[Found]:
    """The same of those met by a close contact; see `policy.propose_secondary`."""
    return _found(index, policy, asked, propose_secondary)


def _found(index: TraceIndex, policy: Policy, asked: Asked, judge: Judge) -> list[Found]:
    meetings = [meeting for _, meeting in meetings_of(index, policy, asked)]
    exposure: dict[int, int] = {}
    encounters: dict[int, int] = {}
    for met in meetings:
        exposure[met.person] = exposure.get(met.person, 0) + met.exposure_s
        encounters[met.person] = encounters.get(met.person, 0) + met.encounters
    proposals = judge(policy, meetings)
    wanted = {one.person: MOST[one.grade] for one in proposals if MOST[one.grade]}
    evidence = pairs_of(index, policy, asked.person, asked.t0, asked.t1, asked.kinds, wanted)
    return [Found(one, exposure[one.person], encounters[one.person], evidence.get(one.person, ())) for one in proposals]


def meetings_of(
    index: TraceIndex, policy: Policy, asked: Asked, *, but: Collection[int] = ()
) -> Iterator[tuple[int, Meeting]]:
    """(place, meeting): one for each person and each place at which somebody was, `but` for these."""
    nowhere = dict.fromkeys(index.places.ids.tolist(), NEVER)
    for place in places_of(index, asked.person, asked.t0, asked.t1):
        if place not in but:
            for meeting in _at(index, policy, asked, place, nowhere):
                yield place, meeting


def _at(index: TraceIndex, policy: Policy, asked: Asked, place: int, nowhere: Mapping[int, int]) -> Iterator[Meeting]:
    kind = asked.kinds.get(place, "")
    rule = policy.rule(kind)
    here = {**nowhere, place: rule.min_overlap_s}
    met = index.contacts(asked.person, asked.t0, asked.t1, min_overlap=here, gap=rule.gap_s)
    if not len(met):
        return
    present = _present(index, asked, {**nowhere, place: 0}) if rule.is_large else None
    together = _altogether(index, policy, rule, asked, place)
    own = together.get(asked.person, 0)
    for person, seconds, times, first, last, certain in zip(
        met.person.tolist(), met.exposure_s.tolist(), met.encounters.tolist(), met.first.tolist(), met.last.tolist(),
        met.certain.tolist(), strict=True,
    ):  # fmt: skip
        stays = max(own, together.get(person, 0)) if rule.cumulative_s else None
        yield Meeting(person, kind, seconds, times, first, last, certain, present, stays)


def _present(index: TraceIndex, asked: Asked, here: Mapping[int, int]) -> int:
    """How many were at a place at the same time as the one asked about, he among them."""
    return len(index.contacts(asked.person, asked.t0, asked.t1, min_overlap=here)) + 1


def _altogether(index: TraceIndex, policy: Policy, rule: PlaceRule, asked: Asked, place: int) -> Mapping[int, int]:
    """Person → seconds spent at a place within the days that count for a companion; of no use elsewhere."""
    if not rule.cumulative_s:
        return {}
    return stayed(index, place, asked.t1 - policy.companion_days * DAY, asked.t1)
