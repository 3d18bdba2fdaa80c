"""The worker of production as a process, and kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from django.db import connections

from kakou.ledger.folding import FOLDING
from tests.loops.ground import GATE
from tests.turns import HELD

NAME = "loops-worker"
_WRITES = """select exists(select from pg_stat_activity where application_name = %s and datname = current_database()
  and backend_xid is not null)"""

# what it asks between two looks, last of all when it found nothing more to do; and nobody has the turn to fold
_RESTS = f"""select exists(select from pg_stat_activity where application_name = %s and datname = current_database()
    and state = 'idle' and query like 'select pg_current_snapshot%%')
  and not exists(select from pg_stat_activity where application_name = %s and datname = current_database()
    and xact_start is not null)
  and not ({HELD})"""


class Worker:
    """Started again after every kill; `log`: what all of them said."""

    def __init__(self, log: Path, chance: Random) -> None:
        self._log, self._chance = log, chance
        self._running: list[subprocess.Popen[bytes]] = []
        self.kills = self.in_transaction = 0
        self._watch = connections["default"].copy()  # by its own role: no other sees what it does
        self._watch.settings_dict = {**self._watch.settings_dict, "USER": GATE, "OPTIONS": {}}

    def start(self) -> None:
        """One more."""
        env = {
            **os.environ, "KAKOU_ROLE": "worker", "PGAPPNAME": NAME,
            "KAKOU_DB": str(connections["owner"].settings_dict["NAME"]),
        }  # fmt: skip
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "kakou.config.worker"]
            self._running.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))

    def kill(self, *, patience: float = 0.0) -> None:
        """SIGKILL one of them, in the middle of a transaction that writes if there is one within `patience`
        seconds."""
        self.in_transaction += self.until_it_writes(patience)
        one = self._running.pop(self._chance.randrange(len(self._running)))
        one.send_signal(signal.SIGKILL)
        one.wait()
        self.kills += 1

    def until_it_writes(self, patience: float) -> bool:
        """Wait for a worker that has begun to write and has not committed; was there one?"""
        end = time.monotonic() + patience
        with self._watch.cursor() as cursor:
            while True:
                cursor.execute(_WRITES, [NAME])
                if cursor.fetchone()[0]:
                    return True
                if time.monotonic() >= end:
                    return False
                time.sleep(0.001)

    def rests(self, *, looks: int = 6) -> bool:
        """Has it done everything that it found due? So often that it is not only between two folds."""
        with self._watch.cursor() as cursor:
            for _ in range(looks):
                cursor.execute(_RESTS, [NAME, NAME, FOLDING])
                if not cursor.fetchone()[0]:
                    return False
                time.sleep(0.3)
        return True

    def again(self) -> None:
        """Kill all that run, and start one."""
        while self._running:
            self.kill()
        self.start()

    @property
    def many(self) -> int:
        """How many run."""
        return len(self._running)

    def died(self) -> list[int]:
        """Exit codes of those that ended though nobody killed them."""
        return [code for one in self._running if (code := one.poll()) is not None]

    def stop(self) -> None:
        """All of them, for good."""
        while self._running:
            one = self._running.pop()
            one.kill()
            one.wait()
        self._watch.close()
