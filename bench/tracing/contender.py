"""A contender in a process of its own, so that several can be asked in turn.

Seconds of CPU are those of the process (its own clock counts nanoseconds) and of its servers. Memory is what the
process took at most (VmHWM; ru_maxrss of a child begins at what its parent had). Making an answer comparable counts for
neither. The stays are mapped, and every page of them is touched before anything is measured: so what was there before
the load, the libraries and the stays, can be taken off the peak, and what is left is the contender's.
"""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.tracing import city
from bench.tracing.peers import Digest, Peer, digest, made
from bench.tracing.peers.answers import cases

COLUMNS = ("person", "place", "enter", "leave")
AWAKE = 5_000  # stays of a small city, by which libraries are loaded and compiled


class Ran(NamedTuple):
    """One run of one question."""

    cpu: float
    wall: float
    digest: Digest


class Loaded(NamedTuple):
    """How the stays were taken, and what is kept of them in memory."""

    cpu: float
    wall: float
    kept: int


class Memory(NamedTuple):
    """Bytes at most: of the whole process, of that what is the contender's, and of its servers (now)."""

    process: int
    own: int
    servers: int


class Broken(Exception):
    """A contender did not answer."""


def put(stays: city.Stays, folder: Path) -> None:
    """Lays the stays where the contenders find them."""
    for name in COLUMNS:
        np.save(folder / f"{name}.npy", getattr(stays, name))


class Contender:
    """The other end: what is told here is done there."""

    def __init__(self, name: str, folder: Path) -> None:
        """Starts the process; `folder` holds the stays, and may be written to."""
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name, str(folder)), daemon=True)
        self._process.start()
        theirs.close()
        self.ways: dict[str, tuple[str, ...]] = self._told()

    def load(self) -> Loaded:
        """Takes the stays."""
        return self._do("load")  # type: ignore[no-any-return]

    def run(self, query: str, way: str, asked: Sequence[Any], *, hot: bool = False) -> Ran:
        """Asks once. `contacts` is asked of several, one after another; hot: all of them once before it counts."""
        return self._do("run", query, way, asked, hot)  # type: ignore[no-any-return]

    def memory(self) -> Memory:
        """So far."""
        return self._do("memory")  # type: ignore[no-any-return]

    def close(self) -> None:
        """Ends it, however it does."""
        try:
            self._pipe.send(("close",))
            self._process.join(60)
        except OSError:
            pass
        if self._process.is_alive():
            self._process.terminate()
        self._process.join()

    def _do(self, *message: Any) -> Any:
        self._pipe.send(message)
        return self._told()

    def _told(self) -> Any:
        try:
            fine, told = self._pipe.recv()
        except EOFError:
            raise Broken(f"{self.name} ended") from None
        if not fine:
            raise Broken(f"{self.name}: {told}")
        return told


def _serve(pipe: Connection, name: str, folder: str) -> None:
    """In the process: does what it is told until it is closed."""
    peer = None
    try:
        _wake(name, folder)
        peer = made(name, folder)
        there = There(peer, Path(folder))
        pipe.send((True, dict(peer.ways)))
        while (message := pipe.recv())[0] != "close":
            pipe.send((True, getattr(there, message[0])(*message[1:])))
    except EOFError:  # whoever asks is gone
        pass
    except Exception:  # noqa: BLE001 - raised again at the other end
        pipe.send((False, traceback.format_exc()))
    finally:
        if peer:
            peer.close()


def _wake(name: str, folder: str) -> None:
    """What a library loads and compiles when it is first used is no part of an index."""
    peer, stays = made(name, folder), city.made(AWAKE)
    person, end = int(stays.person[0]), city.BEGIN + city.DAY
    asked = {
        "contacts": (person, city.BEGIN, end, 900),
        "contacts_many": (stays.person[:2], city.BEGIN, end, 900),
        "reach": (stays.person[:2], city.BEGIN, 1, 0, 900),
        "exposure": (900,),
    }
    try:
        peer.load(stays)
        for query, ways in peer.ways.items():
            for way in ways:
                peer.columns(query, peer.ask(query, way, *asked[query]))
    finally:
        peer.close()


class There:
    """A peer, and how it is measured."""

    def __init__(self, peer: Peer, folder: Path) -> None:
        self.peer = peer
        self.stays = city.Stays(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS))
        for column in self.stays.columns:
            column.sum()
        self.before = self.peak = _status("VmRSS")
        _forget_peak()

    def load(self) -> Loaded:
        """As it is told."""
        cpu, wall = self._cpu(), time.perf_counter()
        self.peer.load(self.stays)
        cpu, wall = self._cpu() - cpu, time.perf_counter() - wall
        self._note_peak()
        return Loaded(cpu, wall, _status("VmRSS") - self.before + self.peer.memory())

    def run(self, query: str, way: str, asked: Sequence[Any], hot: bool) -> Ran:
        """As it is told."""
        ask = self._each if query == "contacts" else self.peer.ask
        if hot:
            ask(query, way, *asked)
        cpu, wall = self._cpu(), time.perf_counter()
        answer = ask(query, way, *asked)
        cpu, wall = self._cpu() - cpu, time.perf_counter() - wall
        self._note_peak()
        if query == "contacts":
            persons, *others = asked
            columns = cases([self.peer.columns(query, self.peer.ask(query, way, p, *others)) for p in persons])
        else:
            columns = self.peer.columns(query, answer)
        told = digest(query, columns)
        del answer, columns
        _forget_peak()
        return Ran(cpu, wall, told)

    def memory(self) -> Memory:
        """As it is told."""
        return Memory(self.peak, self.peak - self.before, self.peer.memory())

    def _each(self, query: str, way: str, persons: Sequence[int], *others: Any) -> None:
        """One after another; an answer is dropped when the next is asked for."""
        for person in persons:
            self.peer.ask(query, way, person, *others)

    def _note_peak(self) -> None:
        self.peak = max(self.peak, _status("VmHWM"))

    def _cpu(self) -> float:
        return time.process_time() + self.peer.cpu()


def _status(name: str) -> int:
    """A figure of this process from /proc, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _forget_peak() -> None:
    """The peak is counted from now on (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")
