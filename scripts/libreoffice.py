"""Find a LibreOffice that opens sheets without a screen, or install one: `python -m scripts.libreoffice`.

Only tests ask for it: whether anything runs in what we hand out, and whether it comes back unchanged. Prints what it
found. Without one these tests are skipped aloud; under CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
import sys

from scripts.browser import install

NAMES = ("soffice", "libreoffice")
PACKAGE = "libreoffice-calc-nogui"
WITHOUT = f"no LibreOffice on this machine: what it makes of our sheets was not looked at (apt install {PACKAGE})"


def found() -> str | None:
    """The path of a LibreOffice on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """0 when it is there, or when its absence is only told."""
    if not found():
        print("  no LibreOffice found; installing one …", flush=True)
        install("--no-install-recommends", PACKAGE)
    if path := found():
        print(f"  LibreOffice for the tests: {path}")
        return 0
    print(f"  {WITHOUT}", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
