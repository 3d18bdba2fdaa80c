"""Figure 3: a backup of a million passages, half of them sealed, and its restore, compared table by table by counts and
hashes. `python -m bench.office.backups`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from bench.figures import Figure, are_met, exactly, measured, tell
from bench.office.filled import READ, filled, said_by

FIGURE = "3"
ROWS = 1_000_000


def figures(rows: int) -> list[Figure]:
    """Made, read again, proved by a drill, put back, and read."""
    with filled(rows) as home:
        made, took = _timed(lambda: home.run("backup", "--json"))
        _, again = _timed(lambda: home.run("backup", "--json"))
        checked = json.loads(home.run("backup", "check", made["id"], "--json"))
        _, drilled = _timed(lambda: home.run("restore", "--drill"))
        _, restored = _timed(lambda: home.run("restore", "--yes", made["id"]))
        said = home.run("-c", READ).split()[0]
    return [
        exactly(FIGURE, "rows of a backup that were not read again", made["rows"] - checked["rows"], 0),
        measured(FIGURE, "rows of the backup", [made["rows"]], "", least=rows),
        measured(FIGURE, "the backup", [took], "s"),
        measured(FIGURE, "a second one, of what changed", [again], "s"),
        measured(FIGURE, "restored into a spare database, every table counted and hashed", [drilled], "s"),
        measured(FIGURE, "restored in the database's place, the same", [restored], "s"),
        exactly(FIGURE, "sealed texts that say something else afterwards", abs(int(said) - said_by(rows)), 0),
    ]


def _timed(act: Callable[[], str]) -> tuple[dict[str, Any], float]:
    began = time.perf_counter()
    said = act()
    took = time.perf_counter() - began
    return (json.loads(said) if said.startswith("{") else {}), took


@click.command()
@click.option("--rows", default=ROWS, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(rows: int, as_json: bool) -> None:
    """Measure; exit code 1 when a bar is missed."""
    found = figures(rows)
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)


if __name__ == "__main__":
    main()
