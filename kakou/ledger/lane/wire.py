"""What a device sends: shape, canonical text, hash. The specification is contracts/README.md; vectors/chain binds both.

Fields stand in alphabetical order, so that msgspec writes each item as RFC 8785 (JCS) would: integers only, no spaces,
absent when null, strings escaped as ECMAScript does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, field

from kakou.ledger.lane.carried import Carried
from kakou.ledger.lane.codes import (
    CertificateWord,
    ContactWord,
    DirectionWord,
    HandsWord,
    HealthWord,
    MaskWord,
    OriginWord,
    PurposeWord,
    ShownWord,
    SubjectWord,
    SymptomsWord,
    ThermometerWord,
    TravelWord,
    VaccinationWord,
    VerdictWord,
    WhoWord,
)

CONTRACT = 1
MOST_ITEMS = 500
LONGEST_ITEM = 65_536  # bytes; longer ones are kept in quarantine

Moment = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]  # epoch ms, UTC, until the year 9999
Gap = Annotated[int, Meta(ge=-8_000_000_000_000, le=8_000_000_000_000)]
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Small = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Hex64 = Annotated[str, Meta(min_length=64, max_length=64)]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Sentence = Annotated[str, Meta(min_length=1, max_length=500)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9_.-]{1,32}$")]
Division = Annotated[str, Meta(pattern=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")]  # GB/T 2260, statistical divisions
Day = Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class Document(Struct, forbid_unknown_fields=True, gc=False):
    """An identity document as shown: kind by its code (10 resident ID, 20 passport …)."""

    kind: Annotated[str, Meta(min_length=2, max_length=2)]
    no: Word


class Subject(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """Who or what passed, by whatever is known of it; at least one of id, pass, document, phone, plate, token."""

    document: Document | None = None
    id: UUID | None = None
    kind: SubjectWord
    name: Word | None = None
    pass_: UUID | None = field(default=None, name="pass")
    phone: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    plate: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    token: UUID | None = None


class Checks(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """三查一看一测, and what a border post looks at: absent is "not looked at". Temperatures in tenths of °C."""

    certificate: CertificateWord | None = None
    contact: ContactWord | None = None
    dose_on: Day | None = None
    doses: Annotated[int, Meta(ge=0, le=9)] | None = None
    hands: HandsWord | None = None
    health: HealthWord | None = None
    health_at: Moment | None = None
    health_how: ShownWord | None = None
    health_region: Division | None = None
    mask: MaskWord | None = None
    mask_corrected: bool | None = None
    mask_guided: bool | None = None
    origin: OriginWord | None = None
    origin_from: Division | None = None
    symptoms: SymptomsWord | None = None
    temperature: int | None = None
    temperature_at: Moment | None = None
    temperature_before: int | None = None
    temperature_by: ThermometerWord | None = None
    thermometer: Code | None = None
    travel: TravelWord | None = None
    travel_at: Moment | None = None
    travel_how: ShownWord | None = None
    vaccination: VaccinationWord | None = None
    vaccine: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_./-]{1,32}$")] | None = None


class Skipped(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """Why a look was left out: a reason of the pack's step."""

    certificate: Code | None = None
    contact: Code | None = None
    hands: Code | None = None
    health: Code | None = None
    mask: Code | None = None
    origin: Code | None = None
    record: Code | None = None
    symptoms: Code | None = None
    temperature: Code | None = None
    travel: Code | None = None
    vaccination: Code | None = None


class Stay(Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Where somebody was in the last weeks, by what he says: division code, first and last day."""

    code: Division
    from_: Day = field(name="from")
    to: Day


class Passage(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """One crossing. `at`: the device's own clock; `offset`: server minus device, as the device last knew it (ms).

    `rides`: of somebody in a vehicle, the id of the vehicle's own passage; `aboard`: of a vehicle, how many sit in it,
    the driver too: each of them has a passage of his own.
    """

    aboard: Annotated[int, Meta(ge=1, le=99)] | None = None
    at: Moment
    checks: Checks
    correction: Sentence | None = None
    corrects: UUID | None = None
    crossed: bool
    direction: DirectionWord
    gate: Small | None = None
    goods: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    id: UUID
    offset: Gap
    override: Sentence | None = None
    pack: Word
    prev_hash: Hex64
    purpose: PurposeWord | None = None
    reasons: Annotated[list[Annotated[str, Meta(pattern=r"^[a-z0-9_.-]{1,64}$")]], Meta(max_length=16)]
    receiver: Word | None = None
    recorder: Small | None = None
    rides: UUID | None = None
    seq: Number
    skipped: Skipped | None = None
    stays: Annotated[list[Stay], Meta(max_length=30)] | None = None
    subject: Subject
    vehicle: UUID | None = None
    verdict: VerdictWord
    who: WhoWord | None = None
    with_: Annotated[str, Meta(pattern=r"^[a-z0-9_.-]{1,32}$")] | None = field(default=None, name="with")


class Batch(Struct, gc=False):
    """The envelope. Fields it does not know are passed over: a newer phone may say more. Without items it is a sign of
    life: the phone is here and has nothing unsent. `carried`: what other phones of its gate told it."""

    contract: Annotated[int, Meta(ge=0, le=1_000_000)]
    items: Annotated[list[msgspec.Raw], Meta(max_length=MOST_ITEMS)]
    sent_at: Moment
    carried: Annotated[list[Carried], Meta(max_length=MOST_ITEMS)] = []


class Unfit(Exception):
    """The item cannot be stored as it is. `reason`: code; `where`: the path in the item, never a value."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason)
        self.reason, self.where = reason, where


class Glimpse(NamedTuple):
    """What can be read of an item whatever its shape: None where it cannot. `digest` names it."""

    id: UUID | None
    seq: int | None
    prev_hash: bytes | None
    digest: bytes


_BATCH = msgspec.json.Decoder(Batch)
_PASSAGE = msgspec.json.Decoder(Passage)
_ENCODER = msgspec.json.Encoder()
_ANY_ORDER = msgspec.json.Encoder(order="sorted")


def read_batch(body: bytes) -> Batch:
    """The envelope, its items unread. Raises Unfit("not-json") or Unfit("envelope", where)."""
    try:
        return _BATCH.decode(body)
    except msgspec.ValidationError as bad:
        raise Unfit("envelope", _where(bad)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unfit("not-json") from None


def read_item(raw: bytes | msgspec.Raw) -> Passage:
    """One item of contract 1. Raises Unfit: not-json, unknown-field, too-long, wrong-shape, has-nul."""
    try:
        item = _PASSAGE.decode(raw)
    except msgspec.ValidationError as bad:
        raise Unfit(_shape_of(str(bad)), _where(bad)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unfit("not-json") from None
    return item


# how items of each contract are read; one that is not here is from a phone of another time, and all it sends is kept
Reader = Callable[[bytes | msgspec.Raw], Passage]
READERS: Mapping[int, Reader] = {CONTRACT: read_item}


def canonical(item: Passage) -> bytes:
    """The item as RFC 8785 writes it. Raises Unfit("has-nul"): PostgreSQL keeps no NUL."""
    text = _ENCODER.encode(item)
    if b"\\u0000" in text and _has_nul(item):
        raise Unfit("has-nul")
    return text


def digest(text: bytes) -> bytes:
    """SHA-256 of a canonical text: the hash of the item, and `prev_hash` of the device's next one."""
    return hashlib.sha256(text).digest()


def glimpse(raw: bytes) -> Glimpse:
    """See Glimpse. The digest is that of the canonical text if the item is any JSON object, else of the bytes."""
    try:
        item = msgspec.json.decode(raw)
        text = _ANY_ORDER.encode(_without_nulls(item))
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        return Glimpse(None, None, None, digest(raw))
    if not isinstance(item, dict):
        return Glimpse(None, None, None, digest(raw))
    seq = item.get("seq")
    good = isinstance(seq, int) and not isinstance(seq, bool) and 1 <= seq < 2**53
    return Glimpse(_uuid(item.get("id")), seq if good else None, hash_of(item.get("prev_hash")), digest(text))


def hash_of(text: object) -> bytes | None:
    """64 hex digits → 32 bytes; None for anything else."""
    try:
        found = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        return None
    return found if len(found) == 32 else None


def encode(content: object) -> bytes:
    """Any answer as JSON."""
    return _ENCODER.encode(content)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) and len(text) == 36 else None
    except ValueError:
        return None


def _where(bad: Exception) -> str:
    # only the path: the message itself may quote what somebody typed
    return str(bad).partition(" - at `")[2].rstrip("`")[:200]


def _shape_of(message: str) -> str:
    if "unknown field" in message:
        return "unknown-field"
    return "too-long" if "length <=" in message else "wrong-shape"


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, Struct) and any(_has_nul(getattr(value, name)) for name in value.__struct_fields__)
