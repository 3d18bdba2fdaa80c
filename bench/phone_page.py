"""The phone's code in a bare page of a headless Chromium, which can be made as slow as a cheap phone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright, Route, sync_playwright

from bench.cases import Asked
from bench.figures import ROOT
from bench.verdicts import Round
from kakou.screening.packs import SHIPPED, shipped
from scripts.browser import FLAGS, found

ADDRESS = "https://page.invalid/"  # answered by ourselves: nothing leaves the machine
EMPTY = "<!doctype html><title>Kakou</title>"
ISOLATED = {  # only then is the page's clock exact to 5 µs instead of 100
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
CALL = "async ([name, given]) => (await import('/page.js'))[name](...given)"


class NoPage(Exception):
    """Says what is missing to measure in a browser."""


class PhonePage:
    """One page with nothing on it but the phone's code, and the cases it was given."""

    def __init__(self, browser: Browser, code: str, asked: Sequence[Asked]) -> None:
        self._page = browser.new_page()
        self._page.set_default_timeout(120_000)
        self._code = code
        self._protocol = self._page.context.new_cdp_session(self._page)
        self._page.route("**/*", self._answer)
        self._page.goto(ADDRESS)
        if not self._page.evaluate("crossOriginIsolated"):
            raise NoPage("the page is not isolated, so its clock is too coarse")
        self._give(asked)

    def verdicts(self, *, slowed: float = 1) -> tuple[Round, list[dict[str, Any]]]:
        """One round of verdicts on a machine `slowed` so many times, and what they said."""
        return self._round("verdicts", slowed), self._ask("said")

    def rules(self, *, slowed: float = 1) -> Round:
        """The rules alone."""
        return self._round("rules", slowed)

    def reading(self, *, slowed: float = 1) -> Round:
        """Reading the cases from their JSON."""
        return self._round("reading", slowed)

    def close(self) -> None:
        """Done with it."""
        self._page.close()

    def _give(self, asked: Sequence[Asked]) -> None:
        lists: dict[int, int] = {}
        cases = [(one.pack, lists.setdefault(id(one.areas), len(lists)), one.case) for one in asked]
        by_id = {id(one.areas): one.areas for one in asked}
        took = self._ask("take", {code: shipped(code) for code in SHIPPED}, [by_id[number] for number in lists], cases)
        assert took == len(asked)

    def _round(self, name: str, slowed: float) -> Round:
        self._slow(slowed)
        try:
            told: Mapping[str, Any] = self._ask(name)
        finally:
            self._slow(1)  # Chromium slows by spinning, also when the page is idle
        return Round(told["whole"] / 1000, [taken / 1000 for taken in told["each"]])

    def _slow(self, rate: float) -> None:
        self._protocol.send("Emulation.setCPUThrottlingRate", {"rate": rate})

    def _ask(self, name: str, *given: object) -> Any:
        return self._page.evaluate(CALL, [name, list(given)])

    def _answer(self, route: Route) -> None:
        script = route.request.url.endswith(".js")
        route.fulfill(
            body=self._code if script else EMPTY, content_type="text/javascript" if script else "text/html",
            headers=ISOLATED,
        )  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the one the journeys use. Raises NoPage where there is none."""
    with sync_playwright() as started:
        browser = _launch(started)
        try:
            yield browser
        finally:
            browser.close()


def phone_code() -> str:
    """gate/src/domain as one module, built by Vite in library mode and kept nowhere. Raises NoPage."""
    with tempfile.TemporaryDirectory(prefix="kakou-page-") as folder:
        build = [sys.executable, "scripts/npm.py", "gate", "page", "--", "--outDir", folder]
        done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoPage(f"gate/ was not built (make setup-dev): {(done.stderr or done.stdout).strip()[-300:]}")
        return (Path(folder) / "page.js").read_text("utf-8")


def _launch(started: Playwright) -> Browser:
    path = found()
    if path is None and not Path(started.chromium.executable_path).exists():
        raise NoPage("no Chromium on this machine: scripts/browser.py installs one")
    return started.chromium.launch(executable_path=path, args=FLAGS)
