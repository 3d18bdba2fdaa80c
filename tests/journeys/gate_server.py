"""The server as a phone meets it: one port with intake and pages, which can be stopped and started again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import socketserver
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
import uvicorn
from django.conf import settings
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application

from kakou import vault
from kakou.config.front.proxy import Message, Proxy, Receive, Send
from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import connect_to_test_database


class Backend(socketserver.ThreadingMixIn, WSGIServer):
    """The pages behind the front's own proxy, on a Unix socket as in `kakou serve`."""

    address_family, daemon_threads = socket.AF_UNIX, True
    request_queue_size = 128  # a service worker fetches the whole app at once: more than five wait to be let in

    def __init__(self, path: str) -> None:
        super().__init__(path, Quiet)  # type: ignore[arg-type]
        self.set_app(get_wsgi_application())

    def server_bind(self) -> None:
        """A path is no host and port."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", 0
        self.setup_environ()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Nor has its client an address."""
        return self.socket.accept()[0], ("127.0.0.1", 0)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class GateServer:
    """Listens on one port of its own as long as it is started; what it knows stays in the database."""

    def __init__(self) -> None:
        with socket.socket() as any_free:
            any_free.bind(("127.0.0.1", 0))
            self.port: int = any_free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self._socket = Path(tempfile.mkdtemp(prefix="kakou-gate-")) / "pages.sock"
        self._backend = Backend(str(self._socket))
        threading.Thread(target=self._backend.serve_forever, daemon=True).start()
        self._connect = connect_to_test_database()

    def start(self) -> None:
        """Serve from now on."""
        self._lane, self._pages = Lane(), Proxy(str(self._socket))
        config = uvicorn.Config(
            self._serve, host="127.0.0.1", port=self.port, log_level="error", lifespan="off", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(),), daemon=True)
        self._thread.start()
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            threading.Event().wait(0.05)
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        """As when somebody pulls the plug: nobody answers on the port."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)

    def end(self) -> None:
        """Nothing of it is left."""
        self.stop()
        self._backend.shutdown()
        self._backend.server_close()
        shutil.rmtree(self._socket.parent)

    async def _run(self) -> None:
        await self._lane.start(self._connect, vault.store())
        await self._server.serve()
        await self._lane.stop()

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        app = self._lane if scope["path"] == "/intake/passages" else self._pages
        await app(scope, receive, send)


@pytest.fixture
def gate_server(transactional_db: None) -> Iterator[GateServer]:
    """Started, and stopped at the end."""
    assert "127.0.0.1" in settings.ALLOWED_HOSTS
    cache.clear()  # the enrolments of other tests count for nothing here
    server = GateServer()
    server.start()
    yield server
    server.end()
