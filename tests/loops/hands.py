"""Hands that bring, heal and close, in seeded disorder, failing and trying again."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from django.db import OperationalError, connection, connections, transaction

from kakou.access.models import Staff
from kakou.access.scope import acting_as
from kakou.kernel.errors import Refusal
from kakou.kernel.time import now
from kakou.workorders import actions
from kakou.workorders.events import kind_of
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import ENDED, REQUEST
from tests.loops.ground import DESK, GATE, Act, Cause, NotYet

PATIENCE = 240.0  # seconds that an errand is tried again
LONGER = dt.timedelta(hours=2)
TORN, CUT, TWICE = 0.08, 0.04, 0.12  # of all acts


class Torn(Exception):
    """Something broke before the commit."""


@dataclass(eq=False)
class Fate:
    """What becomes of a cause: `heals`, and `closed` by hand. `brought`, `healed`: has it been?"""

    cause: Cause
    heals: bool = False
    closed: bool = False
    left: Counter[str] = field(default_factory=Counter)  # what → errands that are not done

    @property
    def brought(self) -> bool:
        """Is all of it there?"""
        return not self.left["bring"]


@dataclass(eq=False)
class Errand:
    """Some acts in their order, for a cause; `done` of them are."""

    fate: Fate
    what: str
    acts: Sequence[Act]
    done: int = 0
    ends: float = 0.0

    @property
    def by(self) -> str:
        """Whose rights its next act needs."""
        return self.acts[self.done].by

    @property
    def is_too_late(self) -> bool:
        """Was it tried in vain for too long since its cause was there?"""
        if not self.fate.brought and self.what != "bring":
            return False
        self.ends = self.ends or time.monotonic() + PATIENCE
        return time.monotonic() > self.ends

    @property
    def waits(self) -> bool:
        """Does something else come first?"""
        return self.what != "bring" and self.fate.cause.ordered and not self.fate.brought


class Errands:
    """All that is to be done, taken by several hands, each by its own rights."""

    def __init__(self, errands: Sequence[Errand]) -> None:
        self._todo: dict[str, deque[Errand]] = {GATE: deque(), DESK: deque()}
        self._lock, self.left = threading.Lock(), len(errands)
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        for errand in errands:
            self._todo[errand.by].append(errand)

    def take(self, by: str) -> Errand | None:
        """The next one for these rights, if there is one now."""
        with self._lock:
            return self._todo[by].popleft() if self._todo[by] else None

    def put_back(self, errand: Errand) -> None:
        """It goes on later."""
        if errand.is_too_late:
            self.finish(errand, f"{errand.fate.cause.kind}: {errand.what} was not possible in {PATIENCE} s")
            return
        with self._lock:
            self._todo[errand.by].append(errand)

    def finish(self, errand: Errand, trouble: str = "") -> None:
        """It is done, or cannot be."""
        with self._lock:
            self.left -= 1
            errand.fate.left[errand.what] -= 1
            self.done[errand.what] += 1
            if trouble:
                self.failed.append(trouble)

    def count(self, what: str) -> None:
        """One more of these."""
        with self._lock:
            self.done[what] += 1


class Hand(threading.Thread):
    """One who takes errands until none is left, with the rights of its door; seeded to fail."""

    def __init__(self, errands: Errands, by: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.errands, self.by, self.chance = errands, by, Random(seed)

    def run(self) -> None:
        """See the class."""
        mine = connections["default"]
        mine.settings_dict = {**mine.settings_dict, "USER": self.by, "OPTIONS": {}}  # its own, not the pool's
        try:
            in_vain = 0
            while self.errands.left:
                errand = self.errands.take(self.by)
                in_vain = 0 if errand and self._goes_on(errand) else in_vain + 1
                if in_vain:  # whoever waits for the worker must not take its time
                    time.sleep(0.01 if in_vain < 10 else 0.3)
        finally:
            connections.close_all()

    def _goes_on(self, errand: Errand) -> bool:
        """One act of it; False when it must wait."""
        if errand.waits:
            self.errands.put_back(errand)
            return False
        try:
            self._act(errand.acts[errand.done])
        except NotYet:
            self.errands.put_back(errand)
            return False
        except Exception as trouble:  # noqa: BLE001 told where the test sees it
            self.errands.finish(errand, f"{errand.fate.cause.kind}: {errand.what}: {trouble!r}")
            return True
        if errand.done + 1 == len(errand.acts):
            self.errands.finish(errand)
        else:
            errand.done, errand.ends = errand.done + 1, 0.0
            self.errands.put_back(errand)
        return True

    def _act(self, act: Act) -> None:
        drawn = self.chance.random()
        if drawn < TORN:
            self._torn(act)
        elif drawn < TORN + CUT:
            self._cut(act)
        act.do()
        if act.twice and drawn > 1 - TWICE:  # the answer was lost
            self.errands.count("sent twice")
            act.do()

    def _torn(self, act: Act) -> None:
        try:
            with transaction.atomic():
                act.do()
                raise Torn
        except Torn:
            self.errands.count("torn before the commit")

    def _cut(self, act: Act) -> None:
        """The connection is lost within the transaction."""
        other = connection.copy()
        try:
            with transaction.atomic():
                act.do()
                with connection.cursor() as cursor:
                    cursor.execute("select pg_backend_pid()")
                    backend = cursor.fetchone()
                with other.cursor() as cursor:
                    cursor.execute("select pg_terminate_backend(%s)", backend)
                with connection.cursor() as cursor:
                    cursor.execute("select 1")
        except OperationalError:
            self.errands.count("connection cut")
        finally:
            other.close()
            connection.close()


def _order_of(fate: Fate) -> WorkOrder | None:
    """The open one about it; None when it ended or its matter healed. Raises NotYet."""
    cause = fate.cause
    order = WorkOrder.objects.filter(kind=cause.kind, cause=cause.name()).order_by("-opened_at").first()
    if order is None and not (fate.heals and not fate.left["heal"]):
        raise NotYet
    return None if order is None or order.state in ENDED else order


def handling(fate: Fate, who: Staff, chance: Random) -> Act:
    """Somebody does something about it that neither heals nor closes it."""
    step = chance.choice(_STEPS)

    def handle() -> None:
        with acting_as(who):
            order = _order_of(fate)
            if order is not None:
                with suppress(Refusal), transaction.atomic():  # somebody was quicker
                    step(order, who)

    return Act(handle, by=DESK)


_STEPS: Sequence[Callable[[WorkOrder, Staff], object]] = (
    lambda order, who: actions.begin(order, by=who, at=now()),
    lambda order, who: actions.note(order, text="已联系", by=who, at=now()),
    lambda order, who: actions.hand_on([order], owner=who, by=who, at=now()),
    lambda order, who: actions.pause(order, until=now() + LONGER, reason="等对方回复", by=who, at=now()),
    lambda order, who: actions.dispatch(order, unit=order.first_node_id, by=who, at=now()),
    lambda order, who: actions.join(order, helper=who, by=who, at=now()),
)


def closing(fate: Fate, who: Staff) -> Act:
    """Somebody looks into it and closes it, as soon as there is an order about it, or when it has healed."""

    def close() -> None:
        with acting_as(who):
            order = _order_of(fate)
            if order is None:
                return
            try:
                with transaction.atomic():
                    _close(order, who)
            except Refusal:
                order.refresh_from_db()
                if order.state not in ENDED:
                    raise

    return Act(close, by=DESK)


def _close(order: WorkOrder, who: Staff) -> None:
    kind = kind_of(order.kind)
    if kind.flow is REQUEST:
        actions.accept(order, by=who, at=now())
        actions.answer(order, evidence={"answer": "已处理"}, by=who, at=now())
        order.refresh_from_db()
    actions.close(order, evidence=dict.fromkeys(kind.evidence or ("finding",), "已核实"), by=who, at=now())
