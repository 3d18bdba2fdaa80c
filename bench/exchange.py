"""How long two phones take to tell each other passages by codes: `python -m bench.exchange [passages]`.

The codes are counted by the app's own packing; the time follows from how many a second are shown and read. A code that
was missed comes again with the next turn of the series. Nothing here says what two hands do: plan on half missed.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.setup import find_node

ROOT = Path(__file__).resolve().parents[1]
RATES = (5, 6.25, 8)  # codes shown a second; the app shows 6.25
MISSED = (0.0, 0.25, 0.5)
ROUNDS = 101
SEED = 20210810


def counted(passages: int) -> dict[str, int]:
    """`bytes` and `codes` of a series of so many usual passages."""
    script = ROOT / "gate" / "tests" / "exchange-bench.ts"
    told = subprocess.run([find_node(), script, str(passages)], capture_output=True, text=True, check=True).stdout
    found: dict[str, int] = json.loads(told)
    return found


def shown_until_whole(codes: int, missed: float, dice: random.Random) -> int:
    """How many codes are shown until each was read once."""
    left, shown = set(range(codes)), 0
    while left:
        if dice.random() >= missed:
            left.discard(shown % codes)
        shown += 1
    return shown


def main(passages: int) -> None:
    """Print the table."""
    found, dice = counted(passages), random.Random(SEED)
    codes, size = found["codes"], found["bytes"]
    table = Table(
        "missed", *(f"{rate} codes/s" for rate in RATES), title=f"{passages} passages: {size} bytes, {codes} codes"
    )
    for missed in MISSED:
        shown = statistics.median(shown_until_whole(codes, missed, dice) for _ in range(ROUNDS))
        table.add_row(f"{missed:.0%}", *(f"{shown / rate:.1f} s, {size * rate / shown:.0f} bytes/s" for rate in RATES))
    Console().print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
