"""A request for whoever reported it: by its code and the last four of the number that was given, where it stands and
what was answered. Nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from django.db import connection

from kakou import vault
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.services.models import Request
from kakou.services.queries.requests import answer_of
from kakou.services.rules import Category, Rating, may_rate, read_code, spaced
from kakou.vault.sealing import Purpose, blind
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State


@dataclass(frozen=True, slots=True)
class Followed:
    """Where it stands. `joined`: another request is about the same, and these are its state and answer."""

    id: UUID
    code: str
    category: Category
    state: State
    reported_at: dt.datetime
    due_at: dt.datetime
    answer: str
    rating: Rating | None
    may_rate: bool
    joined: bool
    due_on: dt.date


def four_of(id: UUID, last_four: str) -> bytes:
    """The keyed hash of four digits, of use for this request only."""
    return blind(vault.store(), Purpose.LAST_FOUR, f"{id.hex}:{last_four}")


@contextmanager
def around(code: str) -> Iterator[None]:
    """Act at the places of one request, for whoever knows its code; nowhere for a code of nobody's."""
    with connection.cursor() as cursor:
        cursor.execute("select services_places_of(%s)", [code])
        (nodes,) = cursor.fetchone() or (None,)
    with acting_for(dict.fromkeys((Permission.SEE_ORDERS, Permission.CLOSE_ORDERS), frozenset(nodes or ()))):
        yield


def found(text: str, last_four: str) -> Request | None:
    """The request of a code, for whoever knows the last four as well; None for anybody else. Within `around`."""
    request = Request.objects.select_related("order", "order__duplicate_of").filter(code=read_code(text)).first()
    if request is None or request.last_four is None:
        return None
    given = four_of(request.pk, last_four.strip().upper() or "-")
    return request if compare_digest(given, bytes(request.last_four)) else None


def followed(text: str, last_four: str, *, at: dt.datetime) -> Followed | None:
    """What is shown of it."""
    with around(read_code(text)):
        request = found(text, last_four)
        return _followed(request, at) if request else None


def _followed(request: Request, at: dt.datetime) -> Followed:
    order: WorkOrder = request.order.duplicate_of or request.order
    joined = order.pk != request.order_id
    state = State(order.state)
    return Followed(
        request.pk, spaced(request.code), Category(request.category), state, request.reported_at, order.due_at,
        answer_of(order), Rating(request.rating) if request.rating else None,
        not joined and may_rate(state, answered_at=order.answered_at, rated_at=request.rated_at, now=at), joined,
        request.due_on,
    )  # fmt: skip
