"""Fifty people at the gate without a network (figure 2), on a slow phone, by a hand that takes its time.

App time of a person: from the code in view, or the hand going to the first button, until the verdict is on the disk.
The hand takes 350 ms for a tap and 250 ms for a digit, and all that the browser's automation needs counts as the app's.
A code is in view when the camera's file was painted over; a verdict, when the page that tells it was painted.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from playwright.sync_api import expect

from bench.figures import Figure, exactly, measured
from bench.gate.camera import Picture, held_pass
from bench.gate.hand import Hand
from bench.gate.phone import LONG, SLOWED, Phone, browsers
from bench.gate.ready import foreign
from bench.gate.site import Resident, Site

FIGURE = "2"
MOST_PERSON, MOST_VERDICT = 5.0, 1.0  # seconds
SAVED = "verdict saved"
APART = 0.4  # seconds between two people


class Took(NamedTuple):
    """Of one person, seconds: from the first look to the record; from the code to the check; from the last tap to the
    verdict, shown and recorded."""

    whole: float
    to_check: float | None
    to_verdict: float
    to_record: float
    word: str


def figures() -> list[Figure]:
    """All of figure 2."""
    with Site(residents=50) as site, browsers() as (started, folder):
        picture = Picture(folder / "camera.y4m")
        phone = Phone(started, site.url, folder / "phone", film=picture.path)
        phone.enrol(site.enrolment(site.url))
        site.stop()
        phone.reload()
        expect(phone.page.locator(".view video")).to_be_visible()
        phone.page.wait_for_timeout(3_000)  # the decoder is loaded
        drill = Drill(phone, picture, site.residents)
        phone.slow(SLOWED)
        try:
            took = drill.all()
        finally:
            phone.slow(1)
        own = set(phone.app("app.state.rows.map((row) => row.item.id)"))
        site.start()
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        expect(phone.page.locator(".outbox")).to_have_text("已全部上传", timeout=LONG)
        stored = [str(one) for one in site.stored()]
        found = [*times(took), *drill.outcomes(), *arrived(own, stored), foreign(FIGURE, phone.foreign)]
        phone.close()
        picture.close()
        return found


class Drill:
    """The fifty, one after another."""

    def __init__(self, phone: Phone, picture: Picture, residents: Sequence[Resident]) -> None:
        self.phone, self.picture, self.hand = phone, picture, Hand(phone)
        self._residents = iter(enumerate(residents))
        self._visitors = 0
        self._direction = "in"
        self.told: dict[str, list[str]] = {}

    def all(self) -> list[Took]:
        """Everybody."""
        took: list[Took] = []
        for kind in MIX:
            self.hand.page.wait_for_timeout(APART * 1000)
            one = KINDS[kind](self)
            self.told.setdefault(kind, []).append(one.word)
            print(f"    {len(took) + 1:2} {kind}: {one.whole:.2f} s, {one.word}", file=sys.stderr, flush=True)
            took.append(one)
        return took

    def outcomes(self) -> list[Figure]:
        """That everybody was judged as he must be."""
        right = sum(word == OUTCOMES[kind] for kind, words in self.told.items() for word in words)
        return [exactly(FIGURE, "people judged as they must be", right, len(MIX))]

    def resident(self) -> Took:
        """In, by the pass."""
        return self._shown("in", lambda: self.hand.resident())

    def leaving(self) -> Took:
        """Out, by the pass."""
        return self._shown("out", self.hand.usual)

    def feverish(self) -> Took:
        """A resident of 37.8 °C."""
        return self._shown("in", lambda: self.hand.resident(378))

    def red(self) -> Took:
        """A resident whose health code is red."""

        def looks() -> None:
            self.hand.touch(self.phone.page.locator("details.look > summary").filter(has_text="健康码"))
            self.hand.tap("红码")
            self.hand.resident()

        return self._shown("in", looks)

    def visitor(self) -> Took:
        """Somebody without a pass."""
        self._visitors += 1
        number = f"139{self._visitors:08d}"
        self._turn("in")
        return self._timed(lambda: self._comes(number))

    def _comes(self, number: str) -> None:
        self.hand.tap("访客")
        self.hand.visitor(number)

    def van(self) -> Took:
        """A van and its driver."""

        def comes() -> None:
            self.hand.tap("车辆")
            self.hand.plate("苏C12345")
            self.hand.tap("2 人")
            self.hand.tap("司机")
            self.hand.types("电话", "13700000001")
            self.hand.temperature(366)
            self.hand.tap("本地")
            self.hand.tap("已全程接种")
            self.hand.usual()

        self._turn("in")
        return self._timed(comes)

    def passenger(self) -> Took:
        """Who sits beside him; then the van itself is recorded."""

        def comes() -> None:
            self.hand.tap("下一位")
            self._comes("13700000002")

        took = self._timed(comes)
        self.hand.tap("下一位")
        ends = self.phone.page.get_by_role("button", name="完成，车辆登记")  # it ends by itself where all were let in
        doors = self.phone.page.locator("nav.doors")
        expect(ends.or_(doors)).to_be_visible()
        if not doors.count():
            self.hand.touch(ends)
        expect(doors).to_be_visible()
        return took

    def _turn(self, direction: str) -> None:
        """Back to the first screen, and which way people go: not part of anybody's time but of the shift's."""
        page = self.phone.page
        if page.locator(".verdict").count():
            page.get_by_role("button", name="下一位").click()
        if direction != self._direction:
            page.get_by_role("radio", name="→ 进" if direction == "in" else "← 出").click()
            self._direction = direction

    def _shown(self, direction: str, looks: Callable[[], object]) -> Took:
        """A pass is held up; the verdict of the one before may still stand there."""
        if direction != self._direction:
            self._turn(direction)
        number, resident = next(self._residents)
        frame = held_pass(resident.text, number)
        began = self.picture.show(frame)
        checked = self.phone.seen("check", began)
        self.picture.clear()
        looks()
        return self._ended(began, checked)

    def _timed(self, acts: Callable[[], object]) -> Took:
        began = time.time() * 1000
        acts()
        return self._ended(began, None)

    def _ended(self, began: float, checked: float | None) -> Took:
        touched = self.phone.touched()
        saved = self.phone.seen(SAVED, touched)
        shown = min(saved, self.phone.seen("verdict saving", touched, missing=saved))
        word = self.phone.page.locator(".verdict h2").inner_text()
        to_check = None if checked is None else (checked - began) / 1000
        return Took((saved - began) / 1000, to_check, (shown - touched) / 1000, (saved - touched) / 1000, word)


KINDS: dict[str, Callable[[Drill], Took]] = {
    "resident": Drill.resident, "leaving": Drill.leaving, "fever": Drill.feverish, "red code": Drill.red,
    "visitor": Drill.visitor, "van": Drill.van, "passenger": Drill.passenger,
}  # fmt: skip
OUTCOMES = {
    "resident": "放行", "leaving": "放行", "fever": "留步", "red code": "移交", "visitor": "放行", "van": "放行",
    "passenger": "放行",
}  # fmt: skip
TEN = ("resident", "resident", "visitor", "resident", "leaving", "resident", "resident", "visitor", "resident")
MIX = (
    *TEN, "fever", *TEN, "red code", *TEN, "van", "passenger", *TEN, "fever", *TEN[:8], "resident",
)  # fmt: skip


def times(took: Sequence[Took]) -> list[Figure]:
    """How long it took."""
    at = f"CPU {SLOWED}x, no server"
    checks = [one.to_check for one in took if one.to_check is not None]
    return [
        exactly(FIGURE, "people checked", len(took), len(MIX)),
        measured(FIGURE, f"app time of a person, median; {at}", [one.whole for one in took], "s", most=MOST_PERSON),
        p95("code in view → check", checks),
        p95("last tap → verdict", [one.to_verdict for one in took]),
        p95("last tap → verdict recorded", [one.to_record for one in took]),
        measured(FIGURE, "code in view → check, median", checks, "s"),
        Figure(FIGURE, "people a minute", 60 / (statistics.mean(one.whole for one in took) + APART), ""),
    ]


def p95(name: str, rounds: Sequence[float]) -> Figure:
    """95 of 100 are below it."""
    value = float(np.quantile(rounds, 0.95))
    return Figure(FIGURE, f"{name}, 95 of 100; CPU {SLOWED}x", value, "s", f"<= {MOST_VERDICT:g}",
                  value <= MOST_VERDICT, tuple(rounds))  # fmt: skip


def arrived(own: set[str], stored: Sequence[str]) -> list[Figure]:
    """Every passage of the phone is in the ledger once."""
    return [
        exactly(FIGURE, "passages of the phone, a van's own among them", len(own), len(MIX) + 1),
        exactly(FIGURE, "of them in the ledger", len(own & set(stored)), len(own)),
        exactly(FIGURE, "rows in the ledger beside them, or twice", len(stored) - len(own), 0),
    ]
