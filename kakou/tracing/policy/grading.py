"""From meetings to proposed contacts, each with its grade, its rank and every reason. Pure.

A meeting proposes what its kind of place can propose, if it was long enough; who was met several times gets the
strongest grade of all, and all the reasons. Where many people are, being there together says little: the time is
reckoned over those present, so that a household comes before a market.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kakou.tracing.policy import wording
from kakou.tracing.policy.model import STRENGTH, Grade, PlaceRule, Policy
from kakou.tracing.policy.wording import WHY, Reason

NEVER = 2_000_000_000  # seconds, 63 years: the engine's min_overlap for a place that is not asked about


class Meeting(NamedTuple):
    """What one person had to do with the case at one place, as the engine tells it of that place alone.

    Seconds; `first`, `last` of the epoch. `present`: how many people were there at that time, None where nobody
    counted. `stayed_s`: the longer of what each of the two spent there within `Policy.companion_days`; None where
    nobody counted, and then what they shared stands for it, which is never more. For somebody of the same household or
    dormitory by a register, it is the time that both can have been there.
    """

    person: int
    kind: str
    exposure_s: int
    encounters: int
    first: int
    last: int
    certain: bool = True
    present: int | None = None
    stayed_s: int | None = None


class Proposal(NamedTuple):
    """What somebody is proposed as, by which edition, and why: reasons of the deciding meetings first.

    `rank`: within a grade the higher comes first; seconds together, where there was a crowd reckoned over it. `first`,
    `last`, `certain`: of the deciding meetings, that is those of this grade; certain if one of them is.
    """

    person: int
    grade: Grade
    rank: float
    reasons: tuple[Reason, ...]
    first: int
    last: int
    certain: bool
    edition: str


class _Judged(NamedTuple):
    meeting: Meeting
    grade: Grade
    weight: float
    reasons: tuple[Reason, ...]


def overlaps(
    policy: Policy, kinds_by_place: Mapping[int, str], *, asked: Collection[str] | None = None
) -> dict[int, int]:
    """For the engine: the seconds that two must share each place to have met. With `asked`, a place of any other kind
    can have no meetings: the engine takes one gap and its answers name no place, so it is asked kind by kind."""
    return {
        place: policy.rule(kind).min_overlap_s if asked is None or kind in asked else NEVER
        for place, kind in kinds_by_place.items()
    }


def propose(policy: Policy, meetings: Iterable[Meeting]) -> list[Proposal]:
    """Everybody met by the case: the strongest grade first, then the highest rank, of equal ones the smaller person."""
    return _proposed(policy, meetings, _judge)


def propose_secondary(policy: Policy, meetings: Iterable[Meeting]) -> list[Proposal]:
    """The same of those met by a close contact, from that one's first meeting with the case until the isolation
    (`planning.onward`): who would be close at a kind of place in `Policy.secondary` is secondary, all others nothing.
    """
    return _proposed(policy, meetings, _judge_onward)


def _proposed(
    policy: Policy, meetings: Iterable[Meeting], judge: Callable[[Policy, Meeting], _Judged]
) -> list[Proposal]:
    by_person: defaultdict[int, list[_Judged]] = defaultdict(list)
    for meeting in meetings:
        by_person[meeting.person].append(judge(policy, meeting))
    found = [_summed(policy, judged) for judged in by_person.values()]
    return sorted(found, key=lambda each: (-STRENGTH[each.grade], -each.rank, each.person))


def _summed(policy: Policy, judged: Sequence[_Judged]) -> Proposal:
    """What all meetings with one person come to."""
    ordered = sorted(judged, key=_order)
    grade = ordered[0].grade
    deciding = [each for each in ordered if each.grade is grade]
    return Proposal(
        person=ordered[0].meeting.person,
        grade=grade,
        rank=sum(each.weight for each in deciding),
        reasons=tuple(reason for each in ordered for reason in each.reasons),
        first=min(each.meeting.first for each in deciding),
        last=max(each.meeting.last for each in deciding),
        certain=any(each.meeting.certain for each in deciding),
        edition=policy.name,
    )


def _order(judged: _Judged) -> tuple[int, float, str, int, int]:
    meeting = judged.meeting
    return -STRENGTH[judged.grade], -judged.weight, meeting.kind, meeting.first, meeting.last


def _judge(policy: Policy, meeting: Meeting) -> _Judged:
    rule = policy.rule(meeting.kind)
    people = _people(policy, rule, meeting)
    weight = meeting.exposure_s * policy.crowd_from / max(people, policy.crowd_from)
    grade, follows = _graded(rule, meeting)
    figures = _figures(policy, rule, meeting)
    told = wording.reason(WHY[rule.why], figures), wording.reason(follows, figures)
    return _Judged(meeting, grade, weight, (*told, *_remarks(policy, meeting, people)))


def _judge_onward(policy: Policy, meeting: Meeting) -> _Judged:
    judged = _judge(policy, meeting)
    if judged.grade is Grade.CLOSE and meeting.kind in policy.secondary:
        grade, follows = Grade.SECONDARY, wording.ONWARD
    else:
        grade, follows = Grade.NONE, wording.NOT_ONWARD
    return judged._replace(grade=grade, reasons=(*judged.reasons, Reason(follows)))


def _graded(rule: PlaceRule, meeting: Meeting) -> tuple[Grade, str]:
    """The grade, and the msgid of what follows. That a stay is uncertain changes nothing: it is said besides."""
    if rule.proposes is Grade.NONE:
        return Grade.NONE, wording.ALONE
    if meeting.exposure_s < rule.min_overlap_s:
        return Grade.NONE, wording.TOO_SHORT
    if max(meeting.exposure_s, meeting.stayed_s or 0) < rule.cumulative_s:
        return Grade.NONE, wording.NOT_COUNTED if meeting.stayed_s is None else wording.NOT_LONG
    if rule.proposes is Grade.CLOSE:
        return Grade.CLOSE, wording.CLOSE_FROM if rule.min_overlap_s else wording.CLOSE_ANY
    return rule.proposes, wording.COMPANION_LONG if rule.cumulative_s else wording.COMPANION


def _people(policy: Policy, rule: PlaceRule, meeting: Meeting) -> int:
    """How many were there, as far as it matters: nobody counts a household."""
    if meeting.present is not None:
        return meeting.present
    return policy.crowd_assumed if rule.is_large else 0


def _remarks(policy: Policy, meeting: Meeting, people: int) -> Iterator[Reason]:
    if people > policy.crowd_from:
        yield Reason(wording.UNCOUNTED if meeting.present is None else wording.CROWD, {"present": people})
    if not meeting.certain:
        yield Reason(wording.UNCERTAIN)


def _figures(policy: Policy, rule: PlaceRule, meeting: Meeting) -> dict[str, object]:
    """Whatever a sentence about a meeting may name; see `wording`."""
    return {
        "kind": meeting.kind,
        "minutes": meeting.exposure_s // 60,
        "times": meeting.encounters,
        "least": rule.min_overlap_s // 60,
        "gap": rule.gap_s // 60,
        "hours": rule.cumulative_s // 3_600,
        "days": policy.companion_days,
    }
