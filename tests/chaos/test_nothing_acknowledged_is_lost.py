"""kill -9 of the lane and of PostgreSQL, a database that stays away, a full disk, under twenty gates that keep sending.

After every storm: what a gate saw acknowledged is stored, each id once, and no number is missing once all outboxes are
empty. The seed is printed; a run with the same seed does the same to the same parts.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from bench.house import House
from kakou.ledger.lane.tests.gates import Phone, batch
from tests.chaos.gates import Gate

GATES = 20
pytestmark = [
    pytest.mark.timeout(3600),
    pytest.mark.xdist_group("chaos"),
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="kills a server of its own, never one that was lent to us"),
]


class Storm:
    """A house, its gates, and what is done to them. From the main thread: the database is a child of it."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.dice = house, random.Random(seed)
        self.stop = threading.Event()
        self.front = house.start_front()
        self.gates = [Gate(house.port, house.tokens[i], seed * 100 + i, self.stop) for i in range(GATES)]
        self.done: Counter[str] = Counter()
        print(f"seed {seed}")

    def begin(self) -> None:
        for gate in self.gates:
            gate.start()

    def kill_front(self) -> None:
        kill_tree(self.front)
        self.front = self.house.start_front()
        self.done["front killed"] += 1

    def kill_database(self, away: float = 0.0) -> None:
        assert self.house.database.process
        kill_tree(psutil.Process(self.house.database.process.pid))
        self.house.database.process.wait()
        time.sleep(away)
        self.house.database.restart()
        self.done["database killed"] += 1

    def freeze_database(self) -> None:
        assert self.house.database.process
        tree = psutil.Process(self.house.database.process.pid)
        frozen = tree.children(recursive=True)
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in frozen:
                process.suspend()
        time.sleep(0.5)
        for process in frozen:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
        self.done["database frozen"] += 1

    def rage(self, seconds: float, pause: float) -> None:
        """Do something bad every so often."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            time.sleep(self.dice.uniform(0.2, 1.0) * pause)
            self.dice.choice((self.kill_front, self.kill_database, self.freeze_database))()

    def drain(self) -> None:
        """Everything is up again: let every outbox become empty."""
        self.stop.set()
        for gate in self.gates:
            gate.join(60)
            if gate.is_alive():
                gate.given_up.set()
        assert not [gate.outbox for gate in self.gates if gate.outbox]

    def stored(self) -> dict[int, list[tuple[str, int]]]:
        """Device → (id, seq) of every row."""
        found: dict[int, list[tuple[str, int]]] = {}
        with self.house.connect() as owner:
            for id, device, seq in owner.execute("select id::text, device_id, seq from ledger_passage"):
                found.setdefault(int(str(device)), []).append((str(id), int(str(seq))))
        return found

    def check(self) -> None:
        rows = self.stored()
        everything = [id for kept in rows.values() for id, _ in kept]
        acked = set().union(*(gate.acked for gate in self.gates))
        told = sum((gate.seen for gate in self.gates), Counter())
        print(f"{len(acked)} acknowledged, {len(everything)} stored, {dict(self.done)}, answers {dict(told)}")
        assert len(acked) > GATES
        assert acked <= set(everything), "acknowledged and lost"
        assert len(everything) == len(set(everything)), "an id twice"
        for number, gate in enumerate(self.gates, 1):
            assert sorted(seq for _, seq in rows.get(number, [])) == list(range(1, gate.phone.seq + 1)), "a gap"


def kill_tree(root: psutil.Process) -> None:
    """kill -9, parents first, so that none can start another."""
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.fixture
def house():
    with House() as made:
        yield made


def test_it_survives_a_short_storm(house):
    storm = Storm(house, seed=20210810)
    storm.begin()
    time.sleep(1)
    storm.kill_front()
    time.sleep(0.7)
    storm.kill_database()
    time.sleep(0.7)
    storm.freeze_database()
    before = sum((gate.seen for gate in storm.gates), Counter())
    storm.kill_database(away=3)
    during = sum((gate.seen for gate in storm.gates), Counter()) - before
    time.sleep(0.5)
    storm.drain()
    storm.check()
    assert during["503 again"] >= GATES, "a gate is told to come again, each time"


def test_a_batch_sent_a_hundred_times_at_once_gets_one_answer(house):
    """ux.md check 2, over HTTP: 20 lines in parallel, five times each."""
    house.start_front()
    phone = Phone(house.tokens[0], seed=2)
    body = batch([*phone.items(20), b"{}", phone.item(checks={"temperature": 900})])
    start, answers = threading.Barrier(20), []

    def send():
        line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=15)
        start.wait()
        for _ in range(5):
            line.request("POST", "/intake/passages", body, {"Authorization": f"Bearer {phone.token}"})
            answer = line.getresponse()
            answers.append((answer.status, answer.read()))
        line.close()

    lines = [threading.Thread(target=send) for _ in range(20)]
    for line in lines:
        line.start()
    for line in lines:
        line.join()
    assert [status for status, _ in answers] == [200] * 100
    [items] = {text[: text.index(b',"new":')] for _, text in answers}  # byte for byte
    assert items.count(b'"stored"') == 20
    assert items.count(b'"quarantined"') == 2
    assert sum(json.loads(text)["new"] for _, text in answers) == 20
    with house.connect() as owner:
        assert owner.execute("select count(*), count(distinct id) from ledger_passage").fetchone() == (20, 20)
        assert owner.execute("select count(*) from ledger_quarantined").fetchone() == (2,)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [1, 2, 3, int(os.environ.get("KAKOU_SEED", "0")) or random.randrange(10**6)])
def test_it_survives_a_long_storm(house, seed):
    storm = Storm(house, seed)
    storm.begin()
    storm.rage(120, pause=4)
    storm.drain()
    storm.check()


@pytest.mark.chaos
def test_a_database_that_is_away_for_a_minute_is_found_again_without_a_restart(house):
    storm = Storm(house, seed=60)
    storm.begin()
    time.sleep(2)
    storm.kill_database(away=60)
    time.sleep(2)
    storm.drain()
    storm.check()
    assert storm.front.is_running()


@pytest.fixture
def small_disk():
    """128 MB of memory as a disk, for a house of its own."""
    if os.geteuid() != 0:
        pytest.skip("a full disk is not tried: only root may mount a small one")
    base = Path("/var/lib/kakou")
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="small-", dir=base))
    told = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0711", "tmpfs", folder], capture_output=True, text=True
    )
    if told.returncode:
        folder.rmdir()
        pytest.skip(f"a full disk is not tried: no tmpfs here ({told.stderr.strip()})")
    yield folder
    subprocess.run(["umount", "-l", folder], check=False)
    folder.rmdir()


def test_a_full_disk_acknowledges_nothing_and_is_survived(small_disk):
    with House(
        home=small_disk, settings={"shared_buffers": "16MB", "max_wal_size": "48MB", "min_wal_size": "32MB"}
    ) as house:
        storm = Storm(house, seed=7)
        storm.begin()
        time.sleep(1)
        filler = small_disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 65536)
        before = sum((gate.seen for gate in storm.gates), Counter())
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            during = sum((gate.seen for gate in storm.gates), Counter()) - before
            if during["503 again"] >= GATES:
                break
            time.sleep(0.1)
        filler.unlink()
        if not house.database.alive:  # without room for its log it may stop; the supervisor starts it again
            house.database.restart()
        storm.drain()
        storm.check()
        assert during["503 again"] >= GATES
