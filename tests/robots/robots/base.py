"""What the three robot servers share: the listener, the records, the injected faults and the sliding rate window.

The figures themselves are in the module of each robot, with their source.  What the sources leave open and every
robot here handles alike is said in this module and marked "assumed".
"""

from __future__ import annotations

import json
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, ClassVar, Self, cast
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"

UNNAMED_CODE = 999999
"""Error code for a refusal whose number the sources do not name: a placeholder, no real service answers with it."""


class Reason(StrEnum):
    """Why a request was refused."""

    PATH = "path"
    METHOD = "method"
    LENGTH = "length"
    KEY = "key"
    JSON = "json"
    MSGTYPE = "msgtype"
    SHAPE = "shape"
    SIZE = "size"
    TIMESTAMP = "timestamp"
    SIGNATURE = "signature"
    KEYWORD = "keyword"
    IP = "ip"
    RATE = "rate"
    BLOCKED = "blocked"
    CROWDED = "crowded"
    OUTAGE = "outage"


STATUS: Mapping[Reason, int] = {Reason.PATH: 404, Reason.METHOD: 405, Reason.LENGTH: 411, Reason.OUTAGE: 503}
"""HTTP status of a refusal (assumed); every other one is HTTP 200 with the error code in the JSON answer."""


@dataclass(frozen=True)
class Request:
    """One HTTP request as it came in."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    raw: bytes | None
    client: str


@dataclass(frozen=True)
class Content:
    """The part of a message that the judge has found good: its type, its readable text and remarks on it."""

    msgtype: str
    text: str
    body: Mapping[str, Any]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Received:
    """An accepted message.  ``remarks`` holds what was taken but would not be shown as its sender meant it."""

    text: str
    moment: float
    raw: bytes
    msgtype: str
    body: Mapping[str, Any]
    remarks: tuple[str, ...]
    answer_lost: bool


@dataclass(frozen=True)
class Refusal:
    """A refused request, with the reason, the error code that was answered and a sentence for the reader."""

    reason: Reason
    code: int
    detail: str
    moment: float
    raw: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire."""

    status: int
    body: bytes


class Refused(Exception):
    """Raised by a judge; becomes a :class:`Refusal`."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Window:
    """At most ``limit`` accepted messages in any ``seconds`` (sliding, assumed: the sources say "per minute" only)."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._moments: deque[float] = deque()

    def full(self, now: float) -> bool:
        """Whether one more message now would be too many; a message counts until exactly ``seconds`` later."""
        while self._moments and now - self._moments[0] >= self.seconds:
            self._moments.popleft()
        return len(self._moments) >= self.limit

    def add(self, now: float) -> None:
        """Count an accepted message."""
        self._moments.append(now)


class Robot(ABC):
    """A group robot that listens on a free local port; use it as a context manager.

    One server is one robot in one group.  ``received`` and ``refused`` are in the order of arrival.  Only accepted
    messages count against a rate (assumed).  ``codes`` replaces the error code of single reasons.
    """

    CODES: ClassVar[Mapping[Reason, int]] = {}

    def __init__(self, clock: Callable[[], float] = time.time, codes: Mapping[Reason, int] | None = None) -> None:
        self.clock = clock
        self.codes: dict[Reason, int] = {**self.CODES, **(codes or {})}
        self.received: list[Received] = []
        self.refused: list[Refusal] = []
        self._judging = threading.Lock()
        self._life = threading.RLock()
        self._closed = threading.Event()
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self._outage_until: float | None = None
        self._lose = 0
        self._slow = 0.0

    # What a robot of its own kind says.

    @property
    @abstractmethod
    def target(self) -> str:
        """Path and query that name this robot, as in the real address."""

    @abstractmethod
    def authenticate(self, request: Request) -> None:
        """Check path and key, and a signature that does not stand in the body."""

    @abstractmethod
    def check(self, request: Request, raw: bytes, now: float) -> Content:
        """Check everything else but the rate; raise :class:`Refused` or return the good content."""

    @abstractmethod
    def count(self, now: float) -> None:
        """Check the rates and count the message, which has passed every other check."""

    @abstractmethod
    def answer(self, code: int, message: str) -> dict[str, Any]:
        """The JSON answer; code 0 is success."""

    # Life.

    @property
    def url(self) -> str:
        """The address to post to, key included."""
        if not self._port:
            raise RuntimeError("the robot has not been started")
        return f"http://{HOST}:{self._port}{self.target}"

    def __enter__(self) -> Self:
        with self._life:
            self._bind()
            self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        with self._life:
            self._stop()

    def _bind(self) -> None:
        """Hold the port without listening: the kernel refuses connections to it."""
        self._listener = _Listener((HOST, self._port), _Handler, bind_and_activate=False)
        self._listener.robot = self
        self._listener.server_bind()
        self._port = int(self._listener.server_address[1])

    def _listen(self) -> None:
        """Answer from now on."""
        assert self._listener is not None
        self._listener.server_activate()
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        """Close the port; requests that are being answered go on."""
        if self._listener is None:
            return
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._thread = None
        self._listener.server_close()
        self._listener = None

    # Faults.

    def outage(self, until: float, refuse: bool = False) -> None:
        """Be out of order until the clock reaches ``until``: HTTP 503, or with ``refuse`` a refused connection.

        A refusing port is opened again by a thread that looks at the clock every 10 ms; :meth:`settle` does it at
        once, for a test that has just moved its clock.  A past ``until`` ends an outage.
        """
        with self._life:
            self._outage_until = until
            if refuse and self._thread is not None and self.clock() < until:
                self._stop()
                self._bind()
                threading.Thread(target=self._watch, daemon=True).start()
            elif not refuse and self._listener is not None and self._thread is None:
                self._listen()
            self.settle()

    def settle(self) -> bool:
        """Open a refusing port if its outage is over; say whether the port is open."""
        with self._life:
            if self._listener is not None and self._thread is None and not self._out(self.clock()):
                self._listen()
            return self._thread is not None

    def lose_answer(self, n: int = 1) -> None:
        """Take the next ``n`` acceptable messages, but close each connection before an answer."""
        with self._judging:
            self._lose = n

    def slow(self, seconds: float) -> None:
        """Answer only after so many real seconds from now on (0 ends it); the message is taken before the wait."""
        with self._judging:
            self._slow = seconds

    def _watch(self) -> None:
        while not self._closed.wait(0.01):
            if self.settle():
                return

    def _out(self, now: float) -> bool:
        return self._outage_until is not None and now < self._outage_until

    # Judging.

    def take(self, request: Request) -> Reply | None:
        """Judge one request, record it and return the answer; ``None`` closes the connection without one."""
        with self._judging:
            reply = self._take(request, self.clock())
            wait = self._slow
        if wait > 0:
            self._closed.wait(wait)
        return reply

    def _take(self, request: Request, now: float) -> Reply | None:
        raw = request.raw or b""
        try:
            content = self._judge(request, raw, now)
        except Refused as refused:
            code = self.codes.get(refused.reason, UNNAMED_CODE)
            self.refused.append(Refusal(refused.reason, code, refused.detail, now, raw))
            said = self.answer(code, f"{refused.reason}: {refused.detail}")
            return Reply(STATUS.get(refused.reason, 200), json.dumps(said).encode())
        lost = self._lose > 0
        self._lose -= lost
        self.received.append(
            Received(content.text, now, raw, content.msgtype, content.body, content.remarks, answer_lost=lost)
        )
        return None if lost else Reply(200, json.dumps(self.answer(0, "")).encode())

    def _judge(self, request: Request, raw: bytes, now: float) -> Content:
        """The order of the checks is assumed: outage, path, method, key, body, rate."""
        if self._out(now):
            raise Refused(Reason.OUTAGE, "the service is out of order")
        self.authenticate(request)
        try:
            content = self.check(request, raw, now)
        except RecursionError:
            raise Refused(Reason.SHAPE, "the body is nested too deeply") from None
        self.count(now)
        return content


def require_post(request: Request) -> None:
    """Only POST with a length is served."""
    if request.method != "POST":
        raise Refused(Reason.METHOD, f"{request.method} instead of POST")
    if request.raw is None:
        raise Refused(Reason.LENGTH, "no valid Content-Length")


def single(request: Request, name: str, reason: Reason) -> str:
    """The value of a query parameter that must stand there exactly once."""
    values = request.query.get(name, [])
    if len(values) != 1 or not values[0]:
        raise Refused(reason, f"query parameter {name} must stand exactly once")
    return values[0]


def parse_object(raw: bytes) -> dict[str, Any]:
    """The body as a JSON object in UTF-8."""
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.JSON, f"the body is not JSON in UTF-8: {error}") from None
    if not isinstance(body, dict):
        raise Refused(Reason.JSON, "the body is not a JSON object")
    return body


def known_type(body: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    """The message type, which must be one of the known ones."""
    value = body.get(name)
    if not isinstance(value, str) or value not in known:
        raise Refused(Reason.MSGTYPE, f"{name} is {value!r}, not one of {', '.join(known)}")
    return value


def filled_object(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A member that must be an object with something in it."""
    value = body.get(name)
    if not isinstance(value, dict) or not value:
        raise Refused(Reason.SHAPE, f"{name} is not a filled object")
    return value


def filled_text(body: Mapping[str, Any], name: str) -> str:
    """A member that must be a string with something in it (an empty one is refused, assumed)."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(Reason.SHAPE, f"{name} is not a filled string")
    return value


def size(text: str) -> int:
    """Length in UTF-8 bytes."""
    return len(text.encode("utf-8", "surrogatepass"))


def compact(value: object) -> str:
    """Readable stand-in for the text of a message that has none of its own."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Listener(ThreadingHTTPServer):
    """The HTTP server of one robot."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    robot: Robot

    def server_bind(self) -> None:
        """Bind without the name look-up of the standard class."""
        TCPServer.server_bind(self)
        self.server_name = HOST
        self.server_port = int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is no matter for standard error; a fault of the judge is."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Turns HTTP into a :class:`Request` and back; every connection serves one request."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def _serve(self) -> None:
        robot = cast(_Listener, self.server).robot
        raw = self._body()
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        reply = robot.take(Request(self.command, parts.path, query, raw, str(self.client_address[0])))
        self.close_connection = True
        if reply is None:
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            return None
        raw = self.rfile.read(int(length))
        if len(raw) < int(length):
            raise ConnectionError("the client hung up in the middle of the body")
        return raw

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Keep addresses with keys out of standard error."""
