"""All tables of a database as they were at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from psycopg import sql

from kakou.backup.database.server import Connection, Server
from kakou.backup.database.tally import Tally
from kakou.backup.repository.manifest import Sequence

PART_BYTES = 4 << 20  # of text; a part ends with the row that passes it
# restored they would let in who had logged out: everybody logs in again
EMPTIED = frozenset({"public.django_session", "public.web_cache"})
# tables with rows of their own: partitions, and not what they are partitions of
TABLES = """
  select format('%I.%I', n.nspname, c.relname), array(
    select quote_ident(a.attname) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'kakou_restore') order by 1"""
SEQUENCES = """
  select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'S' and n.nspname !~ '^pg_' order by 1"""


@dataclass(frozen=True, slots=True)
class Moment:
    """A database that stands still for the one connection."""

    connection: Connection
    snapshot: str
    major: int
    size: int


@contextmanager
def moment(server: Server) -> Iterator[Moment]:
    """Inside, everything is read as of now, and nobody drops a table; pages and gates go on."""
    with server.connect(autocommit=True) as connection:
        connection.execute("begin isolation level repeatable read, read only")
        (snapshot,) = _one(connection, "select pg_export_snapshot()")
        (size,) = _one(connection, "select pg_database_size(current_database())")
        for name, _columns in tables(connection):
            connection.execute(sql.SQL("lock table {} in access share mode").format(sql.SQL(name)))
        yield Moment(connection, str(snapshot), connection.info.server_version // 10_000, int(str(size)))


def tables(connection: Connection) -> list[tuple[str, list[str]]]:
    """(name, columns), both as quoted SQL, of every table with rows of its own."""
    return [(str(name), cast("list[str]", columns)) for name, columns in connection.execute(TABLES).fetchall()]


def sequences(connection: Connection) -> list[Sequence]:
    """Every counter and where it stands."""
    found = []
    for (name,) in connection.execute(SEQUENCES).fetchall():
        last, called = _one(connection, f"select last_value, is_called from {name}")  # noqa: S608 - quoted by the server
        found.append(Sequence(str(name), int(str(last)), bool(called)))
    return found


def rows(connection: Connection, table: str, columns: list[str], tally: Tally) -> Iterator[bytes]:
    """The rows in parts of some megabytes, each of whole rows, as COPY writes them; counted in `tally`."""
    copy = f"copy {table} ({', '.join(columns)}) to stdout"
    held, size = [], 0
    with connection.cursor().copy(copy) as stream:
        for block in stream:
            held.append(bytes(block))
            size += len(block)
            if size >= PART_BYTES:
                yield _counted(held, tally)
                held, size = [], 0
    if held:
        yield _counted(held, tally)


def tallied(connection: Connection, table: str, columns: list[str]) -> Tally:
    """The rows counted and added up."""
    tally = Tally()
    for _part in rows(connection, table, columns, tally):
        pass
    return tally


def _counted(held: list[bytes], tally: Tally) -> bytes:
    part = b"".join(held)
    tally.add(part)
    return part


def _one(connection: Connection, query: str) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)
