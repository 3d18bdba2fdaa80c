"""Is the key store whole, does it agree with what the audit says of it, and what does a key seal?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import connection
from psycopg import sql

from kakou import vault
from kakou.audit.queries import subjects_of
from kakou.vault.events import COLUMNS
from kakou.vault.keys import KeyInfo

_UNDER = "({column} is not null and substr({column}, 2, 4) = any(%(keys)s))"


def troubles() -> Iterator[tuple[str, str]]:
    """(key, trouble) of the store itself (`KeyStore.troubles`), and `should-be-gone` for a living key which the audit
    says was destroyed: the key store was put back from a copy older than the destruction, or a destruction broke off.
    """
    store = vault.store()
    yield from store.troubles()
    for key in survivors():
        if not key.destroyed:
            yield f"data/{key.name}", "should-be-gone"


def survivors(alias: str = "owner") -> list[KeyInfo]:
    """Keys that were destroyed and live: their files are back, or the audit says that they are gone. Through "default"
    the audit is asked for what whoever acts may see of it."""
    store = vault.store()
    keys, back = store.data_keys(), store.back()
    gone = subjects_of("key.destroyed", alias, among=[key.name for key in keys if not key.destroyed])
    return [key for key in keys if key.id in back or key.name in gone]


def rows_under(ids: Collection[int]) -> dict[str, int]:
    """Table → in how many of its rows something opens with one of these data keys, of what the reader may see; tables
    without one are left out. One walk over each table that holds sealed fields.
    """
    keys = [id.to_bytes(4, "big") for id in ids]
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({column.table for column in COLUMNS.values()}):
            cursor.execute(_counting(table), {"keys": keys})
            found[table] = int(cursor.fetchone()[0])
    return {table: many for table, many in found.items() if many}


def _counting(table: str) -> sql.Composed:
    under = [
        sql.SQL(_UNDER).format(column=sql.Identifier(column.column))
        for column in COLUMNS.values()
        if column.table == table
    ]
    return sql.SQL("select count(*) from {} where {}").format(sql.Identifier(table), sql.SQL(" or ").join(under))
