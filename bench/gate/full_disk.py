"""A phone whose disk is really full (figure 3, the long run): a small tmpfs as the browser's profile. Needs root.

A full disk was seen to erase what had been recorded before, after one later write that succeeded. So after the first
write that fails the app writes nothing more in this page, and what it told as recorded is sent from its memory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

from bench.figures import Figure, exactly, unmeasured
from bench.gate.days import PASS
from bench.gate.phone import LONG, Phone, browsers
from bench.gate.ready import foreign
from bench.gate.site import Site

FIGURE = "3 full disk"
SIZE = 160  # MB of the whole disk
LEFT = 3_000_000  # bytes left when the passages begin
FIRST, MOST = 300, 20_000  # passages with room; at most so many until the disk is full


def figures() -> list[Figure]:
    """Of the full disk."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return [unmeasured(FIGURE, "NOT RUN: a small disk can be mounted by root alone")]
    with browsers() as (started, folder), small_disk(folder / "disk") as disk, Site(residents=20) as site:
        told: list[str] = []
        phone = Phone(started, site.url, disk / "phone", expose={"kakouTold": lambda one: told.append(one)})
        phone.enrol(site.enrolment(site.url))
        site.stop()
        passes = [str(one.id) for one in site.residents]
        phone.page.evaluate("() => { window.kakouAt = 0; }")
        phone.call(PASS, passes, FIRST, 0)
        ballast(disk)
        done = phone.call(PASS, passes, MOST, 0)
        print(f"    {len(told)} recorded, then: {done['failed']}", file=sys.stderr, flush=True)
        alarm = phone.page.get_by_role("alert").filter(has_text="没有存下").count()
        before, wrote = len(told), written(disk)
        (disk / "ballast").unlink()  # room comes back: whatever were written now could erase what was written before
        again = phone.call(PASS, passes, 1, 0)
        phone.app("app.set({ theme: 'sun' })")
        phone.page.wait_for_timeout(3_000)
        later = written(disk)
        site.start()
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        expect(phone.page.locator(".outbox")).to_have_text("已全部上传", timeout=5 * LONG)
        ledger = [str(one) for one in site.stored()]
        phone.close()
        return [
            exactly(FIGURE, "a passage that the full disk did not take is told as such", done["failed"] == "failed", 1),
            exactly(FIGURE, "the alarm is on the screen", alarm > 0, 1),
            exactly(FIGURE, "told as recorded after it, with room again", len(told) - before, 0),
            exactly(FIGURE, "that passage, too, is told as not recorded", again["failed"] == "failed", 1),
            exactly(FIGURE, "bytes written to the app's database after it", later != wrote, 0),
            Figure(FIGURE, "told as recorded before the disk was full", len(told), "", f"> {FIRST}", len(told) > FIRST),
            exactly(FIGURE, "told as recorded, and not in the ledger", len(set(told) - set(ledger)), 0),
            exactly(FIGURE, "in the ledger twice", len(ledger) - len(set(ledger)), 0),
            foreign(FIGURE, phone.foreign),
        ]  # fmt: skip


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own, in memory."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def ballast(disk: Path) -> None:
    """Fill it up to a little."""
    with (disk / "ballast").open("wb") as file:
        while (free := shutil.disk_usage(disk).free - LEFT) > 0:
            file.write(bytes(min(free, 1_000_000)))
            file.flush()


def written(disk: Path) -> list[tuple[str, int, int]]:
    """The files of the app's database as they stand: name, size, moment."""
    files = [file for file in disk.rglob("*") if "IndexedDB" in str(file) and file.is_file()]
    return sorted((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)
