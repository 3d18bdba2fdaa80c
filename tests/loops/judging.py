"""The ledger of orders, judged when all has come: none lost, none doubled, each closed or with an owner and a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from itertools import pairwise

from kakou.access.scope import acting_as_system
from kakou.workorders.models import Step, WorkOrder
from kakou.workorders.rules import ENDED, STAYS, StepKind
from tests.loops.ground import NotYet
from tests.loops.hands import Fate
from tests.loops.sources import DRAWN, OF_THE_MACHINE, PASSING

OPENS, CLOSES = (StepKind.OPENED, StepKind.REOPENED), (StepKind.CLOSED, StepKind.DUPLICATE)


class Judgement:
    """What is wrong, by words, and how many of each kind of wrong."""

    def __init__(self, fates: Collection[Fate]) -> None:
        self.wrong: Counter[str] = Counter()
        self.words: list[str] = []
        with acting_as_system():
            self.orders = list(WorkOrder.objects.order_by("opened_at", "id"))
            steps = list(Step.objects.order_by("id").values_list("order_id", "kind", "by_id", "facts"))
        self._steps = defaultdict(list)
        for order, *step in steps:
            self._steps[order].append(step)
        of: dict[tuple[str, str], list[WorkOrder]] = defaultdict(list)
        for order in self.orders:
            if order.kind not in OF_THE_MACHINE:
                of[order.kind, order.cause].append(order)
        expected = set()
        for fate in fates:
            if (where := _where(fate)) is not None:
                expected.add(where)
            self._judge(fate, of.get(where, []) if where else [])
        self._judge_others({where: found for where, found in of.items() if where not in expected})
        for order in self.orders:
            self._judge_order(order)

    def _say(self, what: str, words: str) -> None:
        self.wrong[what] += 1
        self.words.append(f"{what}: {words}")

    def _judge(self, fate: Fate, found: list[WorkOrder]) -> None:
        about = f"{fate.cause.kind} {found[0].cause if found else '(none)'} heals={fate.heals} closed={fate.closed}"
        if len(found) > fate.cause.times:
            self._say("doubled", f"{about}: {[order.state for order in found]}")
        if not found and not fate.heals:
            self._say("lost", about)
        if found and (fate.heals or fate.closed) != (found[-1].state in ENDED):
            self._say("open" if fate.heals or fate.closed else "closed", f"{about}: {found[-1].state}")

    def _judge_others(self, of: Mapping[tuple[str, str], list[WorkOrder]]) -> None:
        drawn = {kind: causes() for kind, causes in DRAWN.items()}
        for (kind, cause), found in of.items():
            if kind in drawn:
                if cause not in drawn[kind]:
                    self._say("unexplained", f"{kind} {cause}: nobody drew it")
                drawn[kind].discard(cause)
            elif kind not in PASSING or any(order.state not in ENDED for order in found):
                self._say("unexplained", f"{kind} {cause} {found[-1].state} {found[-1].facts}")
            if len(found) > 1 and not found[0].recurs:
                self._say("doubled", f"{kind} {cause}")
        for kind, causes in drawn.items():
            for cause in causes:
                self._say("lost", f"{kind} {cause} was drawn")

    def _judge_order(self, order: WorkOrder) -> None:
        """One step for each change, in turn; open: with somebody and a time; closed of itself: with why."""
        about = f"{order.kind} {order.cause} {order.state}"
        steps = self._steps[order.pk]
        moves = [kind for kind, *_ in steps if kind in (*OPENS, *CLOSES)]
        if [kind for kind, *_ in steps if kind not in STAYS or kind == StepKind.OPENED][:1] != [StepKind.OPENED]:
            self._say("steps", f"{about}: {moves}")
        if moves.count(StepKind.OPENED) != 1 or any((a in OPENS) == (b in OPENS) for a, b in pairwise(moves)):
            self._say("steps", f"{about}: {moves}")
        if (moves[-1] in CLOSES) != (order.state in ENDED):
            self._say("steps", f"{about}: {moves}")
        if order.state not in ENDED and not (order.owner_id and order.due_at):
            self._say("unowned", about)
        if order.state in ENDED and not next(facts for kind, _, facts in reversed(steps) if kind in CLOSES):
            self._say("without evidence", about)


def _where(fate: Fate) -> tuple[str, str] | None:
    try:
        return fate.cause.kind, fate.cause.name()
    except NotYet:
        return None
