"""How backup reaches the database: as the private server's superuser, or as whom DATABASE_URL names."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kakou.backup.database.server import Server
from kakou.backup.events import Place
from kakou.config import settings
from kakou.config.bootstrap import prepare
from kakou.config.postgres.binaries import candidates, choose
from kakou.config.postgres.errors import PostgresUnavailable


def our_place() -> Place:
    """The server of this installation, and the programs that fit it.

    Raises PostgresUnavailable.
    """
    database = str(connections["owner"].settings_dict["NAME"])
    create = partial(prepare, settings.PG_SOCKET, beside=True)
    if url := os.environ.get("DATABASE_URL", ""):
        told = {name: value for name, value in conninfo_to_dict(url).items() if name != "dbname"}
        return Place(Server(make_conninfo("", **told), database, fitting, create), settings.HOME, None)
    data = settings.HOME / "pg"
    told = {"host": str(settings.PG_SOCKET), "user": "postgres"}
    ours = choose(data).folder
    return Place(Server(make_conninfo("", **told), database, lambda _major: ours, create), settings.HOME, data)


def fitting(major: int) -> Path:
    """The programs of that version, else of the next newer one: what they write, a server of that version reads best.

    Raises PostgresUnavailable where all that can be seen are older.
    """
    found = {one.major: one.folder for one in reversed(list(candidates())) if one.major >= major}
    if not found:
        raise PostgresUnavailable(
            "The server is PostgreSQL %(major)d, and no pg_dump of that version or newer was found here. Install "
            "one, or set KAKOU_PG_BIN to the folder that holds it.",
            major=major,
        )
    return found[min(found)]
