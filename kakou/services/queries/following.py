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
from kakou.people.rules import PhoneRefused, normalise_phone
from kakou.services.models import Request
from kakou.services.queries.requests import answer_of, contact_of, is_reached
from kakou.services.rules import Category, Contact, Rating, may_rate, read_code, spaced
from kakou.vault.sealing import Purpose, blind
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import State

MOST_WRONG = 20  # of the ten thousand that there are, over the life of a request
FOUR = 4


@dataclass(frozen=True, slots=True)
class Followed:
    """Where it stands. `joined`: another request is about the same, and these are its state and answer; `is_told`:
    whoever reported wants to be told of what happens with it, and a channel reaches him."""

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
    is_told: bool


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
    """The request of a code, for whoever knows the last four of the number as well, or all of it, or the whole address
    of mail that was given; None for anybody else. Once MOST_WRONG were tried the last four alone are not enough: nobody
    guesses them, and nobody keeps out who knows the number. Within `around`.
    """
    request = Request.objects.select_related("order", "order__duplicate_of").filter(code=read_code(text)).first()
    if request is None:
        return None
    if not is_four(last_four):
        return request if _is_whole(contact_of(request), last_four) else None
    if request.last_four is None:
        return None
    given = four_of(request.pk, last_four.strip().upper())
    fits = compare_digest(given, bytes(request.last_four))
    return request if fits and request.wrong < MOST_WRONG else None


def is_four(digits: str) -> bool:
    """Only the last of a number, not all of it."""
    return len(digits.strip()) <= FOUR


def _is_whole(contact: Contact, text: str) -> bool:
    """Is it his number or his address, all of it?"""
    mail = text.strip().casefold()
    known = contact.email.casefold().encode() if "@" in mail else contact.phone.encode()
    return compare_digest(mail.encode() if "@" in mail else _number(text), known) if known else False


def _number(text: str) -> bytes:
    try:
        return normalise_phone(text).encode()
    except PhoneRefused:
        return b"-"


def tried_as(code: str, digits: str) -> str:
    """By what tries are counted: the four digits of a code all together, a whole number by itself, so that whoever
    does not know it uses up nobody's tries."""
    return code if is_four(digits) else blind(vault.store(), Purpose.PHONE, f"{code}:{digits.strip()}").hex()


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
        request.due_on, request.wants_word and is_reached(request),
    )  # fmt: skip
