"""The front: `/intake/passages` to the lane, `/events` to the live feed, the rest to the pages."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from types import FrameType
from urllib.parse import urlencode

import asyncpg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")

from django.conf import settings

from kakou import vault
from kakou.config.front import plain
from kakou.config.front.proxy import Message, Proxy, Receive, Send
from kakou.config.memory import collect_seldom
from kakou.ledger.lane.app import Lane
from kakou.web.sse import Hub


async def connect_as_lane() -> asyncpg.Connection:
    """A connection of the lane's role, encrypted and verified as DATABASE_URL says."""
    database = settings.DATABASES["default"]
    told = {name: value for name, value in database["OPTIONS"].items() if name.startswith("ssl")}
    return await asyncpg.connect(
        f"postgresql:///?{urlencode(told)}",
        host=str(database["HOST"]),
        port=int(database.get("PORT") or 5432),
        user="kakou_lane",
        password=settings.ROLE_PASSWORDS.get("kakou_lane"),
        database=database["NAME"],
        timeout=10,
    )


class Front:
    """Dispatch by path; start and stop with the ASGI lifespan."""

    def __init__(self) -> None:
        self.hub, self.lane = Hub(), Lane()
        self.tls = "KAKOU_TLS_CERT" in os.environ  # we speak https ourselves, to the local network
        self.pages = Proxy(
            os.environ.get("KAKOU_BACKEND", str(settings.PG_SOCKET / "pages.sock")),
            https=settings.SERVED_BY_HTTPS,
            trusted=settings.TRUSTED_PROXIES,
        )
        self.paths: dict[str, Callable[[Message, Receive, Send], Awaitable[None]]] = {
            "/events": self.hub,
            "/intake/passages": self.lane,
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request, or the lifespan."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            if not plain.is_from_afar(scope, settings.TRUSTED_PROXIES):
                await self.paths.get(scope["path"], self.pages)(scope, receive, send)
            elif self.tls and plain.is_open(scope):
                await self.pages(plain.without_cookies(scope), receive, plain.keeping_cookies(send))
            else:
                await plain.turn_away(scope, send, https=self.tls, names=frozenset(settings.ALLOWED_HOSTS))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.startup":
                await self.hub.start(connect_as_lane)
                await self.lane.start(connect_as_lane, vault.store())
                self._end_streams_on_sigterm()
                collect_seldom()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.hub.stop()
                await self.lane.stop()
                self.pages.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_streams_on_sigterm(self) -> None:
        """The server waits for open responses before lifespan.shutdown, so endless ones end on the signal itself."""
        loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

        def on_term(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.hub.close_streams)
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGTERM, on_term)


app = Front()
