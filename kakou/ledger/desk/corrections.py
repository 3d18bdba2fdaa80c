"""What a person at the desk says instead of what was sent, and the item that follows from both. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct, structs

from kakou.kernel.ids import id_at
from kakou.ledger.lane.codes import DirectionWord, VerdictWord
from kakou.ledger.lane.wire import (
    CONTRACT,
    LONGEST_ITEM,
    READERS,
    Checks,
    Document,
    Moment,
    Passage,
    Sentence,
    Skipped,
    Subject,
    Unfit,
    Word,
    encode,
)

Fit = TypeVar("Fit")
Item = dict[str, Any]

REPLACES, ANOTHER = "replaces", "another"  # of what stands in the ledger under the same id
NAMED_GATE = "named"
_LATEST = 253_402_300_799_999  # see wire.Moment


class Correction(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """What shall hold instead; absent is "as it was sent". Names people, so it is kept sealed.

    `happened`: epoch ms, right by the server's clock. `temperature`: tenths of °C. `gate`: where the item names another
    gate than its phone's, which of both; absent is undecided. `fresh`: the id stands in the ledger with another body,
    so this one gets an id of its own and either replaces that one or is another passage; `note` says why. `name`: of
    the subject that was sent. `leave_out`: take away, member by member, what is unfit and may be absent.
    """

    crossed: bool | None = None
    direction: DirectionWord | None = None
    fresh: Literal["replaces", "another"] | None = None
    gate: Literal["phone", "named"] | None = None
    happened: Moment | None = None
    leave_out: bool = False
    name: Word | None = None
    note: Sentence | None = None
    override: Sentence | None = None
    subject: Subject | None = None
    temperature: int | None = None
    verdict: VerdictWord | None = None

    @property
    def names(self) -> list[str]:
        """Which members it speaks of: codes, nothing personal."""
        return sorted(name for name in self.__struct_fields__ if getattr(self, name) not in (None, False))


class Sent(NamedTuple):
    """What was sent, as text, under which contract; `seed` gives the fresh id, the same one however often asked."""

    raw: bytes
    contract: int
    seed: bytes


_CORRECTION = msgspec.json.Decoder(Correction)
# what makes no statement about the passage: where a phone sent none that can be read, these stand for it
_PLAIN: Mapping[str, Any] = {
    "checks": {}, "offset": 0, "pack": "desk", "prev_hash": "0" * 64, "reasons": [], "seq": 1,
}  # fmt: skip
_INNER: Mapping[str, type[Struct]] = {"checks": Checks, "document": Document, "skipped": Skipped, "subject": Subject}
# refusals that name no member, or a larger one than what is wrong
_MEMBERS = {
    "document-refused": "$.subject.document", "phone-refused": "$.subject.phone", "plate-refused": "$.subject.plate",
    "name-refused": "$.subject.name", "bad-hash": "$.prev_hash", "corrects-itself": "$.corrects",
    "impossible-temperature": "$.checks.temperature",
}  # fmt: skip


def write_correction(correction: Correction) -> bytes:
    """As kept, to be sealed."""
    return encode(correction)


def read_correction(text: bytes) -> Correction:
    """What `write_correction` wrote."""
    return _CORRECTION.decode(text)


def mend(sent: Sent, correction: Correction, judge: Callable[[Passage], Fit]) -> Fit:
    """What `judge` makes of the corrected item. Raises Unfit as the reader or `judge` does, when it is still unfit.

    With `leave_out` what they refuse is taken away and they are asked again, as long as it is something that may be
    absent; every turn takes a member away, so it ends.
    """
    if correction == Correction():
        return judge(_read(sent.raw, sent.contract))
    item = _corrected(_object(sent.raw, correction), correction, sent.seed)
    while True:
        try:
            return judge(_read(_text(item), _contract(sent.contract, correction)))
        except Unfit as unfit:
            shorter = _without(item, unfit) if correction.leave_out else None
            if shorter is None or shorter == item:
                raise
            item = shorter


def _read(text: bytes, contract: int) -> Passage:
    reader = READERS.get(contract)
    if reader is None:
        raise Unfit("unknown-contract")
    if len(text) > LONGEST_ITEM:
        raise Unfit("too-long")
    return reader(text)


def _text(item: Item) -> bytes:
    try:
        return encode(item)
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError, ValueError):
        raise Unfit("wrong-shape") from None  # a number longer than any that can be meant


def _contract(contract: int, correction: Correction) -> int:
    # whoever says "leave out what nobody here knows" lets a newer phone's item be read as far as it can be
    return contract if contract in READERS or not correction.leave_out else CONTRACT


def _object(raw: bytes, correction: Correction) -> Item:
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        found = None
    if isinstance(found, dict):
        return {name: value for name, value in found.items() if value is not None}
    if correction.leave_out:
        return {}  # then everything that matters is what the person says
    raise Unfit("not-json" if found is None else "wrong-shape")


def _corrected(item: Item, correction: Correction, seed: bytes) -> Item:
    said = {"crossed": correction.crossed, "direction": correction.direction, "override": correction.override,
            "subject": correction.subject, "verdict": correction.verdict}  # fmt: skip
    item = item | {name: value for name, value in said.items() if value is not None}
    if correction.leave_out:
        item = dict(_PLAIN) | item
    if correction.temperature is not None:
        item["checks"] = _inner(item, "checks") | {"temperature": correction.temperature}
    if correction.name is not None and correction.subject is None:
        item["subject"] = _inner(item, "subject") | {"name": correction.name}
    if correction.gate is not None and correction.gate != NAMED_GATE:
        item.pop("gate", None)
    if correction.happened is not None:
        item = _timed(item, correction.happened)
    return _renamed(item, correction, seed)


def _inner(item: Item, name: str) -> Item:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def _timed(item: Item, happened: int) -> Item:
    """Both times are kept: the phone's own, and by how much it was wrong."""
    at = item.get("at")
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at <= _LATEST:
        return item | {"offset": happened - at}
    return item | {"at": happened, "offset": 0}


def _renamed(item: Item, correction: Correction, seed: bytes) -> Item:
    """With an id of its own where it needs one, which names the time at which the phone says that it happened."""
    if correction.fresh is None and not (correction.leave_out and not _is_id(item.get("id"))):
        return item
    at, before = item.get("at"), item.get("id")
    item = item | {"id": str(id_at(at if isinstance(at, int) and 0 <= at < 2**48 else 0, seed))}
    if correction.fresh is None:
        return item
    if correction.fresh == REPLACES:
        return item | {"corrects": before, "correction": correction.note}
    return item | {"correction": f"{correction.note} [{before}]"}


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _without(item: Item, unfit: Unfit) -> Item | None:
    """The item without what is unfit in it; None where that may not be absent."""
    if unfit.reason in ("unknown-field", "too-long"):
        return _known_only(item, Passage)
    if unfit.reason == "has-nul":
        return {name: _without_nul(value) for name, value in item.items()}
    if unfit.reason == "subject-mixed":
        return _unmixed(item)
    _, *path = _MEMBERS.get(unfit.reason, unfit.where).split("[")[0].split(".")
    return _cut(item, path, Passage) if path else None


def _cut(item: Item, path: list[str], shape: type[Struct]) -> Item | None:
    name, *rest = path
    field = next((field for field in structs.fields(shape) if field.encode_name == name), None)
    inner = item.get(name)
    if field is None or name not in item:
        return None
    if rest and isinstance(inner, dict) and name in _INNER and (shorter := _cut(inner, rest, _INNER[name])) is not None:
        return item | {name: shorter}
    if shape is Passage and name in _PLAIN:
        return item | {name: _PLAIN[name]}
    return None if field.required else {key: value for key, value in item.items() if key != name}


def _known_only(item: Item, shape: type[Struct]) -> Item:
    known = {field.encode_name for field in structs.fields(shape)}
    return {
        name: _known_only(value, _INNER[name]) if name in _INNER and isinstance(value, dict) else value
        for name, value in item.items()
        if name in known
    }


def _unmixed(item: Item) -> Item | None:
    subject = item.get("subject")
    if not isinstance(subject, dict):
        return None
    foreign = {"plate"} if subject.get("kind") == "person" else {"document", "phone"}
    return item | {"subject": {name: value for name, value in subject.items() if name not in foreign}}


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(inner) for inner in value]
    return {name: _without_nul(inner) for name, inner in value.items()} if isinstance(value, dict) else value
