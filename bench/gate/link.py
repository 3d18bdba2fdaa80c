"""The network between phone and server: as slow and as far away as is said, for pages, workers and uploads alike.

What a browser slows by its own protocol does not reach its service worker; this does.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any

PIECE = 1_400  # bytes, about a packet


@dataclass(frozen=True, slots=True)
class Shape:
    """So many bits a second each way, so many seconds there and back."""

    bits: float
    round_trip: float


SLOW = Shape(400_000, 0.4)


class _Lane:
    """One way, shared by all connections: each piece waits until those before it are through."""

    def __init__(self) -> None:
        self._free = 0.0

    async def carry(self, size: int, bits: float) -> None:
        now = asyncio.get_running_loop().time()
        self._free = max(now, self._free) + size * 8 / bits
        await asyncio.sleep(self._free - now)


class Link:
    """Listens on a port of its own and carries everything to `port`. `shape` None: as fast as the machine is;
    `refused`: beginnings of paths that it does not carry: whoever asks for one is hung up on."""

    def __init__(self, port: int, shape: Shape | None = None) -> None:
        self.shape, self._to = shape, port
        self.refused: tuple[str, ...] = ()
        self.carried = 0  # bytes, both ways
        self._loop = asyncio.new_event_loop()
        self._up, self._down = _Lane(), _Lane()
        self._open: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Link:
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def hang_up(self) -> None:
        """Every connection is closed: whoever asks next shakes hands again."""
        for writer in list(self._open):
            self._loop.call_soon_threadsafe(writer.close)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.shape.round_trip if self.shape else 0.0)  # the handshake
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()  # nobody answers
            return
        self._open |= {writer, back}
        ways = (self._way(reader, back, self._up), self._way(there, writer, self._down))
        with contextlib.suppress(OSError):
            await asyncio.gather(*ways)
        self._open -= {writer, back}

    def _refuses(self, data: bytes) -> bool:
        """A request for what is not carried; a browser begins each with a piece of its own."""
        method, _, rest = data.partition(b" ")
        return method.isalpha() and method.isupper() and rest.startswith(tuple(path.encode() for path in self.refused))

    async def _way(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, lane: _Lane) -> None:
        """Pieces leave as fast as the line takes them, and each is as long on its way as the one before."""
        loop, sent = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()

        async def arrive() -> None:
            while (piece := await sent.get())[1]:
                await asyncio.sleep(piece[0] - loop.time())
                to.write(piece[1])
                await to.drain()

        arriving = asyncio.ensure_future(arrive())
        with contextlib.suppress(OSError):
            while data := await source.read(PIECE):
                if lane is self._up and self._refuses(data):
                    break
                self.carried += len(data)
                if shape := self.shape:
                    await lane.carry(len(data), shape.bits)
                sent.put_nowait((loop.time() + (shape.round_trip / 2 if shape else 0.0), data))
        sent.put_nowait((0.0, b""))
        with contextlib.suppress(OSError):
            await arriving
        to.close()
