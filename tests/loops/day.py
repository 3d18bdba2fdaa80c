"""A drill day from its seed to its judgement."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kakou.workorders.events import kind_of
from tests.loops.ground import DESK, GATE, Cause, Ground
from tests.loops.hands import Errand, Errands, Fate, Hand, closing, handling
from tests.loops.judging import Judgement
from tests.loops.of_desks import look_at_lists
from tests.loops.sources import SOURCES
from tests.loops.worker import Worker

HANDS = {GATE: 2, DESK: 2}
HANDLED = 0.3  # of all causes: somebody takes a step about their order
SETTLES = 150.0  # seconds: what is looked at every minute was looked at
STANDS = 1.0  # seconds without anything done while the worker rests: only a look of every minute can help


@dataclass
class Day:
    """What a day came to."""

    judgement: Judgement
    counts: Counter[str]
    failed: list[str]


def causes_of(ground: Ground, many: int) -> list[Cause]:
    """At least so many, of every kind in turn and of each at least one."""
    made: list[Cause] = []
    for n in range(many):
        for source in SOURCES.values():
            if n == 0 or len(made) < many:
                made += source(ground, n)
    return made


def fated(causes: Collection[Cause], chance: Random) -> list[Fate]:
    """By lot: left open, healed, closed by hand, or both."""
    fates: dict[int, Fate] = {}
    for cause in causes:
        may_close = cause.by_hand and kind_of(cause.kind).by_hand
        heals = bool(cause.heal) and chance.random() < 0.6
        if cause.heals_with is not None:
            heals = fates[id(cause.heals_with)].heals
        fates[id(cause)] = Fate(cause, heals, may_close and chance.random() < (0.2 if heals else 0.5))
    return list(fates.values())


def errands_of(fates: Collection[Fate], ground: Ground, chance: Random) -> Errands:
    """Everything to be done, in seeded disorder."""
    made: list[Errand] = []
    for fate in fates:
        who = getattr(ground, fate.cause.handled_by, None)
        parts = [("bring", fate.cause.bring)]
        parts += [("heal", fate.cause.heal)] if fate.heals else []
        parts += [("handle", [handling(fate, who, chance)])] if who and chance.random() < HANDLED else []
        parts += [("close", [closing(fate, who)])] if fate.closed else []
        for what, acts in parts:
            together = fate.cause.ordered or any(act.by == DESK for act in acts)
            for act in acts:
                act.plan()
            some = [acts] if together and acts else [[act] for act in acts]
            made += [Errand(fate, what, one) for one in some]
            fate.left[what] += len(some)
    chance.shuffle(made)
    return Errands(made)


def play(*, seed: int, many: int, kills: int, compounds: int, folder: Path) -> Day:
    """Bring `many` causes while the worker is killed so often, let it catch up, and judge."""
    chance, began = Random(seed), time.monotonic()
    ground = Ground(compounds)
    fates = fated(causes_of(ground, many), chance)
    errands = errands_of(fates, ground, chance)
    ready = time.monotonic()
    worker = Worker(folder / "worker.log", chance)
    hands = [Hand(errands, by, chance.randrange(2**32)) for by, some in HANDS.items() for _ in range(some)]
    try:
        for hand in hands:
            hand.start()
        _storm(worker, errands, kills, chance)
        for hand in hands:
            hand.join()
        brought = time.monotonic()
        judgement = _settled(worker, fates)
    finally:
        worker.stop()
    counts = errands.done + Counter(
        causes=len(fates), orders=len(judgement.orders), kills=worker.kills, in_transaction=worker.in_transaction,
        seconds=round(time.monotonic() - began), seconds_to_prepare=round(ready - began),
        seconds_to_bring=round(brought - ready),
    )  # fmt: skip
    return Day(judgement, counts, errands.failed)


def _storm(worker: Worker, errands: Errands, kills: int, chance: Random) -> None:
    """Kill a worker so often while the hands are at it, about as often at each part of what they do, and again whenever
    they wait for what it would look at within a minute only; sometimes two of them run at once."""
    worker.start()
    whole = errands.left
    while errands.left:
        goes_on = _wait(lambda: errands.left <= whole * (kills - worker.kills) / (kills + 1), errands, worker)
        if goes_on and worker.kills < kills:
            if chance.random() < 0.5:
                worker.start()
            worker.until_it_writes(10)
            time.sleep(chance.random())
            worker.kill(patience=2)
        if not goes_on or not worker.many:
            worker.again()
            look_at_lists()  # as every hour: the job may have died with its worker


def _wait(holds: Callable[[], bool], errands: Errands, worker: Worker) -> bool:
    """Until that holds, or neither hands nor worker do anything any more (False)."""
    left, since = errands.left, time.monotonic()
    while errands.left and not holds():
        time.sleep(0.05)
        if errands.left != left:
            left, since = errands.left, time.monotonic()
        elif time.monotonic() - since > STANDS and worker.rests():
            return errands.left != left
    return True


def _settled(worker: Worker, fates: Collection[Fate]) -> Judgement:
    """Wait until all is as it must be, or for as long as that may take; a worker that was just started looks at
    everything at once."""
    end = time.monotonic() + SETTLES
    while True:
        judgement = Judgement(fates)
        if not judgement.words or time.monotonic() > end:
            return judgement
        assert not worker.died()
        if worker.rests() and Judgement(fates).words:
            worker.again()
            look_at_lists()  # as every hour: the job may have died with its worker
        time.sleep(0.5)
