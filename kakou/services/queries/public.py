"""What everybody may know: each request without a word of what was said and without anybody's name, and the counts.

All of it is read from the view `services_public`, whose columns are these and no others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from kakou.services.rules import Category
from kakou.workorders.rules import State

SPAN = dt.timedelta(days=90)  # Open311: at most so long
MOST = 1_000  # and so many
_ROWS = """select id, category, place_id, place, office, state, reported_at, updated_at, due_at, closed_at,
  lon, lat
  from services_public"""
_COUNTS = """select category, count(*), count(*) filter (where closed_at is not null),
  count(*) filter (where is_answered), count(*) filter (where is_answered and not was_late),
  count(*) filter (where rating <> ''), count(*) filter (where rating in ('very', 'ok'))
  from services_public where reported_at >= %s and reported_at <= %s group by category"""


class Page(NamedTuple):
    """Which part of a long answer: the `number`th, counted from 1, of `size` rows each (at most MOST)."""

    number: int
    size: int


FIRST = Page(1, MOST)


class Listed(NamedTuple):
    """One request. `place`: the name of the unit it is about, `lon` and `lat`: where that lies; `office`: the name of
    the one responsible. The exact point of a report is told to nobody here."""

    id: UUID
    category: Category
    place_node: int
    place: str
    office: str
    state: State
    reported_at: dt.datetime
    updated_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None
    lon: float | None
    lat: float | None


class Count(NamedTuple):
    """Of one category: how many were reported, closed, answered, answered in time, rated, rated very or ok."""

    category: Category
    reported: int
    closed: int
    answered: int
    in_time: int
    rated: int
    satisfied: int


def by_ids(ids: Collection[UUID]) -> list[Listed]:
    """These, as far as they are there; in the order of time, at most MOST."""
    return _listed("id = any(%s)", [list(ids)])


def between(
    since: dt.datetime,
    until: dt.datetime,
    *,
    categories: Collection[Category] = (),
    closed: bool | None = None,
    page: Page = FIRST,
) -> list[Listed]:
    """Reported in that time, the latest first, one page of them; of `categories`, or of all; open ones, closed ones,
    or both."""
    where, params = ["reported_at >= %s", "reported_at <= %s"], [since, until]
    if categories:
        where.append("category = any(%s)")
        params.append([category.value for category in categories])  # type: ignore[arg-type]
    if closed is not None:
        where.append(f"closed_at is {'not ' if closed else ''}null")
    return _listed(" and ".join(where), params, page)


def counts(since: dt.datetime, until: dt.datetime) -> list[Count]:
    """By category, what was reported in that time; categories of which nothing was are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [since, until])
        found = {row[0]: row for row in cursor.fetchall()}
    return [Count(category, *found[category.value][1:]) for category in Category if category.value in found]


def _listed(where: str, params: Sequence[Any], page: Page = FIRST) -> list[Listed]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_ROWS} where {where} order by reported_at desc, id desc limit %s offset %s",
            [*params, min(page.size, MOST), (page.number - 1) * page.size],
        )
        rows = cursor.fetchall()
    return [Listed(row[0], Category(row[1]), row[2], row[3], row[4], State(row[5]), *row[6:]) for row in rows]
