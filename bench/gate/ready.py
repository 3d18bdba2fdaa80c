"""How soon the app stands (figure 1): on a slow phone behind a slow network, and without a server.

A cold phone has nothing of the app: neither files nor worker. `ready` is the app's own mark, set when its first screen
stands. One run warms the machine and is dropped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from bench.figures import ROOT, Figure, exactly, measured
from bench.gate.link import SLOW, Link
from bench.gate.phone import SLOWED, Phone, browsers
from bench.gate.site import Site

FIGURE = "1"
MOST_ENTRY = 49_152  # bytes, packed
MOST_READY, MOST_RELOAD = 2.5, 1.0  # seconds
RUNS = 5
BUILT = ROOT / "public" / "gate" / "assets"
FORGET = """async () => {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}"""

FETCHED = """() => performance.getEntriesByType('resource')
  .find(({ name }) => /index-.*[.]js$/.test(name)).responseEnd"""


def figures() -> list[Figure]:
    """All of figure 1."""
    with Site(residents=5) as site, Link(site.port) as link, browsers() as (started, folder):
        phones: list[Phone] = []

        def new(name: str) -> Phone:
            phones.append(Phone(started, link.url, folder / name))
            return phones[-1]

        found = [entry(), *cold(new, link, site), *warm(new, link, site)]
        return [*found, foreign(FIGURE, [url for phone in phones for url in phone.foreign])]


def entry() -> Figure:
    """What the first screen needs, as it goes over the network."""
    size = sum(file.stat().st_size for kind in ("js", "css") for file in BUILT.glob(f"index-*.{kind}.gz"))
    return Figure(
        FIGURE, "entry: index-*.js.gz + index-*.css.gz", size, "B", f"<= {MOST_ENTRY}", 0 < size <= MOST_ENTRY
    )


def cold(new: Callable[[str], Phone], link: Link, site: Site) -> list[Figure]:
    """An enrolled phone that has lost all files of the app, and one that has never seen it."""
    known = new("known")
    known.enrol(site.enrolment(link.url))
    times, fetched = [], []
    for _ in range(RUNS + 1):
        known.page.evaluate(FORGET)
        known.page.goto("about:blank")
        known.protocol.send("Network.clearBrowserCache")
        times.append(slowly(known, link))
        fetched.append(float(known.page.evaluate(FETCHED)) / 1000)
    known.close()
    first = []
    for number in range(RUNS + 1):
        phone = new(f"new{number}")
        first.append(slowly(phone, link))
        phone.close()
    at = f"{SLOW.bits / 1000:.0f} kbit/s, {SLOW.round_trip * 1000:.0f} ms, CPU {SLOWED}x, nothing cached"
    return [
        measured(FIGURE, f"ready: an enrolled phone, {at}", times[1:], "s", most=MOST_READY),
        measured(FIGURE, "of it until the entry's script was there", fetched[1:], "s"),
        measured(FIGURE, f"ready: a new phone, {at}", first[1:], "s", most=MOST_READY),
    ]


def slowly(phone: Phone, link: Link) -> float:
    """Seconds until the app stands on a slow phone behind a slow network."""
    phone.page.wait_for_timeout(1_000)  # what the browser itself does when it starts is not the app's
    phone.slow(SLOWED)
    link.shape = SLOW
    link.hang_up()
    try:
        return phone.open() / 1000
    finally:
        link.shape = None
        phone.slow(1)


def warm(new: Callable[[str], Phone], link: Link, site: Site) -> list[Figure]:
    """Reloaded with the server stopped."""
    phone = new("offline")
    phone.enrol(site.enrolment(link.url))
    site.stop()
    plain = [phone.reload() / 1000 for _ in range(RUNS + 1)]
    phone.slow(SLOWED)
    slow = [phone.reload() / 1000 for _ in range(RUNS + 1)]
    phone.close()
    return [
        measured(FIGURE, "reload with the server stopped: ready", plain[1:], "s", most=MOST_RELOAD),
        measured(FIGURE, f"the same, CPU {SLOWED}x", slow[1:], "s"),
    ]


def foreign(figure: str, urls: Sequence[str]) -> Figure:
    """No page, worker or service worker asked anybody else for anything."""
    for url in sorted(set(urls))[:10]:
        print("   foreign:", url, file=sys.stderr)
    return exactly(figure, "requests to a foreign host", len(urls), 0)
