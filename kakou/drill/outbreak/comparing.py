"""Comparing: what an answer of the tracing engine says, beside what really happened.

Nobody can be found whose chain of infections goes through a meeting that no gate knows of, but by chance. So two
things are told apart: whether the ledger knows of the meeting at which somebody was infected, and whether it knows of
all meetings before it, back to the first case. Of the latter all must be found, each with a path of stays that holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from kakou.drill.outbreak.judging import Cause, Judged
from kakou.drill.outbreak.recorded import Recorded
from kakou.drill.outbreak.spread import Infection

if TYPE_CHECKING:  # the engine's compiled code stays out of processes that only look
    from kakou.tracing.engine import Reach, Step


Names: TypeAlias = Mapping[str, int]  # who → by which number the index knows him; who is not in it is left out


@dataclass(frozen=True)
class Comparison:
    """People by what became of them.

    `known`: the ledger knows of the meeting at which they were infected; `chained`: and of all before it; `found` of
    the chained, `held` with a path that holds; `beyond`: known, not chained, and found all the same. `missing`: chained
    and not found, or without a path that holds. `unknown`: of the others, why the ledger does not know of the meeting;
    `cut_off`: of the known that are not chained, why it does not know of the first unknown meeting before.
    """

    infected: int
    known: int
    chained: int
    found: int
    held: int
    beyond: int
    missing: tuple[str, ...]
    unknown: Mapping[Cause, int]
    cut_off: Mapping[Cause, int]


def compare(
    infections: Sequence[Infection],
    judged: Judged,
    reach: Reach,
    names: Names,
    recorded: Mapping[str, Sequence[Recorded]],
    *,
    first: str,
    latency_s: int,
) -> Comparison:
    """An outbreak beside a reach from its `first` case. `recorded`: the presences by the ledger of all whom a path may
    lead through."""
    first_unknown = _first_unknown(infections, judged)
    reached = {int(person) for person in reach.person}
    known = [each.infected for each in infections if judged[each.infected] is None]
    chained = [who for who in known if first_unknown[who] is None]
    found = [who for who in chained if names.get(who) in reached]
    paths = Paths(names, recorded, latency_s)
    held = {who for who in found if paths.hold(reach.evidence(names[who]), first, who)}
    beyond = [who for who in known if first_unknown[who] and names.get(who) in reached]
    return Comparison(
        len(infections), len(known), len(chained), len(found), len(held), len(beyond),
        tuple(who for who in chained if who not in held),
        Counter(cause for cause in judged.values() if cause),
        Counter(cause for who in known if (cause := first_unknown[who])),
    )  # fmt: skip


def _first_unknown(infections: Iterable[Infection], judged: Judged) -> dict[str, Cause | None]:
    """Who → why the ledger does not know of the first meeting of his chain, from the first case on, that it does not
    know of; None where it knows of all. Infections come in order of time."""
    found: dict[str, Cause | None] = {}
    for each in infections:
        found[each.infected] = found.get(each.infector) or judged[each.infected]
    return found


class Paths:
    """Tells whether a path of stays holds, by the ledger and by itself."""

    def __init__(self, names: Names, recorded: Mapping[str, Sequence[Recorded]], latency_s: int) -> None:
        self._names, self._latency_s = names, latency_s
        self._stays = {names[who]: stays for who, stays in recorded.items() if who in names}

    def hold(self, steps: Sequence[Step], first: str, last: str) -> bool:
        """From `first` to `last` without a gap, each stay in the ledger, each time in both stays and late enough."""
        if not steps or steps[0].source != self._names[first] or steps[-1].target != self._names[last]:
            return False
        joined = all(a.target == b.source and b.time >= a.time + self._latency_s for a, b in pairwise(steps))
        return joined and all(map(self._holds, steps))

    def _holds(self, step: Step) -> bool:
        stays = (step.source, step.source_stay), (step.target, step.target_stay)
        return all(
            stay[0] <= step.time <= stay[1] and self._is_recorded(person, step.place, *stay) for person, stay in stays
        )

    def _is_recorded(self, person: int, place: int, enter_s: int, leave_s: int) -> bool:
        return any(
            there.node == place and there.since_ms // 1000 <= enter_s and leave_s <= there.until_ms // 1000
            for there in self._stays.get(person, ())
        )
