"""Three days without a network (figure 3): ten thousand passages, and everything that goes wrong on the way.

The phone's clock is set back by 72 hours and goes on by some seconds with every passage, so that it ends now. Passages
are made by the app's own functions, hashed and written to the disk strictly, as by hand; what the app told as recorded
is noted outside the browser, and that, no more and no less, must be in the ledger at the end.

In order: a newer app comes (the server hands out files, its intake answers nobody), kill -9 while it waits, kill -9
again, no room left (the browser's quota), kill -9 after it; then the server is back behind a slow network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import expect

from bench.figures import ROOT, Figure, exactly, measured
from bench.gate.link import SLOW, Link
from bench.gate.phone import LONG, Phone, browsers
from bench.gate.ready import foreign
from bench.gate.site import Site
from scripts.setup import find_node

FIGURE = "3"
PASSAGES, HOURS = 10_000, 72
MOST_DRAIN, MOST_SCREEN = 60.0, 1.0  # seconds
UPDATE_AT, KILLS_AT, FULL_AT = 0.3, (0.4, 0.65, 0.9), 0.88  # of all passages
NEWER = "9.9.9"
ANSWERS, EVERYTHING = ("/intake", "/api"), ("/",)  # what the network does not carry
BUILT = ROOT / "public" / "gate"
CLOCK = """(() => {
  const real = Date.now.bind(Date);
  window.kakouAt = %d - real();
  Date.now = () => real() + window.kakouAt;
})()"""
# one person after another by the app's own functions; what was told as recorded is told on at once
PASS = """async (app, passes, many, step) => {
  const took = [];
  for (let n = 0; n < many; n += 1) {
    window.kakouAt += step;
    app.tick();
    app.set({ direction: n % 2 === 0 ? 'in' : 'out' });
    const began = performance.now();
    app.passShown(passes[n % passes.length]);
    if (n % 2 === 0) app.look('temperature', 361 + (n % 9));
    app.usual();
    while (app.state.shown === null || app.state.shown.saved === 'saving') await new Promise((d) => setTimeout(d));
    const { saved, said } = app.state.shown;
    took.push(performance.now() - began);
    if (saved !== 'saved') return { took, failed: saved };
    await window.kakouTold(said.id);
  }
  return { took, failed: null };
}"""
ENTRY = "() => document.querySelector('script[type=module]').src.split('/').at(-1)"
# the newer app is fetched, and waits: true
FETCHED = """async () => {
  const one = await navigator.serviceWorker.getRegistration();
  await one.update();
  for (let n = 0; n < 600 && !one.waiting; n += 1) await new Promise((done) => setTimeout(done, 100));
  return !!one.waiting;
}"""
# until the app knows of a newer one, or ten seconds
WAITS = """new Promise((done) => {
  const ask = (left) => app.state.newer || left === 0 ? done(!!app.state.newer) : setTimeout(ask, 100, left - 1);
  ask(100);
})"""
ROWS = "app.state.rows.map((row) => row.item.id)"


def figures(passages: int = PASSAGES) -> list[Figure]:
    """All of figure 3 but the full disk."""
    with Site(residents=50) as site, Link(site.port) as link, browsers() as (started, folder), newer(folder) as update:
        days = Days(lambda **more: Phone(started, link.url, folder / "phone", **more), site, link, update, passages)
        days.begin()
        days.live()
        drained = days.drain()
        found = [*days.found, *drained, *days.kept(), *days.renewed()]
        return [*found, foreign(FIGURE, days.foreign)]


class Days:
    """One phone over three days. `told`: what the app told as recorded, in order."""

    def __init__(self, new: Callable[..., Phone], site: Site, link: Link,
                 update: Callable[[], None], many: int) -> None:  # fmt: skip
        self._new, self._site, self._link, self._update = new, site, link, update
        self.told: list[str] = []
        self.foreign: list[str] = []
        self.found: list[Figure] = []
        self.lost = 0
        self.kills = 0
        self.clock = 0
        self._many, self._step = many, HOURS * 3_600_000 // many

    def begin(self) -> None:
        """Enrolled, then three days ago and without a server."""
        phone = self._new()
        phone.enrol(self._site.enrolment(self._link.url))
        phone.close()
        self.clock = int(time.time() * 1000) - HOURS * 3_600_000
        self._site.stop()
        self._open()

    def live(self) -> None:
        """Everything until the network is back."""
        took: list[list[float]] = []
        update, full, *kills = (round(share * self._many) for share in (UPDATE_AT, FULL_AT, *KILLS_AT))
        stops = sorted({update, full, *kills, self._many})
        for then in stops:
            took.append(self._pass(then - len(self.told)))
            print(f"    {then} passages", file=sys.stderr, flush=True)
            if then == update:
                self._newer()
            if then == full:
                self._full()
            if then in kills:
                self._kill()
        self.found += [
            exactly(FIGURE, f"passages told as recorded over {HOURS} h", len(self.told), self._many),
            exactly(FIGURE, "kills (-9) of the browser", self.kills, len(KILLS_AT)),
            exactly(FIGURE, "told as recorded, and gone after a kill", self.lost, 0),
            *self._speed(took),
        ]

    def drain(self) -> list[Figure]:
        """The network is back, slow: until nothing is unsent."""
        self._link.refused = EVERYTHING  # until the clock runs
        self._site.start()
        waiting = self.phone.app("app.unsent.value.many")
        self._link.shape, self._link.refused = SLOW, ()
        began, carried = time.monotonic(), self._link.carried
        self.phone.page.evaluate("dispatchEvent(new Event('online'))")
        expect(self.phone.page.locator(".outbox")).to_have_text("已全部上传", timeout=5 * LONG)
        took = time.monotonic() - began
        carried = self._link.carried - carried
        self._link.shape = None
        at = f"{SLOW.bits / 1000:.0f} kbit/s, {SLOW.round_trip * 1000:.0f} ms"
        return [
            Figure(FIGURE, "unsent when the network was back", waiting, "", f">= {self._many}", waiting >= self._many),
            measured(FIGURE, f"drain of them at {at}", [took], "s", most=MOST_DRAIN),
            Figure(FIGURE, "bytes over the network for it", carried / 1e6, "MB"),
        ]

    def kept(self) -> list[Figure]:
        """What was told as recorded is in the ledger, once, and nothing else is."""
        ledger = [str(one) for one in self._site.stored()]
        apart = self._site.kept_apart()
        return [
            exactly(FIGURE, "told as recorded, and not in the ledger", len(set(self.told) - set(ledger)), 0),
            exactly(FIGURE, f"kept apart by the server {dict(Counter(apart))}", len(apart), 0),
            exactly(FIGURE, "in the ledger twice", len(ledger) - len(set(ledger)), 0),
            Figure(FIGURE, "in the ledger beside them (recorded, and killed before it was told)",
                   len(set(ledger) - set(self.told)), ""),
        ]  # fmt: skip

    def renewed(self) -> list[Figure]:
        """With nothing unsent the newer app is put to use, and goes on where the older one was."""
        self.phone.close()
        self._open()
        before = self.phone.app("app.state.rows.at(-1)?.seq ?? 0")
        self._pass(1)
        after = self.phone.app("app.state.rows.at(-1).seq")
        self.foreign += self.phone.foreign
        built = self._built()
        self.phone.close()
        return [
            exactly(FIGURE, "the newer app runs at the end", built == self._new_entry, 1),
            exactly(FIGURE, "its first passage has the next number", after - before, 1),
        ]

    def _open(self) -> None:
        self.phone = self._new(init=CLOCK % self.clock, expose={"kakouTold": lambda one: self.told.append(one)})
        self.phone.open()
        expect(self.phone.page.locator("nav.doors")).to_be_visible()

    def _pass(self, many: int) -> list[float]:
        passes = [str(one.id) for one in self._site.residents]
        done: dict[str, Any] = self.phone.call(PASS, passes, many, self._step)
        self.clock += many * self._step
        self.failed = done["failed"]
        return list(done["took"])

    def _kill(self) -> None:
        """In the middle of a passage, without a word; then everything that was told must be there."""
        self.phone.call(PASS_ON, str(self._site.residents[0].id))
        self.foreign += self.phone.foreign
        self.phone.kill()
        self.kills += 1
        self._open()
        self.lost += len(set(self.told) - set(self.phone.app(ROWS)))

    def _newer(self) -> None:
        """The server hands out a newer app, and nothing is uploaded: it waits, and the older one goes on."""
        older = self._built()
        self._update()
        self._link.refused = ANSWERS
        self._site.start()
        if not self.phone.page.evaluate(FETCHED):
            raise RuntimeError("the newer app was not fetched within a minute")
        self._site.stop()
        self._link.refused = ()
        self.phone.reload()
        expect(self.phone.page.locator("nav.doors")).to_be_visible()
        self._new_entry = entry_in(BUILT)
        self.phone.app(WAITS)
        self.phone.page.get_by_role("button", name="设置").click()
        use = self.phone.page.get_by_role("button", name="更新", exact=True)
        expect(self.phone.page.get_by_role("heading", name="设置")).to_be_visible()
        is_shut = use.count() == 1 and use.is_disabled()
        self.found += [
            exactly(FIGURE, "a newer app waits, its button shut while something is unsent", is_shut, 1),
            exactly(FIGURE, "reloaded, it is still the older app", self._built() == older, 1),
        ]
        self.phone.app("app.show('scan')")

    def _built(self) -> str:
        return str(
            self.phone.page.evaluate("() => document.querySelector('script[type=module]').src.split('/').at(-1)")
        )

    def _full(self) -> None:
        """No room: what cannot be recorded is told at once, nothing is written from then on, and nothing is lost."""
        origin = self.phone.url
        used = self.phone.page.evaluate("navigator.storage.estimate().then((e) => e.usage)")
        self.phone.protocol.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": used // 2})
        for _ in range(12):  # how much room is left the browser looks up anew every half a minute
            self._pass(1)
            if self.failed:
                break
            self.phone.page.wait_for_timeout(5_000)
        alarm = self.phone.page.get_by_role("alert").filter(has_text="没有存下")
        self.found += [
            exactly(FIGURE, "no room: a passage that could not be written is told as such", self.failed == "failed", 1),
            exactly(FIGURE, "no room: the alarm is on the screen", alarm.count() > 0, 1),
        ]
        self.phone.protocol.send("Storage.overrideQuotaForOrigin", {"origin": origin})
        written = len(self.told)
        self._pass(1)
        self.found.append(exactly(FIGURE, "room again: nothing is written until the app is opened anew",
                                  len(self.told) - written, 0))  # fmt: skip
        self.phone.close()
        self._open()
        self.lost += len(set(self.told) - set(self.phone.app(ROWS)))

    def _speed(self, took: Sequence[Sequence[float]]) -> Iterator[Figure]:
        every = [one for ones in took for one in ones]
        first, last = every[:500], every[-500:]
        for name, ones in (("the first", first), ("the last", last)):
            value = float(np.quantile(ones, 0.95)) / 1000
            yield Figure(FIGURE, f"a passage, judged and written: 95 of 100 of {name} 500", value, "s",
                         f"<= {MOST_SCREEN:g}", value <= MOST_SCREEN, (min(ones) / 1000, max(ones) / 1000))  # fmt: skip


PASS_ON = """(app, pass) => {
  setTimeout(() => { app.passShown(pass); app.usual(); });
}"""


def entry_in(folder: Path) -> str:
    """The name of the entry in a built app."""
    return next(folder.glob("assets/index-*.js")).name


@contextmanager
def newer(folder: Path) -> Iterator[Callable[[], None]]:
    """Builds the app once more under another version; called, it stands where the server hands it out. At the end what
    stood there stands there again."""
    built, older = folder / "newer", folder / "older"
    argv = [str(find_node()), "node_modules/vite/bin/vite.js", "build", "--outDir", str(built), "--emptyOutDir"]
    env = {**os.environ, "npm_package_version": NEWER}
    subprocess.run(argv, cwd=ROOT / "gate", env=env, check=True, capture_output=True)

    def change() -> None:
        shutil.copytree(BUILT, older)
        shutil.rmtree(BUILT)
        shutil.copytree(built, BUILT)

    try:
        yield change
    finally:
        if older.exists():
            shutil.rmtree(BUILT)
            shutil.copytree(older, BUILT)
