"""One POST to the address that was checked: what was surely not sent and what perhaps was are told apart."""

import contextlib
import socket
import threading
import time

import pytest

from kakou.notices.adapters import Request
from kakou.notices.posting import Guard, NotReached, ReplyLost
from kakou.notices.posting.http import MOST_READ, post

OWN = Guard.of(["127.0.0.0/8"])


@contextlib.contextmanager
def server(talk):
    """A server whose every connection is handled by `talk(connection, request)`; gives its port and what was asked."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    with line, contextlib.suppress(OSError):
                        got = b""
                        while b"\r\n\r\n" not in got and (more := line.recv(65536)):
                            got += more
                            if not got.startswith(b"POST"):
                                break
                        asked.append(got)
                        talk(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], asked
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def says(content):
    return lambda line: line.sendall(content)


def to(port, path="/hook?a=b"):
    return Request(f"http://127.0.0.1:{port}{path}", b"{}", {"webhook-id": "msg_1"})


def test_it_says_what_it_was_given_and_brings_the_reply_back():
    with server(says(b"HTTP/1.1 202 Accepted\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\nok")) as (port, asked):
        reply = post(to(port), OWN)
    assert (reply.status, reply.body, reply.headers["retry-after"]) == (202, b"ok", "3")
    (request,) = asked
    assert request.startswith(b"POST /hook?a=b HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}\r\n".encode() in request and b"webhook-id: msg_1\r\n" in request
    assert b"Content-Length: 2\r\n" in request


def test_a_redirect_is_not_followed():
    with server(says(b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as (port, asked):
        assert post(to(port), OWN).status == 307
    assert len(asked) == 1


def test_a_long_answer_is_not_read_to_its_end():
    with server(says(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (4 * MOST_READ))) as (port, _):
        assert len(post(to(port), OWN).body) == MOST_READ


@pytest.mark.parametrize(
    "content",
    [b"", b"HTTP/1.1", b"HTTP/1.1 2", b"\x00" * 50, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"],
)
def test_a_broken_answer_is_a_lost_one(content):
    with server(says(content)) as (port, _), pytest.raises(ReplyLost) as lost:
        post(to(port), OWN)
    assert lost.value.code == "cut-off"


def test_who_answers_too_slowly_is_hung_up_on_however_often_he_says_something():
    told_to_stop = threading.Event()

    def drips(line):
        while not told_to_stop.wait(0.05):
            line.sendall(b"X")

    begun = time.monotonic()
    with server(drips) as (port, _):
        with pytest.raises(ReplyLost):
            post(to(port), OWN, to_answer=0.4)
        lasted = time.monotonic() - begun
        told_to_stop.set()
    assert lasted < 5


def test_who_is_silent_is_lost_and_who_does_not_listen_was_not_reached():
    told_to_stop = threading.Event()
    with server(lambda line: told_to_stop.wait(5)) as (port, _):
        with pytest.raises(ReplyLost) as lost:
            post(to(port), OWN, to_answer=0.2)
        told_to_stop.set()
    assert lost.value.code in {"timeout", "cut-off"}
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotReached) as refused:
        post(to(port), OWN)
    assert refused.value.code == "not-connected" and not refused.value.for_good


def test_what_speaks_no_tls_was_not_reached():
    with server(says(b"")) as (port, _), pytest.raises(NotReached) as refused:
        post(Request(f"https://127.0.0.1:{port}/", b"{}"), OWN)
    assert refused.value.code == "tls"


def test_the_guard_stands_before_the_line():
    with server(says(b"")) as (port, asked), pytest.raises(NotReached) as refused:
        post(to(port), Guard())
    assert refused.value.code == "address-refused"
    assert asked == []
