"""Find a Chromium for the journeys, or install one: the system's package as root, else Playwright's own.

Beside it `certutil`, with which a journey puts a root into a browser's store of certificates, as phones' settings do,
and `pebble`, an authority that issues certificates by ACME.
Prints what it found. Without one the journeys are skipped aloud; under CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def found() -> str | None:
    """The path of a Chromium on this machine."""
    given = os.environ.get("KAKOU_CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


def playwright_has_one() -> bool:
    """Has Playwright downloaded its own?"""
    code = (
        "from pathlib import Path; from playwright.sync_api import sync_playwright as start\n"
        "with start() as p: raise SystemExit(not Path(p.chromium.executable_path).exists())"
    )
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def install(*packages: str) -> None:
    """Try the system's packages."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=env, capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False, env=env, capture_output=True)


def browser() -> str | None:
    """What the journeys run in, as it is told; installed where there is none."""
    if not found() and not playwright_has_one():
        print("  no Chromium found; installing one …", flush=True)
        install("chromium", "fonts-noto-cjk")
        if not found():
            subprocess.run(
                [sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True
            )
    return found() or ("Playwright's own" if playwright_has_one() else None)


def certutil() -> str | None:
    """The path of certutil; installed where there is none."""
    if not shutil.which("certutil"):
        print("  no certutil found; installing it …", flush=True)
        install("libnss3-tools")
    return shutil.which("certutil")


def pebble() -> str | None:
    """The path of Pebble, a small authority for tests, which brings a DNS server; installed where there is none."""
    if not shutil.which("pebble-challtestsrv"):
        print("  no pebble found; installing it …", flush=True)
        install("pebble")
    return shutil.which("pebble-challtestsrv") and shutil.which("pebble")


def main() -> int:
    """0 when all is there, or when its absence is only told."""
    missing = 0
    for what, find, lost in NEEDED:
        if path := find():
            print(f"  {what} for the tests: {path}")
        else:
            missing = 1
            print(f"  NO {what.upper()}: {lost} will not run", file=sys.stderr)
    return missing if os.environ.get("CI") else 0


NEEDED = (
    ("browser", browser, "the journeys (tests/journeys)"),
    ("certutil", certutil, "the journeys in which a browser trusts a root (Debian, Ubuntu: apt install libnss3-tools)"),
    ("pebble", pebble, "the tests in which an authority issues a certificate (Debian, Ubuntu: apt install pebble)"),
)

if __name__ == "__main__":
    sys.exit(main())
