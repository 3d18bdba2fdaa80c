"""Readings → passages: the entrance, the direction where the file has none, and an id that the same row gets again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from kakou.kernel.ids import id_at
from kakou.ledger.sheets.readings import Reading
from kakou.ledger.sheets.subjects import Subject
from kakou.ledger.stays.alternation import GateRule, directions
from kakou.ledger.stays.shapes import Direction
from kakou.ledger.stays.topology import Topology


class Passage(NamedTuple):
    """One crossing to be stored. `id`: time and content. `ms`: epoch milliseconds, UTC. `gate`: node. `key`: the
    subject's blind index, 16 bytes. `row`: where it stands in the file."""

    id: UUID
    ms: int
    gate: int
    way: Direction
    subject: Subject
    key: bytes
    homes: tuple[str, ...]
    temperature: int | None
    row: int


@dataclass(frozen=True)
class Ground:
    """`gates`: text in the file → node of the entrance. `rules`: node → rule. `units`: name → node."""

    gates: Mapping[str, int]
    topology: Topology
    rules: Mapping[int, GateRule] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)


def to_passages(
    readings: Sequence[Reading],
    ground: Ground,
    keys: Mapping[Subject, bytes],
    stands: Mapping[bytes, int] | None = None,
) -> list[Passage]:
    """All readings of a file, in order of time. `stands`: key → where a subject stood before the file begins, for the
    alternating rule; who is not in it was at home, or outside.

    `keys` name subjects by their blind index: what goes into an id must not let anybody guess a phone from it.
    """
    ways = dict(_ways(readings, ground, keys, stands or {}))
    equal: Counter[bytes] = Counter()
    passages = []
    for reading in sorted(readings, key=lambda reading: (reading.ms, reading.row)):
        gate = ground.gates[reading.gate]
        content = _content(reading, gate, keys[reading.subject])
        equal[content] += 1
        passages.append(
            Passage(
                id_at(reading.ms, content + equal[content].to_bytes(4, "big")),
                reading.ms,
                gate,
                reading.way or ways[reading.row],
                reading.subject,
                keys[reading.subject],
                reading.homes,
                reading.temperature,
                reading.row,
            )
        )
    return passages


def _content(reading: Reading, gate: int, key: bytes) -> bytes:
    """What makes two rows the same. A direction that was told by a rule is no content: it follows from other rows."""
    told = f"{reading.ms} {gate} {reading.way or ''} {'' if reading.temperature is None else reading.temperature}"
    return key + told.encode()


def first_untold(readings: Iterable[Reading], keys: Mapping[Subject, bytes]) -> dict[bytes, int]:
    """Key → time (epoch ms) of a subject's first reading that tells no direction."""
    firsts: dict[bytes, int] = {}
    for reading in readings:
        if reading.way is None:
            key = keys[reading.subject]
            firsts[key] = min(reading.ms, firsts.get(key, reading.ms))
    return firsts


def _ways(
    readings: Iterable[Reading], ground: Ground, keys: Mapping[Subject, bytes], stands: Mapping[bytes, int]
) -> Iterator[tuple[int, Direction]]:
    """Row → direction by the alternating rule, for rows that tell none. One key is one history, in however many
    spellings and with whatever else a row tells of the subject."""
    histories: dict[bytes, list[Reading]] = {}
    for reading in readings:
        if reading.way is None:
            histories.setdefault(keys[reading.subject], []).append(reading)
    for key, history in histories.items():
        history.sort(key=lambda reading: (reading.ms, reading.row))
        homes = frozenset(ground.units[name] for name in {name for reading in history for name in reading.homes})
        gates = [ground.gates[reading.gate] for reading in history]
        ways = directions(gates, ground.rules, ground.topology, homes, stands.get(key))
        yield from zip((reading.row for reading in history), ways, strict=True)
