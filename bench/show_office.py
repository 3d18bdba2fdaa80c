"""`make show-office`: what the office around the ledger must show, in one run, from a fresh clone of this commit.

Prints as it goes and ends with one table (median, spread, target, load, commit), kept in build/show-office.json too.
`make show-office STEPS="1 3"` runs some of the steps only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from bench.figures import ROOT, Figure, exactly, measured, read, unmeasured
from bench.office import hostile as hostile_bench
from bench.show import HOUR, Clone, Step, all_passed, show

LONGEST = 90  # minutes
PICTURES = "docs/office"
CHAOS = ("-m", "chaos", "--timeout", "3600")
LISTS = {
    "a list of 5,000: 40 planted errors by cell, none taken, undone, the same out and in": (
        "tests/scale/test_a_residents_list_of_five_thousand.py",
        "kakou/people/tests/test_the_residents_list_is_brought_in.py",
    ),
}
LIBREOFFICE = ("tests/sheets/test_nothing_runs_in_libreoffice.py",)
OPENED = {
    "cells_in_libreoffice": "texts of every kind, hostile ones too, opened in LibreOffice and saved in three ways",
    "sheets_in_libreoffice": "sheets of pages, with formulas for names, opened there",
    "cells_of_sheets_in_libreoffice": "their cells, each of which says afterwards what was written",
    "residents_through_libreoffice": "residents saved by it and brought in again, masked and in plain: none changed",
}
RECUT = {
    "a compound moves while three gates are offline with 2,000 passages": (*CHAOS, "tests/recut"),
    "what hangs on a unit follows it": ("-m", "not chaos", "tests/recut"),
}
KEYS = {
    "destroyed, restored from yesterday, and nothing of it read": (
        "tests/test_what_is_destroyed_stays_destroyed.py",
        "kakou/backup/tests/test_what_is_destroyed_stays_destroyed_in_backups.py",
    ),
    "kill -9 in backup, restore and rotation": (
        *CHAOS, "tests/chaos/test_a_killed_backup_leaves_a_usable_system.py",
    ),
}  # fmt: skip
TRAINING = {
    "no number shared by a million; scenarios refused by line, played as they say, found in the ledger": (
        "kakou/drill/tests/test_nobody_in_the_drill_is_real.py",
        "kakou/drill/tests/test_a_scenario_is_read_or_refused_by_line_and_key.py",
        "kakou/drill/tests/test_a_scenario_happens_as_it_says.py",
        "tests/training",
    ),
}
TRUST = {
    "login abuse, enrolment, audit tampering": (
        "tests/office", "kakou/access/tests/test_login_is_locked_after_wrong_passwords.py",
        "kakou/access/tests/test_a_phone_is_enrolled_once.py", "kakou/audit",
    ),
    "corrections, handing out and destroying by two": (
        "kakou/ledger/tests/test_a_row_is_corrected_at_the_desk.py",
        "kakou/access/tests/test_many_are_handed_out_by_two.py",
        "tests/test_keys_are_destroyed_by_two.py",
    ),
    "what stops is told in two minutes": (*CHAOS, "tests/chaos/test_what_stops_is_told_in_two_minutes.py"),
}  # fmt: skip


def lists(clone: Clone) -> list[Figure]:
    """1: residents' lists, and what LibreOffice makes of every sheet"""
    report = clone.with_libreoffice().pytest(*LIBREOFFICE)
    opened = [
        measured("1", words, told, "", least=1) if (told := report.told(count)) else unmeasured("1", words)
        for count, words in OPENED.items()
    ]
    return [*_ran(clone, "1", LISTS), *all_passed("1", "nothing runs in LibreOffice", report), *opened]


def recut(clone: Clone) -> list[Figure]:
    """2: areas cut anew"""
    return _ran(clone, "2", RECUT)


def keys(clone: Clone) -> list[Figure]:
    """3: keys and backups"""
    return [*_told(clone, "backups"), *_ran(clone, "3", KEYS)]


def hostile(clone: Clone) -> list[Figure]:
    """4: hostile files at every door, hostile names in every field"""
    return hostile_bench.figures_of(clone.pytest(*hostile_bench.TESTS))


def trust(clone: Clone) -> list[Figure]:
    """5: abuse, corrections, two persons, what stops"""
    return _ran(clone, "5", TRUST)


def journeys(clone: Clone) -> list[Figure]:
    """6: journeys; the pictures that they take are brought here"""
    found = _told(clone.with_browser(), "journeys")
    shutil.copytree(clone.checkout / PICTURES, ROOT / PICTURES, dirs_exist_ok=True)
    return found


def audit(clone: Clone) -> list[Figure]:
    """7: what is known against what we install"""
    done = subprocess.run(
        [clone.python, "scripts/audit.py"], cwd=clone.checkout, env=clone.env, timeout=HOUR, check=False
    )
    if done.returncode == 3:
        return [unmeasured("7", "weaknesses: nobody could be asked from this machine", "0 unexplained")]
    return [exactly("7", "weaknesses that nobody has explained", done.returncode, 0)]


def million(clone: Clone) -> list[Figure]:
    """7: a day of a million people beside one of twenty thousand, and trainings"""
    return [*_told(clone, "million"), *_ran(clone, "7", TRAINING)]


def _told(clone: Clone, name: str) -> list[Figure]:
    """The figures of a program in bench/office, met or not."""
    words = [clone.python, "-m", f"bench.office.{name}", "--json"]
    done = subprocess.run(
        words, cwd=clone.checkout, env=clone.env, text=True, stdout=subprocess.PIPE, timeout=LONGEST * 60, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{name} ended with {done.returncode}: {done.stdout[-300:]}")
    return read(done.stdout)


def _ran(clone: Clone, figure: str, tests: Mapping[str, Sequence[str]]) -> list[Figure]:
    return [one for name, files in tests.items() for one in all_passed(figure, name, clone.pytest(*files))]


STEPS: tuple[tuple[str, Step], ...] = (
    ("1", lists), ("2", recut), ("3", keys), ("4", hostile), ("5", trust), ("6", journeys), ("7.1", audit),
    ("7.2", million),
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(show("office", STEPS, sys.argv[1:], longest=LONGEST))
