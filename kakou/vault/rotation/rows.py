"""One table, walked by its primary key in portions; each portion is one short transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from psycopg import sql

from kakou.vault.events import Again, SealedColumn

PORTION = 1000
OWNER = "owner"
# a portion is changed for nobody's sake: former states need no row of it, and insert-only tables let just this through
QUIET = """select set_config('kakou.sealing_again', 'on', true), set_config('pgtrigger.ignore',
  (select coalesce(array_agg(tgname::text), '{}')::text from pg_trigger where tgrelid = %s::regclass), true)"""
READ = """select {key}, {row}, {column} from {table}
  where {key} > %s and {column} is not null and substr({column}, 2, 4) = any(%s) order by {key} limit %s"""
# only what is still as it was read: what a page has sealed meanwhile is under the new key anyway
WRITE = """update {table} t set {column} = v.new
  from (select unnest(%s::{kind}[]) as key, unnest(%s::bytea[]) as old, unnest(%s::bytea[]) as new) v
  where t.{key} = v.key and t.{column} = v.old"""
KIND = """select format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass and attname = %s"""
# whoever has written a row and not yet committed it
WRITERS = """select virtualtransaction from pg_locks join pg_database on oid = database
  where datname = current_database() and mode = 'RowExclusiveLock' and pid <> pg_backend_pid()"""
PAUSE = 0.1  # seconds between looks at those who write
LOWEST = {"uuid": UUID(int=0), "integer": -(2**31), "bigint": -(2**63)}


def await_writers() -> None:
    """Return when every transaction has ended that writes now: a walk sees no row of theirs before."""
    writing = _writers()
    while writing:
        time.sleep(PAUSE)
        writing &= _writers()


def move_column(
    column: SealedColumn, left: frozenset[int], again: Again, *, progress: Callable[[int], None]
) -> int:  # fmt: skip
    """Seal every field under one of the keys `left` again; how many. Goes on after errors of no row: what does not open
    stays."""
    ids = [id.to_bytes(4, "big") for id in left]
    kind = _kind(column)
    after, moved = LOWEST[kind], 0
    while True:
        with transaction.atomic(using=OWNER):
            rows = _read(column, after, ids)
            if not rows:
                return moved
            n = _write(column, kind, [(key, sealed, new) for key, sealed, new in _sealed_again(column, rows, again)])
        after, moved = rows[-1][0], moved + n
        progress(n)


def _writers() -> set[str]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(WRITERS)
        return {str(transaction) for (transaction,) in cursor.fetchall()}


def _sealed_again(
    column: SealedColumn, rows: Sequence[tuple[Any, Any, bytes]], again: Again
) -> list[tuple[Any, bytes, bytes]]:
    found = []
    for key, row, sealed in rows:
        bound = row if isinstance(row, UUID) else UUID(int=row)
        if (new := again(column.bound_to, bound, column.field, bytes(sealed))) is not None:
            found.append((key, bytes(sealed), new))
    return found


def _kind(column: SealedColumn) -> str:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(KIND, [column.table, column.key])
        (kind,) = cursor.fetchone()
    return str(kind)


def _read(column: SealedColumn, after: Any, ids: Sequence[bytes]) -> list[tuple[Any, Any, bytes]]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_filled(READ, column), [after, list(ids), PORTION])
        rows: list[tuple[Any, Any, bytes]] = cursor.fetchall()
    return rows


def _write(column: SealedColumn, kind: str, rows: Sequence[tuple[Any, bytes, bytes]]) -> int:
    if not rows:
        return 0
    with connections[OWNER].cursor() as cursor:
        cursor.execute(QUIET, [column.table])
        keys, old, new = zip(*rows, strict=True)
        cursor.execute(_filled(WRITE, column, kind), [list(keys), list(old), list(new)])
        return int(cursor.rowcount)


def _filled(text: str, column: SealedColumn, kind: str = "uuid") -> sql.Composed:
    return sql.SQL(text).format(
        key=sql.Identifier(column.key), row=sql.Identifier(column.row), column=sql.Identifier(column.column),
        table=sql.Identifier(column.table), kind=sql.SQL(kind),
    )  # fmt: skip
