"""Passages as the fold wants them: one subject's crossings, with those of others in the same chain of corrections.

A correction may say that it was somebody else who passed. Then the row it replaces must count for the first subject no
more, although the row that holds is the second one's: such rows of others come along as *not crossed*.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.ledger.queries.allowances import Allowances
from kakou.ledger.rules import Clock
from kakou.ledger.stays.corrections import Leaders
from kakou.ledger.stays.shapes import NO_ALLOWANCE, Crossing, Direction

# whoever scans a place code may type anybody's number, so a scan moves nobody: it comes along as not crossed
_REST = f"""subject_kind::int4, (extract(epoch from happened_at) * 1000)::int8, uuid_send(id), node_id::int4,
  direction::int4, crossed and clock & {Clock.SCANNED:d} = 0, uuid_send(corrects), purpose::int4,
  verdict between 3 and 5 from ledger_passage"""
READ = f"select uuid_send(subject), {_REST}"
# `whose`: the subject that a key belongs to
_STRETCHES = f"""declare stretches no scroll cursor for select uuid_send(whose), {_REST}
  join unnest(%s::uuid[], %s::uuid[]) as keys(key, whose) on key = subject order by whose"""
_TYPES = ("bytea", "int4", "int8", "bytea", "int4", "int4", "bool", "bytea", "int4", "bool")

Row = tuple[bytes, int, int, bytes, int, int, bool, bytes | None, int, bool]
Edge = tuple[bytes, bytes]
Strangers = Mapping[bytes, Sequence[Row]]

# PostgreSQL copies a list of ids into the plan of every partition, several times over, and probes each one's index for
# every id: an import of 171,477 passages in one transaction took 22 GB that way. From here on one scan is less.
MANY = 500


class History(NamedTuple):
    """Everything that one subject's stays follow from; the first `own` crossings are his own rows."""

    subject: bytes
    subject_kind: int
    crossings: list[Crossing]
    own: int


def read_rows(where: str, params: Sequence[Any]) -> list[Row]:
    """Passages by COPY, which is the fastest way out; `where` is SQL of ours, values go into `params`."""
    with connection.cursor() as cursor:
        driver = cursor.cursor  # Django's own wrapper, when it counts queries, knows no parameters here
        with driver.copy(f"copy ({READ} {where}) to stdout (format binary)", params) as copy:
            copy.set_types(_TYPES)
            return list(copy.rows())


def existing(passages: Collection[int]) -> set[int]:
    """Those of `passages` that are still kept, whoever's they are."""
    if not passages:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select uuid_send(id) from ledger_passage {_one_of('id', passages)}",  # noqa: S608 our own two conditions
            [[UUID(int=passage) for passage in passages]],
        )
        return {int.from_bytes(passage, "big") for (passage,) in cursor.fetchall()}


def _one_of(column: str, values: Collection[object]) -> str:
    """Is it one of a parameter's, asked in the way that suits how many they are: see `MANY`."""
    return f"where {column} = any(%s)" if len(values) <= MANY else f"where {column} in (select unnest(%s::uuid[]))"


def stretches(subject_of: Mapping[bytes, bytes], room: int) -> Iterator[list[Row]]:
    """All passages under some keys (key → the subject it belongs to), as the subject's: whole subjects, one after the
    other, about `room` rows at a time. More come at once only when a single subject has more."""
    if len(subject_of) <= MANY:
        rows = read_rows("where subject = any(%s) limit %s", [[UUID(bytes=key) for key in subject_of], room + 1])
        if len(rows) <= room:
            yield sorted([(subject_of[row[0]], *row[1:]) for row in rows], key=itemgetter(0))
            return
    with connection.cursor() as cursor:
        keys, whose = ([UUID(bytes=key) for key in part] for part in (subject_of.keys(), subject_of.values()))
        cursor.execute(_STRETCHES, [keys, whose])
        held: list[Row] = []
        while True:
            cursor.execute("fetch forward %s from stretches", [max(room - len(held), room // 4, 1)])
            if not (more := cursor.fetchall()):
                break
            held += more
            cut = bisect_left(held, held[-1][0], key=itemgetter(0))  # of the last subject more may follow
            if cut:
                yield held[:cut]
                held = held[cut:]
        cursor.execute("close stretches")
    if held:
        yield held


def histories(rows: Iterable[Row], strangers: Strangers, allowances: Allowances) -> Iterator[History]:
    """Rows in order of subject → one history per subject. A resident's way out is not bound by a visitor's purpose."""
    for subject, mine in groupby(rows, key=itemgetter(0)):
        together = [*mine]
        crossings = [_crossing(row, allowances.visits) for row in together]
        crossings += map(_void, strangers.get(subject, ()))
        yield History(subject, together[0][1], crossings, len(together))


def _crossing(row: Row, usual: Mapping[tuple[int, int], int]) -> Crossing:
    _, _, at, passage, gate, way, crossed, corrects, purpose, against = row
    # a purpose bounds a visit, and visits begin with a way in: the way out of who lives there has no visitor's purpose
    limit = usual.get((gate, purpose), NO_ALLOWANCE) if purpose and way == Direction.IN else NO_ALLOWANCE
    before = int.from_bytes(corrects, "big") if corrects else 0
    return at, int.from_bytes(passage, "big"), gate, way, crossed, before, limit, against and crossed


def _void(row: Row) -> Crossing:
    _, _, at, passage, gate, way, _, corrects, _, _ = row
    return at, int.from_bytes(passage, "big"), gate, way, False, int.from_bytes(corrects or b"", "big"), -1, False


def strangers_of(edges: Iterable[Edge]) -> dict[bytes, list[Row]]:
    """`edges`: (correction, corrected). Key → rows under *other* keys in its chains; who has none is not a key."""
    leaders = Leaders()
    members: set[bytes] = set()
    for correction, corrected in edges:
        leaders.join(int.from_bytes(correction, "big"), int.from_bytes(corrected, "big"))
        members |= {correction, corrected}
    if not members:
        return {}
    chains: dict[int, list[Row]] = {}
    for row in read_rows(_one_of("id", members), [[UUID(bytes=member) for member in members]]):
        chains.setdefault(leaders.of(int.from_bytes(row[3], "big")), []).append(row)
    found: dict[bytes, list[Row]] = {}
    for chain in chains.values():
        keys = {row[0] for row in chain}
        for key in keys if len(keys) > 1 else ():
            found.setdefault(key, []).extend(row for row in chain if row[0] != key)
    return found


def strangers_to(subject_of: Mapping[bytes, bytes], strangers: Strangers) -> dict[bytes, list[Row]]:
    """`strangers_of` by subject: what lies under another key of the same subject is no stranger to him."""
    found: dict[bytes, list[Row]] = {}
    for key, rows in strangers.items():
        if (subject := subject_of.get(key)) is not None:
            found.setdefault(subject, []).extend(row for row in rows if subject_of.get(row[0]) != subject)
    return found


def edges_around(rows: Sequence[Row]) -> list[Edge]:
    """Every correction in a chain with one of `rows`: up to what they correct, down to what corrects them."""
    return edges_from({(row[3], row[7]) for row in rows if row[7]}, {row[3] for row in rows})


def edges_from(
    told: Collection[Edge], passages: Collection[bytes], look: Callable[[Collection[bytes]], set[Edge]] | None = None
) -> list[Edge]:
    """The same from corrections known already and `passages` (ids); `look` is another way to look at some."""
    edges, known, look = {*told}, set[bytes](), look or edges_at
    frontier = {*passages} | {corrected for _, corrected in edges}
    while frontier:
        found = look(frontier)
        known |= frontier
        edges |= found
        frontier = {passage for edge in found for passage in edge} - known
    return [*edges]


def all_edges() -> list[Edge]:
    """Every correction there is: few beside the passages."""
    with connection.cursor() as cursor:
        cursor.execute("select uuid_send(id), uuid_send(corrects) from ledger_passage where corrects is not null")
        edges: list[Edge] = cursor.fetchall()
    return edges


def edges_at(passages: Collection[bytes]) -> set[Edge]:
    """Corrections of these passages and by them, whenever they were made."""
    if len(passages) > MANY:
        wanted = frozenset(passages)
        return {edge for edge in all_edges() if not wanted.isdisjoint(edge)}
    ids = [UUID(bytes=passage) for passage in passages]
    with connection.cursor() as cursor:
        cursor.execute(
            "select uuid_send(id), uuid_send(corrects) from ledger_passage"
            " where corrects = any(%s) or (corrects is not null and id = any(%s))",
            [ids, ids],
        )
        return set(cursor.fetchall())
