"""What a transactional test leaves behind is swept away: each table is emptied, whatever refuses that to others.

Django truncates all of them, whether or not they hold a row, and makes every permission anew: half a second of a test
that takes a tenth.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

STAYS = {"auth_permission", "django_content_type", "django_migrations"}  # what migrations laid down and no test changes
# what a test filled with very much would be read through by the next one, row by row, though all are gone
_LARGE = """select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
  and pg_relation_size(oid) > 8000000"""


def broom(socket: Path, database: str, tables: set[str]) -> Callable[[], None]:
    """What empties these tables, as the private server's superuser: triggers and foreign keys hold nobody up. Nothing
    stays connected, because a restored backup takes the place of a database only where nobody is in it."""
    deletes = [sql.SQL("delete from {}").format(sql.Identifier(table)) for table in sorted(tables - STAYS)]
    all_of_them = sql.SQL("; ").join([sql.SQL("set session_replication_role = replica"), *deletes])

    def sweep() -> None:
        with psycopg.connect(host=str(socket), user="postgres", dbname=database, autocommit=True) as server:
            server.execute(all_of_them)
            for (table,) in server.execute(_LARGE).fetchall():
                server.execute(sql.SQL("vacuum {}").format(sql.SQL(table)))

    return sweep
