"""The proxy between the one port and the pages' process, against a real server on a Unix socket."""

import asyncio
import json

import pytest

from kakou.config.front import proxy
from kakou.config.front.proxy import Proxy


class Pages:
    """A server on a Unix socket that tells what it was asked, or answers as the path says."""

    def __init__(self, path):
        self.path, self.connections, self.largest = str(path), 0, 0

    async def __aenter__(self):
        self.server = await asyncio.start_unix_server(self.serve, self.path)
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = [tuple(line.split(": ", 1)) for line in lines[1:] if line]
                body = await self.body(reader, {k.lower(): v for k, v in headers})
                if lines[0].split()[1] == "/dies?a=1":
                    return
                if lines[0].split()[1] == "/breaks?a=1":
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
                    return
                told = json.dumps({"line": lines[0], "headers": headers, "body": len(body)}).encode()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nx-kept: yes\r\n\r\n%s" % (len(told), told))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def body(self, reader, headers):
        if headers.get("transfer-encoding") == "chunked":
            whole = b""
            while size := int(await reader.readline(), 16):
                whole += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
            return whole
        return await reader.readexactly(int(headers.get("content-length", 0)))


async def ask(app, *, method="GET", path="/", headers=(), chunks=(b"",), client=("10.1.2.3", 5)):
    """One request through `app`; (status, headers, body)."""
    sent, left = [], list(chunks)

    async def receive():
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"a=1",
             "headers": [(b"host", b"kakou.example"), *headers], "client": client}  # fmt: skip
    await app(scope, receive, send)
    body = b"".join(m.get("body", b"") for m in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def through(tmp_path, conversation):
    """Run `conversation(proxy, pages)`."""

    async def run():
        async with Pages(tmp_path / "p.sock") as pages:
            app = Proxy(str(tmp_path / "p.sock"))
            try:
                await conversation(app, pages)
            finally:
                app.close()

    asyncio.run(run())


def told(answer):
    return json.loads(answer[2])


def test_line_headers_and_query_arrive_and_the_answer_comes_back(tmp_path):
    async def talk(app, pages):
        status, headers, body = await ask(app, path="/orders/")
        assert status == 200
        assert headers[b"x-kept"] == b"yes"
        assert json.loads(body)["line"] == "GET /orders/?a=1 HTTP/1.1"

    through(tmp_path, talk)


@pytest.mark.parametrize(
    "claim", [b"X-Kakou-Client", b"x-kakou-scheme", b"x-forwarded-for", b"forwarded", b"x-real-ip"]
)
def test_what_a_client_claims_about_itself_is_stripped_and_what_we_saw_is_written(tmp_path, claim):
    async def talk(app, pages):
        headers = told(await ask(app, headers=[(claim.lower(), b"6.6.6.6")]))["headers"]
        assert [v for k, v in headers if k.lower() == "x-kakou-client"] == ["10.1.2.3"]
        assert "6.6.6.6" not in json.dumps(headers)

    through(tmp_path, talk)


def test_underscores_cannot_smuggle_a_claim_past_us(tmp_path):
    # WSGI turns x_kakou_client and x-kakou-client into one and the same variable
    async def talk(app, pages):
        assert "6.6.6.6" not in json.dumps(told(await ask(app, headers=[(b"x_kakou_client", b"6.6.6.6")])))

    through(tmp_path, talk)


def test_bodies_are_streamed_with_and_without_a_length(tmp_path):
    chunks = (b"a" * 70_000, b"b" * 70_000)

    async def talk(app, pages):
        announced = await ask(app, method="POST", headers=[(b"content-length", b"140000")], chunks=chunks)
        assert told(announced)["body"] == 140_000
        assert told(await ask(app, method="POST", chunks=chunks))["body"] == 140_000

    through(tmp_path, talk)


@pytest.mark.parametrize("headers", [[(b"content-length", b"2001")], []])
def test_a_body_too_large_is_refused_whether_announced_or_not(tmp_path, monkeypatch, headers):
    monkeypatch.setattr(proxy, "BODY_LIMIT", 2000)

    async def talk(app, pages):
        assert (await ask(app, method="POST", headers=headers, chunks=(b"x" * 1500, b"x" * 501)))[0] == 413
        assert (await ask(app))[0] == 200

    through(tmp_path, talk)


@pytest.mark.parametrize("length", [b"many", b"-5", b"1, 2"])
def test_a_length_that_is_no_number_is_a_bad_request(tmp_path, length):
    async def talk(app, pages):
        assert (await ask(app, method="POST", headers=[(b"content-length", length)]))[0] == 400

    through(tmp_path, talk)


def test_a_connection_is_kept_for_the_next_request(tmp_path):
    async def talk(app, pages):
        for _ in range(5):
            assert (await ask(app))[0] == 200
        assert pages.connections == 1

    through(tmp_path, talk)


def test_pages_that_are_away_or_die_are_a_503_that_says_when_to_come_back(tmp_path):
    async def talk(app, pages):
        assert (await ask(app, path="/dies"))[0] == 503
        away = await ask(Proxy(str(tmp_path / "nobody.sock")))
        assert (away[0], away[1][b"retry-after"]) == (503, b"2")

    through(tmp_path, talk)


def test_half_an_answer_is_cut_off_and_never_looks_whole(tmp_path):
    async def talk(app, pages):
        with pytest.raises((EOFError, proxy.h11.ProtocolError)):
            await ask(app, path="/breaks")

    through(tmp_path, talk)


def test_a_kept_connection_that_the_pages_closed_meanwhile_is_not_used(tmp_path):
    async def talk(app, pages):
        assert (await ask(app))[0] == 200
        app.idle[0].writer.close()
        assert (await ask(app))[0] == 200

    through(tmp_path, talk)


def test_a_client_that_leaves_in_the_middle_leaves_no_broken_connection_behind(tmp_path):
    async def talk(app, pages):
        with_half = [(b"content-length", b"10")]
        await ask_and_leave(app, with_half)
        assert not app.idle
        assert (await ask(app))[0] == 200

    through(tmp_path, talk)


async def ask_and_leave(app, headers):
    """Announce ten bytes, send three, go."""
    messages = [{"type": "http.request", "body": b"abc", "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        pass

    scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
             "headers": headers, "client": ("10.1.2.3", 5)}  # fmt: skip
    await app(scope, receive, send)


def test_a_client_that_dawdles_holds_no_thread_of_the_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(proxy, "PATIENCE", 0.2)

    async def dawdle(app):
        statuses = []

        async def receive():
            await asyncio.sleep(0.15)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message):
            statuses.append(message.get("status"))

        scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
                 "headers": [(b"content-length", b"1000")], "client": ("10.1.2.3", 5)}  # fmt: skip
        await app(scope, receive, send)
        return statuses[0]

    async def conversation(app, pages):
        assert await asyncio.gather(*(dawdle(app) for _ in range(20))) == [408] * 20
        assert pages.connections == 0
        assert app.waiting == 0

    through(tmp_path, conversation)


def test_bodies_of_too_many_bytes_at_once_are_asked_to_come_again(tmp_path, monkeypatch):
    monkeypatch.setattr(proxy, "WAITING", 1000)

    async def conversation(app, pages):
        status, headers, _ = await ask(app, method="POST", chunks=[b"x" * 600, b"x" * 600])
        assert (status, headers[b"retry-after"]) == (503, b"5")
        assert (await ask(app, method="POST", chunks=[b"x" * 600]))[0] == 200
        assert (pages.connections, app.waiting) == (1, 0)

    through(tmp_path, conversation)
