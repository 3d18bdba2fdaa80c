"""What a contender is, and its answers in one form, so that they can be compared."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from bench.tracing.city import Stays

Columns = Sequence[npt.NDArray[Any]]
ONLY = ("",)
KEYS = {"contacts": 2, "contacts_many": 2, "reach": 1, "exposure": 1}  # columns that name a row: case, person


class Peer(ABC):
    """A contender. Its answers are of whatever kind is natural to it; `columns` makes one kind of them.

    contacts(person, t0, t1, least), contacts_many(persons, t0, t1, least), reach(seeds, t0, hops, latency, least) and
    exposure(least): those that stand in `ways`, with the formulations that it knows for each, given as `way`.
    """

    name: ClassVar[str]
    ways: ClassVar[Mapping[str, tuple[str, ...]]]

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.held = ExitStack()  # connections, servers, files

    @abstractmethod
    def load(self, stays: Stays) -> None:
        """Takes the stays, and copies what it keeps of them."""

    def ask(self, query: str, way: str, *asked: Any) -> Any:
        """Answers in one of its ways."""
        return getattr(self, query)(*asked, **({"way": way} if way else {}))

    @abstractmethod
    def columns(self, query: str, answer: Any) -> Columns:
        """An answer as columns, its rows in any order.

        contacts: person, seconds, encounters, first, last; contacts_many: the same after the case; reach: person,
        degree, time; exposure: person, seconds, encounters.
        """

    def cpu(self) -> float:
        """CPU seconds that its servers have taken so far."""
        return 0.0

    def memory(self) -> int:
        """Bytes that its servers take now."""
        return 0

    def close(self) -> None:
        """Leaves nothing behind."""
        self.held.close()


class Digest(NamedTuple):
    """What is compared of an answer: its rows, the sum of each column, and a hash of all in order."""

    rows: int
    sums: tuple[int, ...]
    hash: str


def digest(query: str, columns: Columns) -> Digest:
    """Of an answer to a question; whoever met nobody does not count in an exposure."""
    whole = [np.asarray(column).astype(np.int64) for column in columns]
    if query == "exposure":
        whole = [column[whole[2] > 0] for column in whole]
    order = np.lexsort(whole[: KEYS[query]][::-1])
    seen = hashlib.blake2b(digest_size=8)
    for k, column in enumerate(whole):
        whole[k] = column[order]
        seen.update(whole[k])
    return Digest(len(order), tuple(int(column.sum()) for column in whole), seen.hexdigest())


def cases(parts: Sequence[Columns]) -> Columns:
    """Answers about one each as an answer about all of them."""
    case = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    return [
        case,
        *(np.concatenate([np.asarray(c).astype(np.int64) for c in column]) for column in zip(*parts, strict=True)),
    ]
