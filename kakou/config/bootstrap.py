"""Roles and database of a new server, private or external. Safe to run again."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import sql

from kakou.kernel.errors import Refusal

ROLES = {
    "kakou_owner": "login createdb nosuperuser nobypassrls",
    "kakou_pages": "login nosuperuser nobypassrls",
    "kakou_lane": "login nosuperuser nobypassrls",
    "kakou_worker": "login nosuperuser nobypassrls",
}


class DatabaseUnreachable(Refusal):
    """The server that DATABASE_URL names does not answer, or does not let us in."""

    code = "database-unreachable"
    status = 503


def connect_as_admin(socket: Path, database: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection that may make roles: the private server's superuser, or whom DATABASE_URL names."""
    url = os.environ.get("DATABASE_URL", "")
    try:
        if url:
            return psycopg.connect(url, autocommit=True, connect_timeout=10)
        return psycopg.connect(host=str(socket), user="postgres", dbname=database, autocommit=True)
    except psycopg.OperationalError as err:
        raise DatabaseUnreachable("The database does not answer: %(why)s", why=str(err).strip().split("\n")[0]) from err


def prepare(socket: Path, database: str = "kakou") -> None:
    """Create the four roles and the database owned by kakou_owner, where they are missing.

    On an external server the database is the one that DATABASE_URL names, and each role gets its derived password.
    """
    external = "DATABASE_URL" in os.environ
    with connect_as_admin(socket, "postgres") as admin:
        for role, attributes in ROLES.items():
            _ensure_role(admin, role, attributes, external)
        if external:
            row = admin.execute("select current_database()").fetchone()
            assert row
            database = str(row[0])
            admin.execute(sql.SQL("grant kakou_owner to current_user"))
            admin.execute(sql.SQL("alter database {} owner to kakou_owner").format(sql.Identifier(database)))
            admin.execute("alter schema public owner to kakou_owner")
        elif not admin.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            admin.execute(sql.SQL("create database {} owner kakou_owner").format(sql.Identifier(database)))


def _ensure_role(admin: psycopg.Connection[tuple[object, ...]], role: str, attributes: str, external: bool) -> None:
    name = sql.Identifier(role)
    if not admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
        admin.execute(sql.SQL("create role {} " + attributes).format(name))
    if external:
        from kakou.config.settings import role_password

        admin.execute(sql.SQL("alter role {} password {}").format(name, sql.Literal(role_password(role))))
