"""`python -m kakou.config.front.server kakou.config.asgi:app --port 8000 ADDRESS …`: the front for other machines.

uvicorn as ever, except that connections come through our own door. On this machine alone uvicorn's own listener does.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import resource
import socket
from pathlib import Path

import click
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kakou.config.front.door import Certificate, Door

BACKLOG = 512
HEAD_WITHIN = 15.0  # seconds for the head of a request: no web server in front has done it for us


class Visitor(HttpToolsProtocol):
    """One connection; the head of a request comes in time, or it is closed."""

    waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request has its time too."""
        super().connection_made(transport)
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._calm()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._hurry()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """It is whole."""
        self._calm()
        super().on_headers_complete()

    def _hurry(self) -> None:
        self._calm()
        self.waits = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _calm(self) -> None:
        if self.waits:
            self.waits.cancel()
            self.waits = None


class Server(uvicorn.Server):
    """uvicorn's, with our door for its listeners."""

    def __init__(self, config: uvicorn.Config, listening: list[socket.socket], certificate: Certificate | None) -> None:
        super().__init__(config)
        self.listening, self.certificate = listening, certificate

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The application's own start, then the door."""
        await super().startup(sockets=[])
        door = Door(self.listening, self._visitor, self._inside, self.certificate)
        door.start()
        self.servers = [door]  # type: ignore[list-item]  # closed and waited for by uvicorn

    def _visitor(self) -> asyncio.Protocol:
        return Visitor(self.config, self.server_state, self.lifespan.state)

    def _inside(self, address: str) -> int:
        return sum((getattr(one, "client", None) or ("",))[0] == address for one in self.server_state.connections)


def bind(address: str, port: int) -> socket.socket:
    """A listening socket of that address alone. Raises OSError when something else has it."""
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
    listening.bind((address, port))
    listening.listen(BACKLOG)
    return listening


def allow_many_connections() -> None:
    """As many open files as the system allows us: each phone holds one or two."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536, hard))


def certificate_told(env: dict[str, str]) -> Certificate | None:
    """What `kakou serve --lan` wrote into our environment; None without TLS."""
    file = env.get("KAKOU_TLS_CERT")
    return Certificate(Path(file), Path(env["KAKOU_TLS_KEY"])) if file else None


@click.command()
@click.argument("app")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--port", type=int, required=True)
def main(app: str, addresses: tuple[str, ...], port: int) -> None:
    """Serve `app` on some addresses and one port, until a signal."""
    allow_many_connections()
    config = uvicorn.Config(
        app, interface="asgi3", loop="uvloop", http=Visitor, ws="none", proxy_headers=False, server_header=False,
        access_log=False, log_level="warning", timeout_keep_alive=75, timeout_graceful_shutdown=10,
    )  # fmt: skip
    Server(config, [bind(one, port) for one in addresses], certificate_told(dict(os.environ))).run()


if __name__ == "__main__":
    main()
