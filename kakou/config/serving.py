"""`kakou serve`: private PostgreSQL, migrations, worker, tracer, pages and front, behind one port."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from kakou.config import schema, settings
from kakou.config.launcher import launch
from kakou.config.postgres import PostgresUnavailable, PrivatePostgres, folders
from kakou.config.processes import ROOT, Child, Patience, monotonic
from kakou.config.tls.keeper import Keeper
from kakou.config.tls.machine import listening_addresses
from kakou.kernel.errors import Refusal
from kakou.kernel.site import read_site

log = structlog.get_logger("kakou.serve")
FRONT = (  # headers that say who the client is are dealt with by our own proxy
    "-m", "uvicorn", "kakou.config.asgi:app", "--interface", "asgi3", "--loop", "uvloop", "--http", "httptools",
    "--ws", "none", "--no-proxy-headers", "--no-server-header", "--no-access-log", "--log-level", "warning",
    "--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "10",
)  # fmt: skip
DOOR = ("-m", "kakou.config.front.server", "kakou.config.asgi:app")  # the same for other machines: addresses, --port
PAGES = (
    "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "2", "--no-access-log",
    "--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "10", "--uds-permissions", "0600",
)  # fmt: skip


class PortTaken(Refusal):
    """Something else listens where we should."""

    code = "port-taken"


class AddressUnknown(Refusal):
    """No interface here has that address."""

    code = "address-unknown"


class StartFailed(Refusal):
    """A part did not come up; what it said stands above."""

    code = "start-failed"


class Installation:
    """Everything that runs here, in the order in which it starts. `keeper`: of the certificate of the local network."""

    def __init__(
        self,
        home: Path,
        pg_socket: Path,
        *,
        host: str,
        port: int,
        stopped: Callable[[], bool],
        keeper: Keeper | None = None,
    ) -> None:
        self.home, self.port, self.stopped, self.keeper = home, port, stopped, keeper
        alone = ipaddress.ip_address(host).is_loopback and keeper is None
        self.listening = (host,) if alone else listening_addresses(host)
        port_told = ("--port", str(port))
        self.here = host if alone else "127.0.0.1"  # by plain http, from this machine
        private = "DATABASE_URL" not in os.environ
        self.database = (
            PrivatePostgres(home / "pg", pg_socket, log=home / "log" / "postgres.log", stopped=stopped)
            if private
            else None
        )
        self.database_since, self.patience = 0.0, Patience()
        self.pg_socket = pg_socket
        # beside the database's socket, in the folder that only we may enter and whose path is short
        backend = str(pg_socket / "pages.sock")
        self.children = [
            # with its database gone the worker would retry for minutes and hear no SIGTERM
            Child("worker", ("-m", "kakou.config.worker"), {"KAKOU_ROLE": "worker"}, at_death=signal.SIGKILL),
            Child("tracer", ("-m", "kakou.config.tracer"), {"KAKOU_ROLE": "worker"}, at_death=signal.SIGKILL),
            Child(
                "pages",
                (*PAGES, "--uds", backend, "kakou.config.wsgi:application"),
                {"KAKOU_URL": f"http://{self.here}:{port}"},
                stands_in=Path(backend),
            ),
            Child(
                "front",
                (*FRONT, "--host", host, *port_told) if alone else (*DOOR, *self.listening, *port_told),
                {"KAKOU_BACKEND": backend},
            ),
        ]  # fmt: skip
        self.zone = settings.SITE_ZONE
        self.tell_of_certificate()

    def start(self) -> None:
        """Bring everything up; returns when the port answers with a page. Raises StartFailed, also when stopped."""
        if self.database:
            self.database.start()
            self.database_since = monotonic()
            self.refuse_when_stopped()
        else:
            folders.prepare([self.pg_socket], None)  # it may lie in /tmp, where somebody was quicker
        for address in self.listening:
            refuse_taken_port(address, self.port)
        if not schema.is_current(settings.DATABASES["owner"]):
            self.run("migrate")
        for child in self.children:
            child.start(monotonic())
        self.await_answer()

    def await_answer(self, *, timeout: float = 120) -> None:
        """Wait until the front answers with something that the pages made."""
        deadline = monotonic() + timeout
        while monotonic() < deadline:
            self.refuse_when_stopped()
            if (status := answer_of(self.here, self.port)) == 200:
                return
            if status >= 400 and status != 503:  # 503: the front is there and the pages are coming
                raise StartFailed("The pages answer with an error; what they said stands above.")
            self.look()
            time.sleep(0.05)
        raise StartFailed("Kakou did not come up within %(seconds)d s.", seconds=timeout)

    def look(self) -> None:
        """Start again whatever has died."""
        if self.database and not self.database.alive:
            self.revive(self.database, monotonic())
        for child in self.children:
            if child.wanted:
                child.keep_alive(monotonic())

    def look_at_certificate(self) -> None:
        """Renew it when it is time. The front takes up new files by itself; the pages start again for a new name or
        address, which their address checks and codes must know."""
        if self.keeper and self.keeper.look(monotonic()):
            log.info("this machine has a new name or address", urls=self.keeper.urls())
            self.tell_of_certificate()
            pages = next(child for child in self.children if child.name == "pages")
            pages.stop(timeout=15)
            pages.start(monotonic())

    def look_at_zone(self) -> None:
        """Start whatever keeps days again when the first steps have named another zone; the front knows none."""
        zone = read_site(self.home).zone or self.zone
        if zone == self.zone or "KAKOU_ZONE" in os.environ:
            return
        self.zone = zone
        log.info("the site has another time zone", zone=zone)
        for child in self.children:
            if child.name != "front":
                child.stop(timeout=15)
                child.start(monotonic())

    def tell_of_certificate(self) -> None:
        """What pages and front are told of it when they start next."""
        for child in self.children:
            if self.keeper and child.name in {"worker", "pages", "front"}:  # the worker watches when it ends
                child.env = {**child.env, **self.keeper.env()}

    def revive(self, database: PrivatePostgres, now: float) -> None:
        """Start the database again, at once the first time, and later each time that it does not come up."""
        if now < self.patience.not_before:
            return
        wait = self.patience.died(now, lived=now - self.database_since)
        log.warning("the database died and is started again; nothing acknowledged is lost")
        self.database_since = now
        try:
            database.restart()
            self.database_since = monotonic()
        except PostgresUnavailable as refused:  # a full disk, for instance
            log.error("the database does not start", why=str(refused), again_in_seconds=wait)

    def run(self, *arguments: str) -> None:
        """Run one of our own commands to its end, everything else kept alive; its failure stops the start."""
        command = launch([sys.executable, "-m", "kakou", *arguments], cwd=str(ROOT))
        try:
            while command.poll() is None:
                self.refuse_when_stopped()
                self.look()
                time.sleep(0.05)
        finally:
            if command.poll() is None:
                command.terminate()
                command.wait()
        if command.returncode:
            raise StartFailed("`kakou %(command)s` failed.", command=" ".join(arguments))

    def refuse_when_stopped(self) -> None:
        """Raise StartFailed when somebody asked us to stop before all was up."""
        if self.stopped():
            raise StartFailed("Kakou was stopped while it was starting.")

    def watch(self) -> None:
        """Keep everything alive until somebody asks us to stop."""
        while not self.stopped():
            self.look()
            self.look_at_certificate()
            self.look_at_zone()
            time.sleep(0.2)

    def stop(self) -> None:
        """Front first, so that nothing new comes in; the database last."""
        for child in reversed(self.children):
            child.stop(timeout=15)
        if self.database:
            self.database.stop()


def refuse_unknown_address(host: str) -> None:
    """Raise AddressUnknown where this machine has no such address."""
    with socket.socket(family_of(host)) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            raise AddressUnknown(
                "This machine has no address %(host)s. Choose one of its own with --host, or 0.0.0.0 for all.",
                host=host,
            ) from None


def family_of(host: str) -> socket.AddressFamily:
    """Of an IP address."""
    return socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET


def refuse_taken_port(host: str, port: int) -> None:
    """Raise PortTaken while something listens there."""
    family = family_of(host)
    with socket.socket(family) as probe:
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(
                "Port %(port)d is in use. Stop what uses it, or choose another with --port.", port=port
            ) from None


def answer_of(host: str, port: int) -> int:
    """The HTTP status of the login page, 0 while nothing answers."""
    ask = b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=5) as connection:
            connection.sendall(ask)
            head = connection.recv(12)
    except OSError:
        return 0
    return int(head[9:12]) if head[9:12].isdigit() else 0
