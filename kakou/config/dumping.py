"""How backup reaches the database: as the private server's superuser, or as whom DATABASE_URL names."""

from __future__ import annotations

import os
from functools import partial

from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kakou.backup.database.server import Server
from kakou.backup.events import Place
from kakou.config import settings
from kakou.config.bootstrap import prepare
from kakou.config.postgres.binaries import candidates, choose


def our_place() -> Place:
    """The server of this installation, and its programs: of its own version, for one elsewhere the newest there are.

    Raises PostgresUnavailable.
    """
    database = str(connections["owner"].settings_dict["NAME"])
    create = partial(prepare, settings.PG_SOCKET, beside=True)
    if url := os.environ.get("DATABASE_URL", ""):
        told = {name: value for name, value in conninfo_to_dict(url).items() if name != "dbname"}
        newest = max(candidates(), key=lambda found: found.major, default=None) or choose(settings.HOME / "pg")
        return Place(Server(make_conninfo("", **told), database, newest.folder, create), settings.HOME, None)
    data = settings.HOME / "pg"
    told = {"host": str(settings.PG_SOCKET), "user": "postgres"}
    return Place(Server(make_conninfo("", **told), database, choose(data).folder, create), settings.HOME, data)
