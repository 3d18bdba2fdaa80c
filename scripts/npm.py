"""Run an npm script of a folder of ours with the Node that the set-up found: `python3 scripts/npm.py gate test`."""

from __future__ import annotations

import sys

from setup import ROOT, SetupFailed, npm

if __name__ == "__main__":
    folder, *words = sys.argv[1:]
    try:
        npm(ROOT / folder, "run", *words)
    except SetupFailed as failed:
        sys.exit(str(failed))
