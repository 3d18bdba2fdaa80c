"""The processes of one installation: started in order, restarted when one dies, stopped in reverse."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from kakou.config.launcher import launch

log = structlog.get_logger("kakou.serve")
LONGEST_WAIT = 30.0  # seconds between two tries to start something that keeps dying
HEALTHY_AFTER = 60.0  # seconds of life after which an earlier death is forgiven
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Patience:
    """When what died is started again: later each time that it dies young or does not come up. Monotonic seconds."""

    deaths: int = 0
    not_before: float = 0.0

    def died(self, now: float, *, lived: float) -> float:
        """It is dead after `lived` seconds; how many seconds to wait."""
        self.deaths = 1 if lived > HEALTHY_AFTER else self.deaths + 1
        wait = min(LONGEST_WAIT, 0.25 * (1 << min(self.deaths, 10)))
        self.not_before = now + wait
        return wait


@dataclass
class Child:
    """One Python process of ours, kept alive."""

    name: str
    arguments: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    at_death: signal.Signals = signal.SIGTERM
    stands_in: Path | None = None  # a socket that a killed one leaves behind and that the next cannot bind over
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    patience: Patience = field(default_factory=Patience)
    wanted: bool = False

    def start(self, now: float) -> None:
        """Start it; `now` is monotonic seconds."""
        if self.stands_in:
            self.stands_in.unlink(missing_ok=True)
        self.process = launch([sys.executable, *self.arguments], env=self.env, at_death=self.at_death, cwd=str(ROOT))
        self.started_at, self.wanted = now, True

    def keep_alive(self, now: float) -> None:
        """Start it again when it died, waiting longer each time that it dies young."""
        if self.process is None:
            if now >= self.patience.not_before:
                self.start(now)
        elif (code := self.process.poll()) is not None:
            self.patience.died(now, lived=now - self.started_at)
            self._kill_group()
            self.process = None
            log.warning(
                "a part of Kakou died and is started again", part=self.name, code=code, deaths=self.patience.deaths
            )

    def stop(self, *, timeout: float) -> None:
        """SIGTERM, wait, SIGKILL; nothing that it had started outlives it."""
        self.wanted = False
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                log.warning("a part of Kakou did not stop in time", part=self.name)
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what it had started holds its port and socket


def monotonic() -> float:
    """Seconds; the one clock of this module."""
    return time.monotonic()
