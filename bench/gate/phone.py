"""A phone with the app: a browser profile of its own, which can be slowed, killed and opened again."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, expect, sync_playwright

from bench.phone_page import NoPage
from scripts.browser import FLAGS, found

SIZE = {"width": 360, "height": 800}
SLOWED = 6
LONG = 60_000  # ms
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# what stood on the screen since when (epoch ms, once it was painted), and when it was last touched
SEEN = """(() => {
  const seen = (window.kakouSeen = []);
  let last = '';
  const now = () => performance.timeOrigin + performance.now();
  const look = () => {
    const main = document.querySelector('main');
    const saved = document.querySelector('.verdict .saved');
    const what = saved ? 'verdict ' + saved.className.split(' ')[1] : (main?.classList[0] ?? '');
    if (what === last) return;
    last = what;
    requestAnimationFrame(() => setTimeout(() => seen.push([what, now()])));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener('click', (event) => { window.kakouTouched = performance.timeOrigin + event.timeStamp; }, true);
})()"""
# what the app itself is made of: the root component was given it; with what joined it
APP = "document.querySelector('#app')._vnode.component.props.app"
WHOLE = f"await (async (app) => ({{ ...app, ...(await app.joined).checking }}))({APP})"
OPENED = """() => new Promise((done) => {
  const ask = () => performance.getEntriesByName('ready').length > 0
    ? done(performance.getEntriesByName('ready')[0].startTime) : setTimeout(ask, 5);
  ask();
})"""


class Phone:
    """One profile; `page` is the app. `foreign`: addresses of other hosts that anything here asked for."""

    def __init__(self, started: Playwright, url: str, profile: Path, *, film: Path | None = None, init: str = "",
                 expose: Mapping[str, Callable[..., Any]] | None = None) -> None:  # fmt: skip
        self.url, self.profile, self.foreign = url, profile, list[str]()
        camera = [*CAMERA, *([f"--use-file-for-fake-video-capture={film}"] if film else [])]
        self.context: BrowserContext = started.chromium.launch_persistent_context(
            str(profile), executable_path=found(), args=[*FLAGS, *camera], viewport=SIZE, locale="zh-CN",  # type: ignore[arg-type]
            timezone_id="Asia/Shanghai", has_touch=True,
        )  # fmt: skip
        self.context.on("request", lambda request: self._note(request.url))
        self.context.set_default_timeout(LONG)
        for name, function in (expose or {}).items():
            self.context.expose_function(name, function)
        self.context.add_init_script(SEEN + (";" + init if init else ""))
        self.page: Page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.protocol: CDPSession = self.context.new_cdp_session(self.page)

    def _note(self, url: str) -> None:
        if not url.startswith((self.url, "blob:", "data:", "about:", "chrome")):
            self.foreign.append(url)

    def open(self, address: str = "") -> float:
        """Open the app; when it stood (ms after it was asked for)."""
        self.page.goto(address or f"{self.url}/gate/", wait_until="commit")
        return float(self.page.evaluate(OPENED))

    def reload(self) -> float:
        """The same for a page that is open."""
        self.page.reload(wait_until="commit")
        return float(self.page.evaluate(OPENED))

    def enrol(self, address: str) -> None:
        """As when the phone's own camera opened the code; waits until app and decoder are on the phone for good."""
        self.page.goto("about:blank")  # from /gate/ it would be another place on the same page
        self.open(address)
        expect(self.page.locator(".gate")).to_contain_text("南门", timeout=LONG)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        self.reload()
        expect(self.page.locator("nav.doors")).to_be_visible()
        self.page.evaluate("""async () => {
          const later = () => new Promise((done) => setTimeout(done, 100));
          for (let n = 0; n < 300 && !(await caches.has('decoder')); n += 1) await later();
        }""")

    def slow(self, times: float) -> None:
        """So many times slower; workers are not (a limit of the protocol)."""
        self.protocol.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def seen(self, what: str, after: float, *, missing: float | None = None) -> float:
        """When that stood on the screen for the first time after a moment (epoch ms); where it did not so far,
        `missing`, or it is waited for. Raises TimeoutError."""
        ask = """async ([what, after, tries]) => {
          for (let n = 0; n < tries; n += 1) {
            const found = window.kakouSeen.find(([name, at]) => name === what && at >= after);
            if (found) return found[1];
            await new Promise((done) => setTimeout(done, 20));
          }
          return 0;
        }"""
        at = float(self.page.evaluate(ask, [what, after, 1_500 if missing is None else 1]))
        if at == 0 and missing is not None:
            return missing
        if at == 0:
            raise TimeoutError(f"no {what} was seen within 30 s: {self.page.locator('#app').inner_text()[:200]}")
        return at

    def touched(self) -> float:
        """The moment of the last tap (epoch ms), as the browser had it."""
        return float(self.page.evaluate("() => window.kakouTouched ?? 0"))

    def app(self, expression: str, *given: object) -> Any:
        """Ask the app itself: an expression over `app` and `given`."""
        return self.call(f"(app, given) => ({expression})", list(given))

    def call(self, function: str, *given: object) -> Any:
        """A function of the app, with all that joined it, and of what is given."""
        return self.page.evaluate(f"async (given) => ({function})({WHOLE}, ...given)", list(given))

    def kill(self) -> None:
        """kill -9 of the browser and all that belongs to it."""
        for process in _of(self.profile):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        for left in self.profile.glob("Singleton*"):
            left.unlink()

    def close(self) -> None:
        """Put away."""
        with contextlib.suppress(Exception):
            self.context.close()


def _of(profile: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if f"--user-data-dir={profile}" in process.cmdline():
                yield process


@contextmanager
def browsers() -> Iterator[tuple[Playwright, Path]]:
    """Playwright, and an empty folder for profiles. Raises NoPage where there is no browser."""
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"  # what the worker asks for is seen, too
    temporary = tempfile.TemporaryDirectory(prefix="kakou-phones-", ignore_cleanup_errors=True)
    with temporary as folder, sync_playwright() as started:
        if found() is None and not Path(started.chromium.executable_path).exists():
            raise NoPage("no Chromium on this machine: scripts/browser.py installs one")
        yield started, Path(folder)
        time.sleep(0.2)
