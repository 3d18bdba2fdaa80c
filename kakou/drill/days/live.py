"""Live: a story that has been told goes on as time passes, told by the same phones from where their chains are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kakou.drill.days.chain import Chain
from kakou.drill.days.desk import Desk, Draft
from kakou.drill.days.outbox import BATCH, Upload, sleepers
from kakou.drill.days.plot import NO_PLOT
from kakou.drill.days.story import FIRST, Share, Story, truth
from kakou.drill.days.trip import Crossing

ENDLESS = 100_000  # days
_FAR_MS = 200_000_000_000_000


class Live:
    """What happens from `since_ms` on. `heads`: entrance number → (last sequence number, its hash).

    The same heads and moment give the same bytes, so that a step whose answer was lost can be told again. Nobody is
    without network here, but phones that had not synced at the end of the story still have not.
    """

    def __init__(
        self,
        story: Story,
        *,
        since_ms: int,
        heads: Mapping[int, tuple[int, str]],
        recorder_of: Callable[[int], int | None],
    ) -> None:
        self._desk = Desk(story, recorder_of)
        self._plot = story.plot if story.share.device == FIRST else NO_PLOT
        self._silent = sleepers(story)
        self._held: dict[int, list[Draft]] = {}
        self._chains = {gate: Chain(*head) for gate, head in heads.items()}
        before_ms = self._plot.silent_since(since_ms)
        self._crossings = truth(_going_on(story, before_ms))
        self._next: Crossing | None = next((c for c in self._crossings if c.ms >= before_ms), None)
        while self._next is not None and self._next.ms < since_ms:  # what silent phones have kept since
            if self._plot.silent(self._next.gate, self._next.ms) and self._plot.silent(self._next.gate, since_ms):
                self._hold(self._next)
            self._next = next(self._crossings, None)

    def upto(self, ms: int) -> list[Upload]:
        """What the phones send of everything before `ms` that was not sent yet; `ms` never goes back."""
        while self._next is not None and self._next.ms < ms:
            self._hold(self._next)
            self._next = next(self._crossings, None)
        told: list[Upload] = []
        for gate in sorted(self._held):
            if not self._plot.silent(gate, ms):
                chain = self._chains[gate]
                told += self._uploads(gate, [chain.add(draft.item) for draft in self._held.pop(gate)], ms)
        return told

    def _hold(self, crossing: Crossing) -> None:
        for draft in self._desk.write(crossing):
            if draft.gate not in self._silent:
                self._held.setdefault(draft.gate, []).append(draft)

    def signs_of_life(self, last: Mapping[int, bytes], ms: int) -> list[Upload]:
        """Phones that have nothing to say send the item that they sent last once more: they were heard, and it is
        known that nothing is missing. `last`: entrance number → that item. Phones that have not synced stay silent."""
        return [
            Upload(gate, ms, 0, 0, [body], True, self._desk.clock(gate, ms).skew_ms)
            for gate, body in sorted(last.items())
            if gate not in self._silent and not self._plot.silent(gate, ms)
        ]

    def heads(self) -> dict[int, tuple[int, str]]:
        """The heads after what `upto` gave."""
        return {gate: (chain.seq, chain.head) for gate, chain in self._chains.items()}

    def _uploads(self, gate: int, items: list[bytes], ms: int) -> list[Upload]:
        skew, last = self._desk.clock(gate, ms).skew_ms, self._chains[gate].seq
        first = last - len(items) + 1
        return [
            Upload(gate, ms, first + at, min(last, first + at + BATCH - 1), items[at : at + BATCH], False, skew)
            for at in range(0, len(items), BATCH)
        ]


def _going_on(story: Story, since_ms: int) -> Story:
    """The story without an end; only the days whose plans may still have something to come."""
    share = story.share
    today = (since_ms - story.day(0).start_ms) // 86_400_000
    but = (share.but[0], (share.but[1][0], ENDLESS)) if share.but else None
    share = Share(share.people, (max(0, today - 1), ENDLESS), but, share.device)
    return replace(story, until_ms=_FAR_MS, share=share)
