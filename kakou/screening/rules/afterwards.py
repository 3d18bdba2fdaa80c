"""Judging again what a gate has judged: by what was written down, never by what nobody wrote. Pure.

A gate knows more than its record keeps: the pass it was shown, the state of its unit, what the ledger remembered of
somebody. A rule that reads any of that is not asked again, and so its silence accuses nobody. Leaving a rule out can
only make the verdict milder, as the verdict is the strongest of all findings.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from kakou.screening.certlogic import CannotEvaluate
from kakou.screening.certlogic.evaluating import is_true
from kakou.screening.rules.facts import Area, Case
from kakou.screening.rules.looks import STOPPED, Way
from kakou.screening.rules.verdicts import NOT_LOOKED, STRENGTH, Judged, LookRule, Outcome, Pack, judge

GATE_ONLY = frozenset({"past", "pass_state", "management", "unit"})
QUOTA_USED = "past.quota_used"
USED_UP = 1_000  # more than any household's quota
_STOPPED = frozenset(verdict.name.lower() for verdict in STOPPED)


class Doubt(StrEnum):
    """Why somebody is to be asked about a verdict."""

    MILDER = "milder"  # than the rules' own of what was written down
    ORIGIN = "origin"  # only because of an area that the gate may not have known yet


class Doubted(NamedTuple):
    """A recorded verdict that the rules do not share, and what they say instead."""

    doubt: Doubt
    judged: Judged


def afterwards(pack: Pack) -> Pack:
    """The pack without the rules that read what only the gate knew."""
    rules = tuple(rule for rule in pack.rules if GATE_ONLY.isdisjoint(path.partition(".")[0] for path in rule.reads))
    return dataclasses.replace(pack, rules=rules)


def of_what_was_seen(pack: Pack) -> Pack:
    """The pack without its duties: whoever is turned away at the first look is not looked at further."""
    return dataclasses.replace(pack, looks=tuple(map(_without_duties, pack.looks)))


def doubt(pack: Pack, recorded: str, cases: Sequence[Case], areas: Sequence[Area]) -> Doubted | None:
    """Is the recorded verdict (its word) milder than what `pack`, one of `afterwards`, says of the case?

    `cases`: one case at every moment at which the gate may have judged it (clocks differ, and writing down takes a
    while): none of them may bear the verdict out. An emergency is never doubted, whoever called it one.
    """
    asked = of_what_was_seen(pack) if recorded in _STOPPED else pack
    first, *others = cases
    judged = judge(asked, first, areas)
    if not is_milder(recorded, judged.outcome):
        return None  # nearly always, so the other moments are asked only now
    if not all(is_milder(recorded, judge(asked, case, areas).outcome) for case in others):
        return None
    if areas and not all(is_milder(recorded, judge(asked, case).outcome) for case in cases):
        return Doubted(Doubt.ORIGIN, judged)
    return Doubted(Doubt.MILDER, judged)


def is_milder(recorded: str, judged: str) -> bool:
    """Did the gate ask less of somebody than the rules do?"""
    return judged != Outcome.EMERGENCY and STRENGTH[recorded] < STRENGTH[judged]


def left_out(judged: Judged) -> tuple[str, ...]:
    """The looks that were compulsory and that nobody took, nor said why not."""
    return tuple(look for look, _, kind in (reason.partition(".") for reason in judged.reasons) if kind == NOT_LOOKED)


def counts_for_quota(pack: Pack, *, who: str | None, purpose: str | None) -> bool:
    """Does a way out of this kind use up the quota of the household? As the pack's own rules about it say: they stop
    such a one when the quota is used up."""
    asking = [rule for rule in pack.rules if QUOTA_USED in rule.reads]
    past: Mapping[str, int] = {"quota_used": USED_UP}
    case: dict[str, Any] = {"direction": Way.OUT, "who": who, "purpose": purpose, "past": past, "param": pack.params}
    return any(_fires(rule.when, case) for rule in asking)


def _without_duties(look: LookRule) -> LookRule:
    return dataclasses.replace(look, duties={})


def _fires(when: Any, case: Mapping[str, Any]) -> bool:
    try:
        return is_true(when(case))
    except CannotEvaluate:
        return False
