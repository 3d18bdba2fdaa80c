"""Connections of our database roles to the database under test, past Django."""

import psycopg
from django.db import connections

from kakou.config.settings import database


def connect(role, **more):
    """pages, worker, lane or owner."""
    settings = database(f"kakou_{role}")
    named = {"host": settings["HOST"], "user": settings["USER"], "dbname": connections["owner"].settings_dict["NAME"]}
    more |= {key.lower(): settings[key] for key in ("PORT", "PASSWORD") if settings.get(key)}
    return psycopg.connect(**named, **more)
