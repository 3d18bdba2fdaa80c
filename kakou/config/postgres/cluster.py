"""One private cluster: its folder, its socket and the process that serves it."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from kakou.config.launcher import launch
from kakou.config.postgres import binaries
from kakou.config.postgres.binaries import PostgresUnavailable

ROLES = ("postgres", "kakou_owner", "kakou_pages", "kakou_lane", "kakou_worker")
SOCKET_LIMIT = 107  # bytes of a Unix socket's path, the file name included
DEFAULTS = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "track_activity_query_size": "1024",
    "log_parameter_max_length": "0",  # what people are called does not enter a log
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",  # no DETAIL line, which would quote a row
    "log_min_error_statement": "panic",
}


class PrivatePostgres:
    """The cluster in `data` with its socket in `socket`. Start from the main thread: it dies with that thread."""

    def __init__(
        self, data: Path, socket: Path, *, log: Path | None = None, settings: Mapping[str, str] | None = None,
        forced: str | None = None,
    ) -> None:  # fmt: skip
        self.data, self.socket = data, socket
        self.log = log or data.with_suffix(".log")
        self.settings = {**DEFAULTS, **(settings or {})}
        self.forced = forced
        self.process: subprocess.Popen[bytes] | None = None
        self.folder: Path | None = None
        self._lock: IO[str] | None = None
        self.user = unprivileged() if os.geteuid() == 0 else None

    @property
    def alive(self) -> bool:
        """Does the server's process live?"""
        return self.process is not None and self.process.poll() is None

    def start(self, *, timeout: float = 3600) -> None:
        """Initialise if needed, start, return when connections are accepted.

        Raises PostgresUnavailable when the data is in use, no server fits, or it ends while starting.
        """
        self._prepare()
        self._take_lock()
        try:
            self.folder = self._runnable(binaries.find(self.data, self.forced))
            self._initialise(self.folder)
            self._await_orphan()
            self._spawn(self.folder)
            self._await_ready(timeout)
        except BaseException:
            self.stop()
            raise

    def restart(self, *, timeout: float = 3600) -> None:
        """Start again after the server died; the lock is still ours."""
        assert self.folder is not None
        self._await_orphan()
        self._spawn(self.folder)
        self._await_ready(timeout)

    def stop(self, *, timeout: float = 60) -> None:
        """Fast shutdown; immediate after `timeout` seconds (the write-ahead log makes that safe)."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _prepare(self) -> None:
        if len(os.fsencode(self.socket / ".s.PGSQL.5432")) > SOCKET_LIMIT:
            raise PostgresUnavailable(
                "The path of the socket folder is too long: %(path)s. Set KAKOU_PG_SOCKET to a short one.",
                path=self.socket,
            )
        for folder in (self.data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            if self.user and folder.stat().st_uid != self.user.pw_uid:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            folder.chmod(0o700)
        if self.user and self._run("/bin/sh", "-c", 'cd "$0"', str(self.data)).returncode:
            raise PostgresUnavailable(
                "The user %(user)s, as whom the database runs, cannot reach %(data)s. Set KAKOU_HOME to a folder that"
                " everybody may pass through.",
                user=self.user.pw_name, data=self.data,
            )  # fmt: skip

    def _take_lock(self) -> None:
        self._lock = Path(f"{self.data}.lock").open("w")  # noqa: SIM115  (held as long as we live)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise PostgresUnavailable(
                "Kakou is already running on this data (%(data)s). Stop it first, or set KAKOU_HOME to another folder.",
                data=self.data,
            ) from None

    def _run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run as the unprivileged user when we are root; a program that cannot be reached gives 126."""
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        try:
            return subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/", **who)  # type: ignore[call-overload,no-any-return]
        except (PermissionError, FileNotFoundError) as err:
            return subprocess.CompletedProcess(argv, 126, "", str(err))

    def _runnable(self, folder: Path) -> Path:
        """`folder`, or a copy of its tree when the unprivileged user may not reach it (an environment under /root)."""
        if self.user is None or self._run(str(folder / "postgres"), "--version").returncode == 0:
            return folder
        package = folder.parent.parent  # its libraries look for their siblings in <package>.libs beside it
        copy = self.data.parent / f"postgres-{binaries.major_of(folder)}"
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            for tree in (package, package.with_name(f"{package.name}.libs")):
                if tree.exists():
                    shutil.copytree(tree, partial / tree.name, symlinks=True)
            partial.rename(copy)
        return copy / package.name / folder.parent.name / folder.name

    def _initialise(self, folder: Path) -> None:
        if not (self.data / "PG_VERSION").exists() or not (self.data / "global" / "pg_control").exists():
            for leftover in self.data.iterdir():  # an initdb that was killed half way
                shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
            done = self._run(
                str(folder / "initdb"), "-D", str(self.data), "-U", "postgres", "-E", "UTF8", "--locale=C",
                "--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-instructions",
            )  # fmt: skip
            if done.returncode:
                raise PostgresUnavailable(
                    "PostgreSQL could not make its data folder %(data)s: %(why)s",
                    data=self.data, why=done.stderr.strip()[-600:],
                )  # fmt: skip
        me = pwd.getpwuid(os.geteuid()).pw_name
        (self.data / "pg_hba.conf").write_text("local all all peer map=kakou\n")
        (self.data / "pg_ident.conf").write_text("".join(f'kakou "{me}" {role}\n' for role in ROLES))

    def _old_pid(self) -> int:
        """The pid of a living server of this very folder, else 0: a pid alone may be anybody's by now."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            same = Path(f"/proc/{pid}/cwd").resolve() == self.data.resolve()
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (OSError, ValueError, IndexError):
            return 0
        return pid if same and state != "Z" else 0

    def _await_orphan(self) -> None:
        """We hold the lock, so an old server is an orphan on its way out: wait for it, then remove a stale pid file."""
        deadline, told = time.monotonic() + 60, False
        while pid := self._old_pid():
            if not told:
                os.kill(pid, signal.SIGINT)
                told = True
            if time.monotonic() > deadline:
                raise PostgresUnavailable("An old database server (process %(pid)d) does not stop.", pid=pid)
            time.sleep(0.02)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _spawn(self, folder: Path) -> None:
        options = {**self.settings, "unix_socket_directories": str(self.socket)}
        argv = [str(folder / "postgres"), "-D", str(self.data)]
        argv += [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with self.log.open("ab") as log:
            self.process = launch(argv, at_death=signal.SIGINT, user=self.user, output=log)

    def _await_ready(self, timeout: float) -> None:
        """Ready is what its own pid file says. Crash recovery may take its time while the process lives."""
        assert self.process is not None
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise PostgresUnavailable(self._why_it_ended(), code=self.process.returncode, log=self.log)
            try:
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if len(lines) >= 8 and lines[7].strip() == "ready" and int(lines[0]) == self.process.pid:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.01)
        raise PostgresUnavailable("The database did not become ready within %(seconds)d s.", seconds=timeout)

    def _why_it_ended(self) -> str:
        tail = self.log.read_text(errors="replace")[-4000:]
        if "No space left on device" in tail:
            return "The disk is full, so the database cannot start. Make room and start again; nothing is lost."
        return "The database ended while starting (exit code %(code)s). Its last words are in %(log)s."


def unprivileged() -> pwd.struct_passwd:
    """As whom the database runs when we are root. It must be in passwd: PostgreSQL looks its own name up."""
    for name in (os.environ.get("KAKOU_PG_USER", ""), "postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresUnavailable("Running as root, and there is no user postgres or nobody to run the database as.")
