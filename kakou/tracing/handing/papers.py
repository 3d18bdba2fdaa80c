"""What a hand-over and its receipt say: JSON, version 1, read strictly."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from kakou.kernel.errors import Refusal

MOST_PEOPLE = 1_000
Moment = Annotated[dt.datetime, Meta(tz=True)]
Words = Annotated[str, Meta(max_length=400)]
Short = Annotated[str, Meta(max_length=200)]
Handed = Literal["close", "secondary", "companion"]


class PaperUnfit(Refusal):
    """Rightly signed, but not what this version understands."""

    code = "handover-unfit"


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """A key that is not known is an error, not something that silently gets lost."""


class Met(_Strict, frozen=True, kw_only=True):
    """One exposure in words: where (in the sender's words, may be empty), from when until when, why it counts."""

    place: Short = ""
    since: Moment
    until: Moment
    words: Words = ""


class Done(_Strict, frozen=True, kw_only=True):
    """What was done about somebody already, in words."""

    at: Moment
    words: Words


class HandedPerson(_Strict, frozen=True, kw_only=True):
    """One contact. `document`: (kind code, number); empty texts are not known."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    document: tuple[Annotated[str, Meta(max_length=2)], Annotated[str, Meta(max_length=64)]] | None = None
    phone: Annotated[str, Meta(max_length=32)] = ""
    address: Short = ""
    grade: Handed
    since: Moment
    last: Moment
    met: Annotated[list[Met], Meta(max_length=200)] = []
    done: Annotated[list[Done], Meta(max_length=200)] = []


class Paper(_Strict, frozen=True, kw_only=True):
    """What is handed over. `sender` and `area`: from whom to whom, in words; `edition`: of the plan."""

    kakou: Literal["handover"] = "handover"
    version: Literal[1] = 1
    id: UUID
    made_at: Moment
    sender: Short
    area: Short
    outbreak: Short
    edition: Annotated[str, Meta(max_length=20)]
    people: Annotated[list[HandedPerson], Meta(min_length=1, max_length=MOST_PEOPLE)]


class Receipt(_Strict, frozen=True, kw_only=True):
    """What the other side signs when it has taken them. `digest`: of the file as it came."""

    kakou: Literal["receipt"] = "receipt"
    version: Literal[1] = 1
    handover: UUID
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    many: Annotated[int, Meta(ge=1, le=MOST_PEOPLE)]
    received_at: Moment
    by: Short


T = TypeVar("T", bound=_Strict)
_ENCODE = msgspec.json.Encoder().encode


def write_paper(paper: Paper) -> bytes:
    """As JSON."""
    return _ENCODE(paper)


def write_receipt(receipt: Receipt) -> bytes:
    """As JSON."""
    return _ENCODE(receipt)


def read_paper(payload: bytes) -> Paper:
    """Raises PaperUnfit naming the field."""
    return _read(payload, Paper)


def read_receipt(payload: bytes) -> Receipt:
    """Raises PaperUnfit naming the field."""
    return _read(payload, Receipt)


def _read(payload: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        place = str(wrong).rpartition("`")[0].rpartition("`")[2] or "$"
        raise PaperUnfit(
            "The file is signed rightly, but says something at %(place)s that this version does not understand. Ask "
            "the sender which version he runs.",
            place=place[:80],
        ) from None
