"""All frames shown to decoders in one page of a headless Chromium, in turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Page

from bench.frames.frame_set import Case
from bench.frames.serving import scanner_built, served
from bench.phone_page import NoPage, chromium

DECODERS = ("ours", "qr", "jsqr")
BATCH = 20  # frames of a turn: short enough that a busy moment hits all decoders alike
CALL = "async ([name, given]) => (await import('/bench.js'))[name](...given)"


@dataclass(frozen=True, slots=True)
class Round:
    """One decoder over all frames: of each whether it was read rightly, and milliseconds."""

    right: Sequence[bool]
    wrong: int  # a text, but another
    each: Sequence[float]
    fallen_back: int  # frames before which zxing's worker was gone

    @property
    def share(self) -> float:
        """Of the frames that were read, percent."""
        return 100 * sum(self.right) / len(self.right)

    def by_kind(self, cases: Sequence[Case]) -> Mapping[str, float]:
        """The same of each kind."""
        all_of, read = Counter(case.kind for case in cases), Counter[str]()
        read.update(case.kind for case, right in zip(cases, self.right, strict=True) if right)
        return {kind: 100 * read[kind] / many for kind, many in all_of.items()}

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share of the frames was done."""
        return float(np.quantile(self.each, share))


def drawn(cases: Sequence[Case]) -> list[bytes]:
    """The frames' grey values, by both cores."""
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_pixels, cases, chunksize=8))


def _pixels(case: Case) -> bytes:
    return case.frame().tobytes()


class DecodingPage:
    """A page with the decoders, zxing ready in its worker."""

    def __init__(self, page: Page, cases: Sequence[Case]) -> None:
        self._page, self._cases = page, cases
        if not page.evaluate("crossOriginIsolated"):
            raise NoPage("the page is not isolated, so its clock is too coarse")
        assert self._ask("ready")

    def rounds(self, names: Sequence[str] = DECODERS) -> dict[str, Round]:
        """One round of each decoder, in turns of some frames."""
        told: dict[str, list[Any]] = {name: [] for name in names}
        for first in range(0, len(self._cases), BATCH):
            for name in names:
                told[name] += self._ask("run", name, first, min(first + BATCH, len(self._cases)))
        return {name: self._round(ones) for name, ones in told.items()}

    def _round(self, told: Sequence[tuple[str | None, float, str]]) -> Round:
        texts = [text for text, _, _ in told]
        right = [text == case.text for text, case in zip(texts, self._cases, strict=True)]
        wrong = sum(text is not None and not fits for text, fits in zip(texts, right, strict=True))
        return Round(right, wrong, [took for _, took, _ in told], sum(reader != "zxing" for _, _, reader in told))

    def _ask(self, name: str, *given: object) -> Any:
        return self._page.evaluate(CALL, [name, list(given)])


@contextmanager
def decoding_page(cases: Sequence[Case], frames: Sequence[bytes]) -> Iterator[DecodingPage]:
    """The page, opened. Raises NoPage where it cannot be."""
    with scanner_built() as folder, served(folder, lambda number: frames[number]) as address, chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        yield DecodingPage(page, cases)
