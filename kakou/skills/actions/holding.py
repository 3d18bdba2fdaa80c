"""One help at a time, whatever kind of help: nobody says yes to a call and is put at the wheel at the same moment."""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def hold_helper(person: UUID) -> None:
    """Until the transaction ends, nobody else decides whether this person is free. Whoever asks `bars` to send him
    somewhere holds him first."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"helper:{person}"])
