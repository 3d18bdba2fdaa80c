"""Forward to the pages' process over its Unix socket: kept connections, bounded bodies, answers streamed.

A request goes on when its body is whole: the pages have few threads, and one that waits for a slow client is lost to
all.

A client cannot say who it is: what it claims is stripped, and the address that we saw is written in its place. Only the
web server that the settings trust is believed, in the last address it adds.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import IO, Any

import h11

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"proxy-connection", b"trailer"}
)
FORWARDING = frozenset(
    {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-real-ip", b"via"}
)
OURS = b"x-kakou-"  # what we write for the pages, and nobody else may
BODY_LIMIT = 60_000_000  # bytes: the largest sheet that may be uploaded, with room
IN_MEMORY = 1_000_000  # bytes of one body; the rest lies in a file without a name
WAITING = 500_000_000  # bytes of bodies that are not whole yet, all together
PATIENCE = 30.0  # seconds for a body, and one more for each
SLOWEST = 8_000  # bytes of it
KEPT = 32
# what is told, to readers of either language
TOO_LARGE = "The file is too large: 60 MB is the most.\n文件太大，最多 60 MB。\n".encode()
BAD_LENGTH = "The length of the body is no number.\n正文长度不是数字。\n".encode()
SLOW = "The upload was too slow. Try again where the network is better.\n上传太慢，请到网络较好的地方重试。\n".encode()
MANY = "Many uploads come at once. Try again in a moment.\n同时上传的太多，请稍后重试。\n".encode()
STARTING = "The pages are starting. Try again in a moment.\n页面正在启动，请稍后重试。\n".encode()


class TooSlow(Exception):
    """The body did not come in its time."""


class TooMuch(Exception):
    """Bodies of too many bytes are on their way."""


class BodyTooLarge(Exception):
    """More than BODY_LIMIT bytes, announced or sent."""


class BadLength(Exception):
    """The announced length of the body is no number."""


class Connection:
    """One connection to the pages' process."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.http = h11.Connection(h11.CLIENT)

    @property
    def usable(self) -> bool:
        """May it carry another request?"""
        return not self.writer.is_closing() and not self.reader.at_eof() and self.http.our_state is h11.IDLE

    async def send(self, event: h11.Event) -> None:
        """Write one event of the request."""
        if data := self.http.send(event):
            self.writer.write(data)
            await self.writer.drain()

    async def next(self) -> object:
        """The next event of the answer."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(65536))
        return event


class Proxy:
    """ASGI application in front of the process that listens on the Unix socket `path`.

    `https`: a web server that speaks https stands in front of us. `trusted`: from these addresses it connects.
    """

    def __init__(self, path: str, *, https: bool = False, trusted: frozenset[str] = frozenset()) -> None:
        self.path, self.https, self.trusted = path, https, trusted
        self.idle: list[Connection] = []
        self.waiting = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Forward one request; 413 for a body too large, 408 for one too slow, 503 with Retry-After while the pages are
        away or too many bodies come at once."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._forward(scope, receive, watched)
        except BodyTooLarge:
            await answer(send, 413, TOO_LARGE)
        except BadLength:
            await answer(send, 400, BAD_LENGTH)
        except TooSlow:
            await answer(send, 408, SLOW)
        except TooMuch:
            await answer(send, 503, MANY, (b"retry-after", b"5"))
        except (OSError, EOFError, h11.ProtocolError):
            if started:
                raise  # half an answer must not look like a whole one: the server cuts the connection
            await answer(send, 503, STARTING, (b"retry-after", b"2"))

    def close(self) -> None:
        """Let go of the kept connections."""
        for connection in self.idle:
            connection.writer.close()
        self.idle.clear()

    async def _connect(self) -> Connection:
        while self.idle:
            if (kept := self.idle.pop()).usable:
                return kept
            kept.writer.close()
        return Connection(*await asyncio.open_unix_connection(self.path))

    async def _forward(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = forwarded_headers(scope, https=self.https, trusted=self.trusted)
        target = scope.get("raw_path") or scope["path"].encode()
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as whole:
            await self._gather(receive, whole)
            connection = await self._connect()
            try:
                await connection.send(h11.Request(method=scope["method"], target=target, headers=headers))
                for chunk in pieces(whole):
                    await connection.send(h11.Data(data=chunk))
                await connection.send(h11.EndOfMessage())
                await self._answer(connection, send, secure=scope.get("scheme") == "https")
            except BaseException:
                connection.writer.close()
                raise
        self._keep(connection)

    async def _gather(self, receive: Receive, whole: IO[bytes]) -> None:
        """The request's body, into `whole`. Raises BodyTooLarge past the limit, TooSlow, TooMuch, EOFError when the
        client goes away."""
        total, began = 0, asyncio.get_running_loop().time()
        try:
            while True:
                try:
                    async with asyncio.timeout_at(began + PATIENCE + total / SLOWEST):
                        message = await receive()
                except TimeoutError:
                    raise TooSlow from None
                if message["type"] == "http.disconnect":
                    raise EOFError("the client went away")
                chunk: bytes = message.get("body", b"")
                total += len(chunk)
                self.waiting += len(chunk)
                if total > BODY_LIMIT:
                    raise BodyTooLarge
                if self.waiting > WAITING:
                    raise TooMuch
                whole.write(chunk)
                if not message.get("more_body"):
                    return
        finally:
            self.waiting -= total

    def _keep(self, connection: Connection) -> None:
        with contextlib.suppress(h11.ProtocolError):
            connection.http.start_next_cycle()
        if connection.usable and len(self.idle) < KEPT:
            self.idle.append(connection)
        else:
            connection.writer.close()

    @staticmethod
    async def _answer(connection: Connection, send: Send, *, secure: bool) -> None:
        while True:
            event = await connection.next()
            if isinstance(event, h11.Response):
                kept = [(name, guarded(name, value, secure)) for name, value in event.headers if name not in HOP]
                await send({"type": "http.response.start", "status": event.status_code, "headers": kept})
            elif isinstance(event, h11.Data):
                await send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
            elif isinstance(event, h11.EndOfMessage):
                await send({"type": "http.response.body", "body": b""})
                return
            else:
                raise EOFError("the pages' process went away")


def is_claim(name: bytes) -> bool:
    """Does this header say who the client is? An underscore would become a hyphen's twin behind us (WSGI)."""
    return name in FORWARDING or name.startswith(OURS) or b"_" in name


def client_of(scope: Message, trusted: frozenset[str]) -> str:
    """The address that we saw; of a trusted web server the last one that it forwards for, which it saw itself."""
    seen = str((scope.get("client") or ("",))[0])
    told = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    if seen not in trusted or not told:
        return seen
    try:
        return str(ipaddress.ip_address(told.rpartition(b",")[2].strip().decode("ascii")))
    except ValueError:
        return ""  # it forwards for somebody it does not name: no address, and so not this machine


def forwarded_headers(
    scope: Message, *, https: bool = False, trusted: frozenset[str] = frozenset()
) -> list[tuple[bytes, bytes]]:
    """The request's headers without hop-by-hop ones and claims, with what we know of the client: its address, whether
    it speaks https, and whether somebody forwarded for it. Raises BodyTooLarge, BadLength.
    """
    headers = [(name, value) for name, value in scope["headers"] if name not in HOP and not is_claim(name)]
    headers.append((b"x-kakou-client", client_of(scope, trusted).encode()))
    headers.append((b"x-kakou-scheme", b"https" if https or scope.get("scheme") == "https" else b"http"))
    if any(name in FORWARDING for name, _ in scope["headers"]):
        headers.append((b"x-kakou-forwarded", b"1"))
    length = next((value for name, value in headers if name == b"content-length"), None)
    if length is not None and not (length.isdigit() and len(length) < 20):
        raise BadLength
    if length is not None and int(length) > BODY_LIMIT:
        raise BodyTooLarge
    if length is None and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
        headers.append((b"transfer-encoding", b"chunked"))
    return headers


def guarded(name: bytes, value: bytes, secure: bool) -> bytes:
    """A header of the answer; a cookie that is given over TLS comes back over TLS only."""
    if not secure or name != b"set-cookie" or b"; secure" in value.lower():
        return value
    return value + b"; Secure"


def pieces(whole: IO[bytes]) -> Iterator[bytes]:
    """A body from its beginning."""
    whole.seek(0)
    while chunk := whole.read(65536):
        yield chunk


async def answer(send: Send, status: int, text: bytes, *headers: tuple[bytes, bytes]) -> None:
    """A short answer of our own."""
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": text})
