"""The outbox: what each device uploads and when, as bytes ready for the intake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from kakou.drill.days.chain import Chain, canonical
from kakou.drill.days.desk import Desk, Draft
from kakou.drill.days.plot import Some
from kakou.drill.days.story import FIRST, Story, truth
from kakou.drill.world import dice_of

HOUR = 3_600_000
BATCH = 300
WINDOW_MS = 6 * HOUR


def nobody(gate: int) -> None:
    """Who is on duty where the drill has no staff."""


class Upload(NamedTuple):
    """One request of one device.

    `gate`: entrance number; `at_ms`: when, in the story's time; `first`, `last`: sequence numbers of its items;
    `items`: each in canonical form; `repeat`: sent before, its answer was lost; `skew_ms`: of the device's clock.
    """

    gate: int
    at_ms: int
    first: int
    last: int
    items: list[bytes]
    repeat: bool
    skew_ms: int


def uploads(
    story: Story,
    *,
    recorder_of: Callable[[int], int | None] = nobody,
    window_ms: int = WINDOW_MS,
    batch: int = BATCH,
) -> Iterator[Upload]:
    """Everything the devices of the story's share send, in order of time. A device sends when it holds `batch` items
    and at the end of each window; one without network sends when it is back. Holds what is unsent: about a window.
    """
    post = _Post(story, Desk(story, recorder_of), batch)
    start = story.day(story.share.days[0]).start_ms
    next_ms = start + window_ms
    for crossing in truth(story):
        while crossing.ms >= next_ms:
            yield from post.collect(next_ms)
            next_ms += window_ms
        for draft in post.desk.write(crossing):
            if story.plot.silences:
                yield from post.fall_silent(draft.gate, draft.ms)
            if post.put(draft):
                yield from post.send(draft.gate, draft.ms)
    yield from post.collect_last()


class _Post:
    """The devices of one share: their chains, and what they have not sent yet."""

    def __init__(self, story: Story, desk: Desk, batch: int) -> None:
        self.desk = desk
        self._story, self._batch = story, batch
        self._chains: dict[int, Chain] = {}
        self._kept: dict[int, list[bytes]] = {}
        self._silenced: set[int] = set()
        self._net = _Network(story)
        self._loses = _Loss(story)
        self._tampers = _Tampering(story)

    def put(self, draft: Draft) -> bool:
        """Number and keep a draft; True when its device has enough to send and can."""
        chain = self._chains.setdefault(draft.gate, Chain())
        body = chain.add(draft.item)
        self._tampers.note(draft, chain.seq)
        kept = self._kept.setdefault(draft.gate, [])
        if self._loses.this(draft):
            return False
        kept.append(body)
        return len(kept) >= self._batch and self._net.reaches(draft.gate, draft.ms)

    def collect(self, at_ms: int) -> Iterator[Upload]:
        """Every device that has something and can reach the server sends it."""
        for gate in sorted(self._kept):
            if self._kept[gate] and self._net.reaches(gate, at_ms):
                yield from self.send(gate, at_ms)

    def collect_last(self) -> Iterator[Upload]:
        """The end of the story: whoever was without network is back, but for those who have not synced."""
        for gate in sorted(self._kept):
            yield from self.fall_silent(gate, self._story.until_ms)
            if self._kept[gate] and gate not in self._net.asleep and gate not in self._silenced:
                yield from self.send(gate, self._story.until_ms)

    def fall_silent(self, gate: int, ms: int) -> Iterator[Upload]:
        """What a device sent just before a scenario lets nothing be heard of it any more."""
        silent = self._net.silent(gate, ms)
        if silent and gate not in self._silenced:
            yield from self.send(gate, ms)
            self._silenced.add(gate)
        elif not silent:
            self._silenced.discard(gate)

    def send(self, gate: int, at_ms: int) -> Iterator[Upload]:
        """All a device holds, in batches; sometimes the same batch again."""
        kept, self._kept[gate] = self._kept.get(gate, []), []
        skew = self.desk.clock(gate, at_ms).skew_ms
        mischief = self._story.mischief
        for start in range(0, len(kept), self._batch):
            items = kept[start : start + self._batch]
            first, last = _seq(items[0]), _seq(items[-1])
            yield Upload(gate, at_ms, first, last, items, False, skew)
            dice = dice_of(self._story.world.seed, "answer", self._story.share.device, gate, first)
            if dice.chance(mischief.altered):
                yield Upload(gate, at_ms, first, last, [_altered(items[0]), *items[1:]], True, skew)
            elif dice.chance(mischief.repeated):
                yield Upload(gate, at_ms, first, last, items, True, skew)
            if changed := self._tampers.of(gate, items):
                yield Upload(gate, at_ms, first, last, changed, True, skew)


def _seq(body: bytes) -> int:
    seq: int = msgspec.json.decode(body)["seq"]
    return seq


def _altered(body: bytes) -> bytes:
    """The same id with another body: what a meddled-with or broken phone would send."""
    item = msgspec.json.decode(body)
    item["pack"] = item["pack"] + "?"
    return canonical(item)


def sleepers(story: Story) -> dict[int, int]:
    """Entrances whose phone has not synced at the end of the story, and for how many hours."""
    dice = dice_of(story.world.seed, "asleep")  # both phones of the gate: nobody there has network
    asleep = dice.shuffled(story.world.staffed)[: 2 if story.mischief.asleep else 0]
    return {entrance.number: dice.between(2, 6) for entrance in asleep}


class _Network:
    """Which device is without network when: some hours on some days, and two at the end of the story."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._day = -1
        self._down: dict[int, tuple[int, int]] = {}
        self.asleep = {gate: story.until_ms - hours * HOUR for gate, hours in sleepers(story).items()}

    def reaches(self, gate: int, ms: int) -> bool:
        """Whether the device at an entrance has network at a moment."""
        if ms >= self.asleep.get(gate, ms + 1) or self.silent(gate, ms):
            return False
        day = (ms - self._story.day(0).start_ms) // (24 * HOUR)
        if day != self._day:
            self._day, self._down = day, self._downs(day)
        start, end = self._down.get(gate, (0, 0))
        return not start <= ms < end

    def silent(self, gate: int, ms: int) -> bool:
        """Does a scenario let nothing be heard of the device at a moment?"""
        return self._story.share.device == FIRST and self._story.plot.silent(gate, ms)

    def _downs(self, day: int) -> dict[int, tuple[int, int]]:
        story, found = self._story, {}
        for entrance in story.world.staffed:
            dice = dice_of(story.world.seed, "net", story.share.device, entrance.number, story.day(day).ordinal)
            if dice.chance(story.mischief.offline):
                start = story.day(day).start_ms + dice.between(5, 16) * HOUR
                found[entrance.number] = (start, start + dice.between(1, 9) * HOUR)
        return found


class _Loss:
    """One device loses two items for good, on the day before the last: a gap in its chain. A scenario has more lost."""

    def __init__(self, story: Story) -> None:
        dice = dice_of(story.world.seed, "loss", story.share.device)
        usual = Some(dice.pick(story.world.staffed).number, story.day(story.last_day).start_ms - 14 * HOUR, 2)
        plotted = story.plot.losses if story.share.device == FIRST else ()
        self._left = _counted([*([usual] if story.mischief.loss else []), *plotted])

    def this(self, draft: Draft) -> bool:
        """Whether this draft is one of them."""
        return _is_next(self._left.get(draft.gate, ()), draft)


class _Tampering:
    """Items of a scenario that come a second time with another body, as from a phone that was meddled with."""

    def __init__(self, story: Story) -> None:
        self._left = _counted(story.plot.tampered if story.share.device == FIRST else ())
        self._seqs: dict[int, set[int]] = {}

    def note(self, draft: Draft, seq: int) -> None:
        """An item was numbered."""
        if _is_next(self._left.get(draft.gate, ()), draft):
            self._seqs.setdefault(draft.gate, set()).add(seq)

    def of(self, gate: int, items: list[bytes]) -> list[bytes]:
        """What comes again of an upload, some of it changed; nothing when none is."""
        chosen = self._seqs.get(gate, ())
        if not any(_seq(body) in chosen for body in items if chosen):
            return []
        return [_altered(body) if _seq(body) in chosen else body for body in items]


def _counted(several: Iterable[Some]) -> dict[int, list[list[int]]]:
    """By gate: from when on, and how many are left."""
    found: dict[int, list[list[int]]] = {}
    for gate, since_ms, items in several:
        found.setdefault(gate, []).append([since_ms, items])
    return found


def _is_next(left: Iterable[list[int]], draft: Draft) -> bool:
    for one in left:
        if draft.ms >= one[0] and one[1] > 0:
            one[1] -= 1
            return True
    return False
