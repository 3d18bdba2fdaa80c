"""A ledger of its own for measuring: private PostgreSQL, phones, preloaded passages, the front and the pages."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil
import psycopg

from bench.figures import ROOT
from kakou.config.launcher import launch
from kakou.config.postgres import PrivatePostgres
from kakou.config.postgres.binaries import candidates
from kakou.config.serving import FRONT, PAGES

PHONES = 32
DAYS = 5  # over which the preloaded passages lie, today among them
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "8GB", "checkpoint_timeout": "15min", "max_connections": "100"}
COLUMNS = (
    "id, node_id, device_id, seq, prev_hash, hash, direction, crossed, subject, subject_kind, vehicle, purpose,"
    " happened_at, device_at, recorded_at, clock, health, travel, vaccination, origin, mask, temperature, verdict,"
    " reasons, pack, recorder, corrects, detail, sealed"
)
# a row as the lane writes it: of a registered resident, or of a visitor whose papers are sealed (283 bytes)
ROW = """select {id}, 1 + (random() * 31)::int, 1 + (random() * 31)::int, {seq}, decode(repeat(md5({salt}), 2), 'hex'),
  decode(repeat(md5('h' || {salt}), 2), 'hex'), 1 + mod({seq}, 2), true, gen_random_uuid(), 1, null::uuid, 1,
  {at}, {at}, {at}, 0, 1, 1, 1, 2, 1, 365, 1, '{{}}'::text[], 'js-2021-08', 7, null::uuid, null::jsonb, {sealed}"""
PRELOAD = f"""insert into ledger_passage ({COLUMNS}) """ + ROW.format(
    id="(lpad(to_hex(%(day)s + i * 86400000::bigint / %(rows)s), 12, '0') || '7' ||"
    " substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid",
    seq="i", salt="i::text", at="to_timestamp((%(day)s + i * 86400000::bigint / %(rows)s) / 1000.0)",
    sealed="case when mod(i, 4) = 0 then decode(repeat('ab', 283), 'hex') end",
) + " from generate_series(%(first)s::bigint, %(last)s::bigint) i"  # fmt: skip


class House:
    """Everything under one folder that is removed at the end."""

    def __init__(self, *, home: Path | None = None, settings: Mapping[str, str] = SETTINGS) -> None:
        base = Path("/var/lib/kakou") if os.geteuid() == 0 else Path(tempfile.gettempdir())
        base.mkdir(parents=True, exist_ok=True)
        self.home = home or Path(tempfile.mkdtemp(prefix="bench-", dir=base))
        self.home.chmod(0o711)
        self.env = {
            "KAKOU_HOME": str(self.home), "KAKOU_KEYS": str(self.home / "keys"),
            "KAKOU_PG_SOCKET": str(self.home / "s"), "KAKOU_DB": "kakou",
            "DJANGO_SETTINGS_MODULE": "kakou.config.settings",
        }  # fmt: skip
        self.database = PrivatePostgres(self.home / "pg", self.home / "s", settings=settings)
        self.tokens = [uuid.uuid4().hex for _ in range(PHONES)]
        self.port = free_port()
        self._children: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        try:
            self._furnish()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _furnish(self) -> None:
        self.database.start()
        code = (
            "from kakou.config.bootstrap import prepare; from pathlib import Path; import os, django\n"
            "prepare(Path(os.environ['KAKOU_PG_SOCKET'])); django.setup()\n"
            "from kakou.vault.keys import KeyStore; from django.conf import settings; KeyStore.create(settings.KEYS)\n"
            "from django.core.management import call_command; call_command('migrate', database='owner', verbosity=0)"
        )
        subprocess.run([sys.executable, "-c", code], env={**os.environ, **self.env}, cwd=ROOT, check=True)
        with self.connect() as owner:
            owner.execute("insert into access_node (id) select generate_series(1, 32)")
            for number, token in enumerate(self.tokens, 1):
                owner.execute(
                    "insert into access_device (node_id, name, token_hash, enrolled_at)"
                    " values (%s, 'bench', %s, now())",
                    [number, hashlib.sha256(token.encode()).digest()],
                )

    def __exit__(self, *_: object) -> None:
        self.stop_children()
        self.database.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def connect(self, user: str = "kakou_owner") -> psycopg.Connection[tuple[object, ...]]:
        """A connection as one of the roles, each statement committed."""
        return psycopg.connect(host=str(self.home / "s"), user=user, dbname="kakou", autocommit=True)

    def preload(self, rows: int) -> Iterator[int]:
        """Fill the days up to today; yields rows so far."""
        each, midnight = rows // DAYS, int(time.time() // 86400 * 86400 * 1000)
        with self.connect() as owner:
            owner.execute("select ledger_make_days(current_date - 6, current_date + 1)")
            for day in range(DAYS):
                for first in range(0, each, 250_000):
                    last = min(each, first + 250_000) - 1
                    start = midnight - (DAYS - 1 - day) * 86_400_000
                    owner.execute(PRELOAD, {"day": start, "rows": each, "first": first, "last": last})
                    yield day * each + last + 1
            owner.execute("vacuum analyze ledger_passage")
        with self.connect("postgres") as admin:
            admin.execute("checkpoint")

    def start_front(self) -> psutil.Process:
        """The lane and the proxy in one process, as `kakou serve` starts them."""
        return self._start(*FRONT, "--host", "127.0.0.1", "--port", str(self.port), answers=self._answers)

    def start_pages(self) -> psutil.Process:
        """Django in a process of its own, with one list page (bench.pages)."""
        file = self.home / "pages.sock"
        return self._start(*PAGES, "--uds", str(file), "bench.pages:application", answers=file.exists)

    def stop_children(self) -> None:
        """End front and pages."""
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.wait(20)
        self._children.clear()

    def _start(self, *arguments: str, answers: Callable[[], bool]) -> psutil.Process:
        backend = {"KAKOU_BACKEND": str(self.home / "pages.sock")}
        child = launch([sys.executable, *arguments], env=self.env | backend, cwd=str(ROOT))
        self._children.append(child)
        deadline = time.monotonic() + 60
        while not answers():
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server under test did not start")
            time.sleep(0.1)
        return psutil.Process(child.pid)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_of(root: psutil.Process) -> float:
    """CPU seconds of a process and all below it, the children that have ended not counted."""
    return sum(sum(p.cpu_times()[:2]) for p in [root, *root.children(recursive=True)])


def pgbench() -> Path | None:
    """Beside a server's binaries, or nowhere: the wheel carries none."""
    return next((found.folder / "pgbench" for found in candidates() if (found.folder / "pgbench").exists()), None)


@contextmanager
def timed() -> Iterator[list[float]]:
    """Seconds of the block, in a list of one."""
    told = [0.0]
    began = time.perf_counter()
    yield told
    told[0] = time.perf_counter() - began
