"""The real lane behind a socket of this process, writing into the test's database as its own role."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings

from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import connect_to_test_database, post
from kakou.vault.keys import KeyStore


@contextlib.contextmanager
def intake() -> Iterator[str]:
    """Its address, until the block ends."""
    loop = asyncio.new_event_loop()
    turning = threading.Thread(target=loop.run_forever, daemon=True)
    turning.start()

    def wait(what):
        return asyncio.run_coroutine_threadsafe(what, loop).result(60)

    lane = Lane()
    wait(lane.start(connect_to_test_database(), KeyStore.create(settings.KEYS)))
    wait(asyncio.wait_for(lane.devices.loaded.wait(), 10))
    handler = type("Handler", (_Handler,), {"asked": staticmethod(lambda token, body: wait(post(lane, token, body)))})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        wait(lane.stop())
        loop.call_soon_threadsafe(loop.stop)
        turning.join()
        loop.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, content = self.asked(self.headers["Authorization"].removeprefix("Bearer "), body)
        told = json.dumps(content).encode()
        self.send_response(status)
        if again := headers.get(b"retry-after"):
            self.send_header("Retry-After", again.decode())
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        pass
