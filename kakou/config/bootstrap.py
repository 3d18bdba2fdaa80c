"""Roles and database of a new server, private or external. Safe to run again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from kakou.config.postgres.binaries import MINIMUM_MAJOR
from kakou.kernel.errors import Refusal

OWNER = "kakou_owner"
# these own nothing; what each may do is granted table by table after every migrate (kakou.access)
RUNTIME = ("kakou_pages", "kakou_lane", "kakou_worker")

Connection = psycopg.Connection[tuple[object, ...]]


class DatabaseUnreachable(Refusal):
    """The server does not answer, does not let us in, or is not fit for us."""

    code = "database-unreachable"
    status = 503


def prepare(
    socket: Path,
    database: str = "kakou",
    *,
    env: Mapping[str, str] = os.environ,
    testing: bool = False,
    beside: bool = False,
) -> None:
    """Create the four roles and the database owned by kakou_owner, where they are missing.

    On an external server (DATABASE_URL) the database is the one that the URL names, but for one that is to lie
    `beside` it; each role gets its derived password, and the URL's user must be able to create roles and databases.
    `testing`: the owner may make databases.
    """
    url = env.get("DATABASE_URL", "")
    if not beside:
        database = unquote(urlsplit(url).path.lstrip("/")) or database
    try:
        with _connect(url, socket) as admin:
            _prepare(admin, database, external=bool(url))
            if testing:
                admin.execute(sql.SQL("alter role {} createdb").format(sql.Identifier(OWNER)))
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable("The database does not answer: %(why)s", why=_line(error)) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUnreachable(
            "The user of DATABASE_URL must be able to create roles and databases (CREATEROLE CREATEDB): %(why)s",
            why=_line(error),
        ) from error


def _line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n")[0]


def _connect(url: str, socket: Path) -> Connection:
    """The private server's superuser, or whom DATABASE_URL names; in a database that is there already."""
    if not url:
        return psycopg.connect(host=str(socket), user="postgres", dbname="postgres", autocommit=True)
    with suppress(psycopg.OperationalError):  # most servers keep this one; where it is closed, the one named must exist
        return psycopg.connect(
            urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True, connect_timeout=10
        )
    return psycopg.connect(url, autocommit=True, connect_timeout=10)


def _prepare(admin: Connection, database: str, *, external: bool) -> None:
    if admin.info.server_version < MINIMUM_MAJOR * 10_000:
        raise DatabaseUnreachable("The server is older than PostgreSQL %(least)d.", least=MINIMUM_MAJOR)
    for role in (OWNER, *RUNTIME):
        _ensure_role(admin, role, external=external)
    if external and not _one(admin, "select rolsuper from pg_roles where rolname = current_user"):
        # who gives a database to a role must be a member of it
        admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(OWNER)))
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    held_by = _one(admin, "select pg_get_userbyid(datdba) from pg_database where datname = %s", database)
    if held_by is None:
        admin.execute(
            sql.SQL(
                "create database {} owner {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
            ).format(name, owner)
        )
    elif held_by != OWNER:
        admin.execute(sql.SQL("alter database {} owner to {}").format(name, owner))
    if held_by != OWNER:
        admin.execute(sql.SQL("revoke all on database {} from public").format(name))
        runtime = sql.SQL(", ").join(map(sql.Identifier, RUNTIME))
        admin.execute(sql.SQL("grant connect on database {} to {}").format(name, runtime))


def _one(admin: Connection, query: str, *values: Any) -> Any:
    row = admin.execute(query, values).fetchone()
    return row and row[0]


def _ensure_role(admin: Connection, role: str, *, external: bool) -> None:
    name = sql.Identifier(role)
    over_the_wall = _one(admin, "select rolsuper or rolbypassrls from pg_roles where rolname = %s", role)
    if over_the_wall:
        raise DatabaseUnreachable(
            "The role %(role)s is a superuser or BYPASSRLS, so row-level security would not bind it. Take that away.",
            role=role,
        )
    if over_the_wall is None:
        admin.execute(sql.SQL("create role {} login").format(name))
    if external:
        from kakou.config.settings import role_password

        # as its verifier, so that the password itself stands in no log of the server
        verifier = admin.pgconn.encrypt_password(role_password(role).encode(), role.encode(), b"scram-sha-256")
        admin.execute(sql.SQL("alter role {} password {}").format(name, sql.Literal(verifier.decode())))
