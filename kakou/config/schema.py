"""Whether the database was already brought to exactly this version, asked without loading Django.

A start would otherwise pay seconds for a `migrate` that finds nothing to do. The answer stands in the database itself,
as its comment: what is restored or replaced without it is migrated again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]


def fingerprint(root: Path = ROOT) -> str:
    """One hash over our code and the versions of what it runs on (a library may bring migrations of its own)."""
    total = hashlib.sha256()
    for path in sorted([*root.glob("kakou/**/*.py"), root / "requirements.lock"]):
        if "tests" not in path.parts and path.exists():
            total.update(str(path.relative_to(root)).encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _connect(database: Mapping[str, Any]) -> psycopg.Connection[tuple[str | None]]:
    names = {"HOST": "host", "PORT": "port", "NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    given = {ours: str(database[theirs]) for theirs, ours in names.items() if database.get(theirs)}
    told = {
        name: value for name, value in database.get("OPTIONS", {}).items() if isinstance(value, str)
    }  # sslmode and such
    return psycopg.connect(**told, **given, autocommit=True)  # type: ignore[arg-type]


def is_current(database: Mapping[str, Any]) -> bool:
    """Was `database` (Django's settings of the owner's alias) brought to this very version?"""
    try:
        with _connect(database) as connection:
            row = connection.execute(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
            ).fetchone()
    except psycopg.Error:
        return False
    return row == (f"kakou {fingerprint()}",)


def is_unused(database: Mapping[str, Any]) -> bool:
    """Has nobody an account in `database` yet?"""
    try:
        with _connect(database) as connection:
            return connection.execute("select from access_staff limit 1").fetchone() is None
    except psycopg.Error:
        return False


def record(database: Mapping[str, Any]) -> None:
    """Note that it was."""
    with _connect(database) as connection:
        name, note = sql.Identifier(str(database["NAME"])), sql.Literal(f"kakou {fingerprint()}")
        connection.execute(sql.SQL("comment on database {} is {}").format(name, note))
