"""Find a Chromium for the journeys, or install one: the system's package as root, else Playwright's own.

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


def install() -> None:
    """Try the system's package, then Playwright's."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=env, capture_output=True)
        packages = ["chromium", "fonts-noto-cjk"]
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False, env=env, capture_output=True)
    if not found():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True)


def main() -> int:
    """0 when there is a browser, or when its absence is only told."""
    if not found() and not playwright_has_one():
        print("  no Chromium found; installing one …", flush=True)
        install()
    if path := found():
        print(f"  browser for the journeys: {path}")
        return 0
    if playwright_has_one():
        print("  browser for the journeys: Playwright's own")
        return 0
    print("  NO BROWSER: the journeys (tests/journeys) will not run", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
