"""One POST to the address that was checked.

The standard library's client, because the line between "nothing was sent" and "perhaps it was" has to be sharp, and
the socket has to be ours: no proxy of the environment, no redirect, no second connection.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from functools import cache
from urllib.parse import SplitResult, urlsplit

from kakou.notices.adapters import Reply, Request
from kakou.notices.posting.guard import Guard, NotReached

TO_CONNECT = 5.0  # seconds
TO_ANSWER = 10.0  # from the first byte sent to the last read
MOST_READ = 64 * 1024
OURS = {"User-Agent": "kakou-notices", "Accept": "application/json", "Connection": "close"}


class ReplyLost(Exception):
    """The request was sent, or part of it, and no whole reply came. `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def post(request: Request, guard: Guard, *, to_answer: float = TO_ANSWER) -> Reply:
    """Send it once. Raises NotReached, ReplyLost."""
    parts = urlsplit(request.url)
    host, is_plain = parts.hostname or "", parts.scheme == "http"
    port = parts.port or (80 if is_plain else 443)
    line = _connected(guard.checked(host, port, is_plain=is_plain), port, host if not is_plain else "")
    line.settimeout(to_answer)
    # a timeout of the socket begins anew with every byte: this one does not
    hang_up = threading.Timer(to_answer, _hang_up, [line])
    hang_up.daemon = True
    hang_up.start()
    try:
        return _exchange(line, parts, request)
    finally:
        hang_up.cancel()
        line.close()


def _connected(address: str, port: int, name: str) -> socket.socket:
    """`name` "": without TLS."""
    try:
        line = socket.create_connection((address, port), TO_CONNECT)
    except OSError:
        raise NotReached("not-connected") from None
    if not name:
        return line
    try:
        return _trust().wrap_socket(line, server_hostname=name)
    except OSError:  # ssl.SSLError is one
        line.close()
        raise NotReached("tls") from None


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(line: socket.socket, parts: SplitResult, request: Request) -> Reply:
    client = http.client.HTTPConnection(parts.netloc)  # for the Host header; the line is there already
    client.sock = line
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        client.request("POST", target, request.body, {**OURS, **request.headers})
        with client.getresponse() as answer:
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, answer.read(MOST_READ), headers)
    except TimeoutError:
        raise ReplyLost("timeout") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise ReplyLost("cut-off") from None


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed in the same moment
