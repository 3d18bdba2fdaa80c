"""Rounds of verdicts in Python: CPU seconds of each case, of its rules alone, and of reading it from JSON."""

from __future__ import annotations

import contextlib
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from bench.cases import Asked
from kakou.screening.certlogic import CannotEvaluate, Compiled
from kakou.screening.certlogic.evaluating import is_true
from kakou.screening.packs import SHIPPED, read_pack, shipped
from kakou.screening.rules import Judged, Pack, facts_of, judge
from kakou.screening.rules.verdicts import result_of

PACKS: Mapping[str, Pack] = {code: read_pack(shipped(code)) for code in SHIPPED}
T = TypeVar("T")


class Round(NamedTuple):
    """Seconds of one pass over all cases, and of each."""

    whole: float
    each: Sequence[float]

    @property
    def mean(self) -> float:
        """Seconds of a case."""
        return self.whole / len(self.each)


def verdicts(asked: Sequence[Asked]) -> tuple[Round, list[Judged]]:
    """One round of verdicts, and what they said."""
    said: list[Judged] = []
    return timed(asked, lambda one: said.append(judge(PACKS[one.pack], one.case, one.areas))), said


def rules(asked: Sequence[Asked]) -> Round:
    """The raw limit: the compiled rules that those verdicts ask, and nothing around them."""
    return timed([list(_rules_of(one)) for one in asked], _evaluate)


def reading(asked: Sequence[Asked]) -> Round:
    """Reading each case from its JSON, which no server can avoid."""
    return timed([json.dumps(one.case) for one in asked], json.loads)


def timed(ones: Sequence[T], act: Callable[[T], object]) -> Round:
    """CPU seconds of this thread for all of them, and for each. Some 0.3 µs of each are the clock itself."""
    each = []
    began = before = time.thread_time_ns()
    for one in ones:
        act(one)
        after = time.thread_time_ns()
        each.append((after - before) * 1e-9)
        before = after
    return Round((before - began) * 1e-9, each)


def slowest(rounds: Sequence[Round]) -> tuple[int, float]:
    """Which case took longest, by the median of its rounds, and that median: a round's own worst is a neighbour's."""
    medians = [statistics.median(of_case) for of_case in zip(*(one.each for one in rounds), strict=True)]
    worst = max(range(len(medians)), key=medians.__getitem__)
    return worst, medians[worst]


def differences(asked: Sequence[Asked], ours: Sequence[Judged], theirs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of the cases in which Python and the phone do not say the very same: outcome, every reason in its
    order, nearest fix, version of the pack.
    """
    told = [{**judged._asdict(), "reasons": list(judged.reasons)} for judged in ours]
    pairs = zip(asked, told, theirs, strict=True)
    return [f"{one.pack}: {one.name}" for one, ours_of_it, theirs_of_it in pairs if ours_of_it != theirs_of_it]


def _rules_of(one: Asked) -> Iterator[tuple[Compiled, dict[str, Any]]]:
    pack = PACKS[one.pack]
    try:
        facts = facts_of(one.case, one.areas, lookback_days=pack.params["lookback_days"])
    except ValueError:  # a day that is none: no rule is asked
        return
    data = {**one.case, "facts": facts, "param": pack.params}
    for rule in pack.rules:
        if all(result_of(one.case, look) is not None for look in rule.needs):
            yield rule.when, data


def _evaluate(ones: Sequence[tuple[Compiled, dict[str, Any]]]) -> None:
    for when, data in ones:
        with contextlib.suppress(CannotEvaluate):
            is_true(when(data))
