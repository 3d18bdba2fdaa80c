"""kill -9 in the middle of backup, restore and rotation, again and again: everything opens, and the next run ends it.

An installation of its own with two hundred thousand passages, half of them sealed. The moments are drawn by a seed that
is printed.
"""

from __future__ import annotations

import json
import os
import random

import pytest

from bench.office.filled import READ, filled, said_by

ROWS, KILLS = 200_000, 4
pytestmark = [
    pytest.mark.chaos,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.xdist_group("chaos"),
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="kills a server of its own, never one that was lent to us"),
]


@pytest.fixture
def house():
    with filled(ROWS) as home:
        yield home


def test_whatever_is_killed_the_next_run_ends_it(house, seed=None):
    seed = seed or random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    said = said_by(ROWS)
    assert house.run("-c", READ) == f"{said} 1\n"

    for _ in range(KILLS):
        house.killed("backup", after=dice.uniform(2, 8))
    made = json.loads(house.run("backup", "--json"))
    assert json.loads(house.run("backup", "check", "--json"))["rows"] == made["rows"]

    for _ in range(KILLS):
        house.killed("keys", "rotate", "--rows", after=dice.uniform(2, 9))
        assert house.run("-c", READ).split()[0] == str(said)
        house.run("keys", "check")
    house.run("keys", "rotate", "--rows")
    assert house.run("-c", READ) == f"{said} 1\n"
    assert not (house.folder / "keys" / "rotation").exists()
    assert not (house.folder / "keys" / "master.next").exists()

    for _ in range(KILLS):
        house.killed("restore", "--yes", made["id"], after=dice.uniform(2, 12))
        assert house.run("-c", READ).split()[0] == str(said)
    house.run("restore", "--yes", made["id"])
    assert house.run("-c", READ) == f"{said} 1\n"  # under the keys of before the rotation
    for words in (("audit", "verify"), ("keys", "check"), ("backup",), ("restore", "--drill")):
        house.run(*words)
