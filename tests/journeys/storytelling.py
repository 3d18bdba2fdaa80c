"""What a long story in the browser needs: the words of its language, who sits where, taps counted, pages looked at."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext, override
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from kakou.vault.rules import mask
from tests.journeys.conftest import DESK, PHONE, Desk, seated

PICTURES = (
    "KAKOU_DOCS_PICTURES"  # a folder: pictures for the docs are taken, with few colours, so that a clone is small
)
COLOURS = 64


class Story:
    """One telling of a story, in one language. `flaws`: what was wrong with any page that was looked at."""

    def __init__(self, browser: Browser, language: str) -> None:
        self.browser, self.language = browser, language
        self.flaws: list[str] = []
        self.pages = 0
        self._seats: list[tuple[BrowserContext, Desk]] = []

    def say(self, msgid: str, **params: object) -> str:
        """A text as the pages show it in the story's language."""
        with override(self.language):
            return gettext(msgid) % params if params else gettext(msgid)

    def seat(self, address: str, session: str, *, size: dict[str, int] = DESK) -> Desk:
        """Somebody sits down, with a browser of his own."""
        cookies = {settings.SESSION_COOKIE_NAME: session}
        context, desk = seated(self.browser, address, size=size, language=self.language, **cookies)
        self._seats.append((context, desk))
        return desk

    def look(self, desk: Desk, name: str, *pictures: dict[str, int]) -> None:
        """Look the page over on desk and phone, and keep pictures of these sizes for the docs where they are wanted;
        of two sizes the phone's says so in its name.
        """
        before = desk.page.viewport_size
        self.pages += 1
        self.flaws += desk.flaws(f"{name}-{self.language}")
        folder = os.environ.get(PICTURES)
        for size in pictures if folder else ():
            desk.page.set_viewport_size(size)  # type: ignore[arg-type]
            desk.page.evaluate("(document.activeElement.blur(), scrollTo(0, 0))")
            which = "-phone" if size is PHONE and len(pictures) > 1 else ""
            keep(desk.page, Path(str(folder)) / f"{name}{which}-{self.language[:2]}.png")
        desk.page.set_viewport_size(before or DESK)  # type: ignore[arg-type]

    def wrong(self) -> list[str]:
        """Everybody goes. Whatever was wrong: pages, complaints of the browser, requests to another host."""
        found = list(self.flaws)
        for context, desk in self._seats:
            context.close()
            found += [*desk.wrong, *(f"asked for {url}" for url in desk.foreign)]
        return found


def keep(page: Page, path: Path) -> None:
    """With few colours. `caret`: to hide it Playwright would write a style into the page, which its policy refuses."""
    shot = Image.open(io.BytesIO(page.screenshot(caret="initial")))
    path.parent.mkdir(parents=True, exist_ok=True)
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


class Taps:
    """A thumb whose taps are counted."""

    def __init__(self) -> None:
        self.many = 0

    def on(self, what: Locator) -> None:
        """One more."""
        what.click()
        self.many += 1


@contextmanager
def at_most(taps: int) -> Iterator[Taps]:
    """What is done within must not take more."""
    thumb = Taps()
    yield thumb
    assert thumb.many <= taps


def masked(name: str) -> re.Pattern[str]:
    """A name as it is shown to whoever may not see it."""
    return re.compile(re.escape(mask("name", name)))


def tab_to(page: Page, what: Locator, most: int = 120) -> None:
    """Press Tab until that has the focus: no mouse."""
    for _ in range(most):
        if what.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {what}")


__all__ = ["DESK", "PHONE", "PICTURES", "Story", "at_most", "keep", "masked", "tab_to"]
