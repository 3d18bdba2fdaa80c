"""One port of the local network for both: who begins a TLS handshake gets TLS, who speaks plain http is told where to.

The first byte says which (RFC 8446, 5.1: a handshake record begins with 22). It is only looked at, not taken, so that
whoever serves the connection reads it whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

import structlog

log = structlog.get_logger("kakou.front")
HANDSHAKE = b"\x16"
PATIENCE = 10.0  # seconds for the first byte, and again for the handshake
MOST_OF_ONE = 200  # connections of one address: many phones behind one router, not all that the process may open
CHECKED_EVERY = 5.0  # seconds between two looks whether the certificate's files are new


class Certificate:
    """The TLS context and the files it comes from; new files are taken up without ending a connection."""

    def __init__(self, file: Path, key: Path) -> None:
        self.file, self.key = file, key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self.seen = self._stamp()
        self.context.load_cert_chain(file, key)

    def _stamp(self) -> list[tuple[int, int]]:
        return [(found.st_mtime_ns, found.st_ino) for found in (self.file.stat(), self.key.stat())]

    def look(self) -> None:
        """Take up new files. Half-written ones, or a key that does not belong yet, are looked at again next time."""
        with contextlib.suppress(OSError, ssl.SSLError):
            if (stamp := self._stamp()) != self.seen:
                # tried on a context of its own: one that fails halfway would serve what does not belong together
                ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.file, self.key)
                self.context.load_cert_chain(self.file, self.key)
                self.seen = stamp
                log.info("the front serves a new certificate")


class Door:
    """Accepts on some sockets; stands where uvicorn keeps the servers that asyncio made for it.

    `make`: a protocol for one connection. `inside`: how many connections that address has. `certificate`: None serves
    plain http alone, where a web server is in front.
    """

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        make: Callable[[], asyncio.Protocol],
        inside: Callable[[str], int],
        certificate: Certificate | None,
    ) -> None:
        self.sockets, self.make, self.inside, self.certificate = sockets, make, inside, certificate
        self.entering: Counter[str] = Counter()  # by address: accepted, and not yet handed over
        self.tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to accept, in the running loop."""
        for listening in self.sockets:
            listening.setblocking(False)
            self._do(self._accept(listening))
        if self.certificate:
            self._do(self._renew(self.certificate))

    def close(self) -> None:
        """Accept nobody any more; who is in may finish."""
        for task in self.tasks:
            task.cancel()

    async def wait_closed(self) -> None:
        """Until nothing of ours runs."""
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for listening in self.sockets:
            listening.close()

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _renew(self, certificate: Certificate) -> None:
        while True:
            await asyncio.sleep(CHECKED_EVERY)
            certificate.look()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, (address, *_) = await loop.sock_accept(listening)
            except OSError as error:  # no file left to open, or somebody who is gone already
                log.warning("a connection could not be accepted", why=error.strerror)
                await asyncio.sleep(0.5)
                continue
            if self.entering[address] + self.inside(address) >= MOST_OF_ONE:
                connection.close()
                continue
            self.entering[address] += 1
            self._do(self._admit(connection, address))

    async def _admit(self, connection: socket.socket, address: str) -> None:
        """Hand one connection to a protocol of its own, by TLS or plainly."""
        handed = False
        try:
            async with asyncio.timeout(PATIENCE):
                first = await peek(connection)
            secure = self.certificate.context if self.certificate and first == HANDSHAKE else None
            handed = True  # from here on the transport closes it
            await asyncio.get_running_loop().connect_accepted_socket(
                self.make, connection, ssl=secure, ssl_handshake_timeout=PATIENCE if secure else None
            )
        except (OSError, TimeoutError):
            pass  # gone, silent, or not at one with us about the certificate (ssl.SSLError): nobody to answer
        finally:
            if not handed:
                connection.close()
            self.entering[address] -= 1
            self.entering += Counter()  # forgets who is at nought


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def peek(connection: socket.socket) -> bytes:
    """The first byte that came, left where it is; b"" when nothing will."""
    loop = asyncio.get_running_loop()
    while True:
        with contextlib.suppress(BlockingIOError, InterruptedError):
            return connection.recv(1, socket.MSG_PEEK)
        came: asyncio.Future[None] = loop.create_future()
        loop.add_reader(connection, _wake, came)
        try:
            await came
        finally:
            loop.remove_reader(connection)
