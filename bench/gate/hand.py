"""Whoever holds the phone: a tap takes him a third of a second, a digit a quarter."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, expect

from bench.gate.phone import Phone

TAP, DIGIT = 0.35, 0.25  # seconds
USUAL = "✓ 都看过，正常"


class Hand:
    """Counts taps (digits are no taps: they are read off a thermometer, or typed)."""

    def __init__(self, phone: Phone, *, hurried: bool = False) -> None:
        self.phone, self.page, self.taps = phone, phone.page, 0
        self._tap, self._digit = (0.0, 0.0) if hurried else (TAP, DIGIT)

    def tap(self, name: str, *, exact: bool = True) -> None:
        """A button by its words."""
        self.touch(self.page.get_by_role("button", name=name, exact=exact).first)

    def touch(self, what: Locator) -> None:
        """Whatever can be touched."""
        expect(what).to_be_visible()
        time.sleep(self._tap)
        what.click()
        self.taps += 1

    def temperature(self, tenths: int) -> None:
        """On the keypad."""
        for digit in str(tenths):
            time.sleep(self._digit)
            self.page.locator(".keys").get_by_role("button", name=digit, exact=True).click()

    def types(self, label: str, text: str) -> None:
        """Into a field, and on."""
        field = self.page.get_by_label(label, exact=True)
        for letter in text:
            time.sleep(self._digit)
            field.press_sequentially(letter)
        field.press("Enter")

    def usual(self) -> None:
        """All that was not touched is as usual."""
        self.tap(USUAL)

    def plate(self, text: str) -> None:
        """On the keys of plates."""
        for letter in text:
            self.touch(self.page.locator(".letters").get_by_role("button", name=letter, exact=True))

    def resident(self, tenths: int = 365) -> None:
        """Somebody with a pass of here comes in."""
        self.temperature(tenths)
        self.usual()

    def visitor(self, phone: str, tenths: int = 366) -> None:
        """Somebody without one, from the door “visitor” on."""
        self.types("电话", phone)
        self.temperature(tenths)
        self.tap("低风险地区")
        self.tap("已全程接种")
        self.usual()
