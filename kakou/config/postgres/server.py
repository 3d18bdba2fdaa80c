"""One cluster under our supervision."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from kakou.config.launcher import launch
from kakou.config.postgres import folders
from kakou.config.postgres.binaries import Binaries, choose, recorded_major
from kakou.config.postgres.errors import DataInUse, PostgresUnavailable
from kakou.config.postgres.orphans import clear_stale_pid

ROLES = ("postgres", "kakou_owner", "kakou_pages", "kakou_lane", "kakou_worker")
PEER_ONLY = "local all all peer map=kakou\n"
LOG_LIMIT = 20_000_000  # bytes; one older file is kept
LOCK_OUTLIVES = 15.0  # seconds that a killed holder's half-started child may keep its lock
NEW_CLUSTER_BYTES = 90_000_000  # what initdb writes, and the first write-ahead file
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # the socket's name; PGPORT of a shell would change it
    "max_connections": "80",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "track_activity_query_size": "1024",
    # an error's statement, detail and parameters would carry people's data into a file
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}


class PrivatePostgres:
    """The cluster in `data`, reached through a socket in `socket_dir`. Start it from the main thread.

    `stopped`: has somebody asked us to stop? Then nobody waits any longer for a start; `stop` ends what was begun.
    """

    def __init__(
        self,
        data: Path,
        socket: Path,
        *,
        log: Path | None = None,
        settings: Mapping[str, str] | None = None,
        hba: str = PEER_ONLY,
        env: Mapping[str, str] = os.environ,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.data, self.socket = data.absolute(), socket.absolute()
        self.log = log or self.data.with_suffix(".log")
        self.settings = {**SETTINGS, "unix_socket_directories": str(self.socket), **(settings or {})}
        self.hba, self.env, self.stopped = hba, env, stopped
        self.user = folders.identity()
        self.binaries: Binaries | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._bindir = Path()
        self._lock: IO[str] | None = None

    def start(self) -> None:
        """Initialise if needed, start, return when connections are accepted (however long crash recovery takes) or when
        stopped meanwhile.

        Raises DataInUse where another process supervises this cluster, PostgresUnavailable for all else.
        """
        folders.check_socket_path(self.socket)
        try:
            folders.make_passable(self.data.parent)
            self._take_lock()
            folders.prepare([self.data, self.socket], self.user)
            self.binaries = choose(self.data, self.env)
            self._bindir = folders.reachable(self.binaries, self.user, self.data.parent)
            self._init()
            self._run()
        except OSError as error:
            self.stop()
            raise self._explained(str(error)) if error.errno == errno.ENOSPC else error from None
        except BaseException:
            self.stop()
            raise

    @property
    def alive(self) -> bool:
        """Does the server's process live?"""
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """Start again after the server died; the lock is still ours, and all that was committed is there.

        Raises PostgresUnavailable.
        """
        try:
            self._run()
        except OSError as error:
            raise self._explained(str(error)) from error

    def stop(self, patience: float = 60) -> None:
        """Fast shutdown; immediate after `patience` seconds (the write-ahead log makes that safe)."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        self.process = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        file = self.data.parent / f"{self.data.name}.lock"
        held = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        if (holder := _lock(held)) is not None:
            held.close()
            raise DataInUse(
                "Kakou already runs on %(data)s (process %(holder)s). Stop that one first, or give this one its own "
                "folder with KAKOU_HOME.",
                data=self.data.parent,
                holder=holder,
            )
        held.seek(0)
        held.truncate()
        held.write(f"{os.getpid()}\n")
        held.flush()
        self._lock = held

    def _init(self) -> None:
        if not recorded_major(self.data):
            self._initdb()
        me = pwd.getpwuid(os.geteuid()).pw_name
        (self.data / "pg_hba.conf").write_text(self.hba)
        (self.data / "pg_ident.conf").write_text("".join(f'kakou "{me}" {role}\n' for role in ROLES))

    def _initdb(self) -> None:
        # initdb writes PG_VERSION early, so a half-made cluster would look whole: it is made beside and renamed; in a
        # folder of its own each time, because an initdb whose parent was killed may still be clearing the last one up
        for leftover in self.data.parent.glob(f"{self.data.name}.making-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        making = self.data.with_name(f"{self.data.name}.making-{os.getpid()}-{time.monotonic_ns()}")
        folders.prepare([making], self.user)
        free = shutil.disk_usage(making).free
        if free < NEW_CLUSTER_BYTES:
            raise self._explained(f"{free / 1e6:.0f} MB free, {NEW_CLUSTER_BYTES / 1e6:.0f} MB needed; disk full")
        argv = [str(self._bindir / "initdb"), "-D", str(making), "-U", "postgres", "-E", "UTF8", "--locale=C"]
        argv += ["--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-instructions"]
        code, told = folders.run_as(self.user, argv, self._environment())
        if code:
            shutil.rmtree(making, ignore_errors=True)
            raise self._explained(told)
        self.data.rmdir()
        making.rename(self.data)

    def _run(self) -> None:
        clear_stale_pid(self.data)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.parent.mkdir(parents=True, exist_ok=True)
        argv = [str(self._bindir / "postgres"), "-D", str(self.data)]
        argv += [part for key, value in self.settings.items() for part in ("-c", f"{key}={value}")]
        with self.log.open("ab") as log:
            began = log.tell()
            self.process = launch(argv, at_death=signal.SIGINT, user=self.user, output=log)
        self._await_ready(began)

    def _await_ready(self, began: int) -> None:
        """Ready is said by line 8 of postmaster.pid, line 1 naming our own child; no limit while the child lives
        and nobody asks us to stop."""
        assert self.process
        while self.process.poll() is None:
            if self.stopped():
                return
            with contextlib.suppress(OSError, ValueError, IndexError):
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if lines[7].strip() == "ready" and int(lines[0]) == self.process.pid:
                    return
            time.sleep(0.01)
        raise self._explained(self.log.read_bytes()[began:].decode(errors="replace"))

    @staticmethod
    def _environment() -> dict[str, str]:
        """Nothing of the shell: its locale would change the cluster and our reading of what initdb says."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def _explained(self, told: str) -> PostgresUnavailable:
        """The server's own words as an error that says what to do."""
        if "No space left" in told or "disk full" in told:
            return PostgresUnavailable(
                "The disk that holds %(data)s is full: %(told)s. "
                "Free some space and start again; what is stored is safe.",
                data=self.data,
                told=told.strip()[-300:],
            )
        return PostgresUnavailable(
            "PostgreSQL did not start. Its last words: %(told)s (all of them: %(log)s)",
            told=told.strip()[-600:] or "none",
            log=self.log,
        )


def _lock(file: IO[str]) -> str | None:
    """Take the lock: None when it is ours, else who has it. One whose holder is dead is on its way out with what the
    holder had begun to start: that is waited for."""
    deadline = time.monotonic() + LOCK_OUTLIVES
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            if Path(f"/proc/{holder or 'nobody'}").exists() or time.monotonic() > deadline:
                return holder or "?"
            time.sleep(0.05)
        else:
            return None
