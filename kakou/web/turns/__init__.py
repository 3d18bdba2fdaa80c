"""Turns: something that one alone may do at a time, in all processes of an installation.

Each has a name, and where it is of something (a gate, an account) that too: two different ones never wait for each
other. The database keeps them and gives them free when whoever had one dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def wait_for_turn(name: str, *of: object) -> None:
    """Wait until nobody else is at it; it is held until the transaction ends, whose later statements see what all
    before it did."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [_called(name, *of)])


@contextmanager
def turn(name: str, *of: object) -> Iterator[bool]:
    """Hold it if nobody else does, and say whether: over as many transactions as need be. Nobody waits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [_called(name, *of)])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [_called(name, *of)])


def _called(name: str, *of: object) -> str:
    return " ".join(str(part) for part in (name, *of))
