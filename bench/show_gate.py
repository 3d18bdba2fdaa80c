"""`make show-gate`: every figure that the gate app must show, in one run, from a fresh clone of this commit.

Prints as it goes and ends with one table (median, spread, target, load, commit), kept in build/show-gate.json too. Each
figure is measured by a module of bench/gate, in a real headless Chromium against a real server; nothing is simulated
but the hand, the camera's picture, the network's slowness and the calendar. `make show-gate STEPS="1 2"` runs some of
the steps only. The really full disk ("3-disk") needs root.
"""

from __future__ import annotations

import shutil
import sys

from bench.figures import ROOT, Figure, exactly, read
from bench.reports import Report
from bench.show import Clone, Step, all_passed, show

LONGEST = 60  # minutes
TWO_DEVICES = {
    "two devices, any interleaving, duplicates: the stays are the fold of the union": (
        "kakou/ledger/stays/tests/test_the_fold_agrees_with_its_reference.py",
        "kakou/ledger/stays/tests/test_one_body_is_at_one_gate.py",
        "kakou/ledger/tests/test_a_rebuild_makes_what_folding_made.py",
    ),
    "half-sent batches, forks and duplicates: one chain a device": (
        "kakou/ledger/lane/tests/test_a_device_has_one_chain.py",
        "kakou/ledger/lane/tests/test_what_a_gate_sends_is_kept.py",
    ),
    "checks: the same in any order and any split": ("kakou/ledger/tests/test_checks_come_to_the_same_in_any_order.py",),
}
PICTURES = ("docs/gate", "docs/gate.md")


def gate(part: str) -> Step:
    """A part of `kakou bench gate`, met or not."""

    def run(clone: Clone) -> list[Figure]:
        told = clone.with_browser().kakou("bench", "gate", part, "--json", home=clone.fresh_home(), fine=(0, 1))
        return read(told)

    run.__doc__ = f"{part}: bench/gate/{part.replace('-', '_')}.py"
    return run


def properties(clone: Clone) -> list[Figure]:
    """4: property tests of phone and ledger, and a copied profile that shows no name."""
    phone = clone.vitest()
    found = [*of_phone(phone)]
    for name, files in TWO_DEVICES.items():
        found += all_passed("4", name, clone.pytest("-m", "not chaos", *files))
    return [*found, *gate("stolen")(clone)]


def of_phone(report: Report) -> list[Figure]:
    """Of the phone's code, by file."""
    return [
        *all_passed("4", "tests of the phone's code", report),
        *(
            exactly("4", f"of them of {name}", report.passed(file=f"/{name}."), report.ran_in(f"/{name}."))
            for name in ("outbox", "chain", "past", "roster", "merge", "exchange")
            if report.ran_in(f"/{name}.")
        ),
    ]


def frames(clone: Clone) -> list[Figure]:
    """5: frames of a bad camera. How they were drawn, and from which seed, stands in bench/frames."""
    return read(clone.with_browser().kakou("bench", "frames", "--json", home=clone.fresh_home(), fine=(0, 1)))


def screens(clone: Clone) -> list[Figure]:
    """6: every screen; the pictures that were taken in the clone are brought here."""
    found = gate("screens")(clone)
    for name in PICTURES:
        taken, here = clone.checkout / name, ROOT / name
        if taken.is_dir():
            shutil.rmtree(here, ignore_errors=True)
            shutil.copytree(taken, here)
        elif taken.exists():
            shutil.copy(taken, here)
    return found


STEPS: tuple[tuple[str, Step], ...] = (
    ("1", gate("ready")),
    ("2", gate("drill")),
    ("3", gate("days")),
    ("3-disk", gate("full-disk")),
    ("4", properties),
    ("5", frames),
    ("6", screens),
    ("7", gate("taps")),
)


if __name__ == "__main__":
    sys.exit(show("gate", STEPS, sys.argv[1:], longest=LONGEST))
