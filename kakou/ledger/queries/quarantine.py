"""What the intake could not accept, as a person may look at it: every value masked or shown as its length."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.ledger.desk import UNDECIDED, State
from kakou.ledger.lane.wire import Checks, Skipped
from kakou.ledger.models import Passage, Quarantined
from kakou.vault.keys import KeyDestroyed
from kakou.vault.rules import mask
from kakou.vault.sealing import unseal

MOST_LINES = 60
# path → which mask; what stands under another path is either a code of the contract or shown by its length alone
PERSONAL = {
    "subject.name": "name",
    "subject.document.no": "document",
    "subject.phone": "phone",
    "subject.plate": "plate",
}
PLAIN = frozenset(
    {"id", "seq", "at", "offset", "gate", "direction", "crossed", "vehicle", "with", "purpose", "verdict", "pack"}
    | {"recorder", "corrects", "subject.kind", "subject.id", "subject.token", "subject.pass", "subject.document.kind"}
    | {"who", "rides", "aboard"}
    | {f"skipped.{name}" for name in Skipped.__struct_fields__}
    | {f"checks.{name}" for name in Checks.__struct_fields__}
)
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_NUMBER_OF_A_PERSON = re.compile(r"(?<![0-9a-f-])[0-9]{7,}(?![0-9a-f-])")


def kept(node: int | None, state: State = State.WAITING) -> QuerySet[Quarantined]:
    """Items in `state` at `node` and below (None: all in scope): undecided ones oldest first, others latest first."""
    found = Quarantined.objects.filter(state=state).select_related("resolved_by")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("recorded_at", "id") if state in UNDECIDED else found.order_by("-resolved_at", "-id")


def how_many(node: int | None) -> dict[State, dict[str, int]]:
    """State → reason → items, at `node` and below. One query."""
    found = Quarantined.objects.all()
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    counts: dict[State, dict[str, int]] = {state: {} for state in State}
    for state, reason, many in found.values_list("state", "reason").annotate(n=Count("id")).order_by("reason"):
        counts[State(state)][reason] = many
    return counts


def passage_of(item: Quarantined) -> Passage | None:
    """What it became, as long as the ledger keeps it."""
    return Passage.objects.filter(pk=item.entered_as).first() if item.entered_as else None


def gate_named(item: Quarantined) -> int | None:
    """The gate that the item names, if it names one."""
    try:
        named = json.loads(_raw(item) or b"{}")
    except (ValueError, RecursionError):
        return None
    gate = named.get("gate") if isinstance(named, dict) else None
    return gate if isinstance(gate, int) and 0 < gate < 2**31 else None


def item_at(id: UUID) -> Quarantined:
    """One item. Raises NotFound, also when it lies outside the reader's scope."""
    item = Quarantined.objects.select_related("resolved_by").filter(pk=id).first()
    if item is None:
        raise NotFound("This item is not known here.")
    return item


def payload_of(item: Quarantined) -> list[tuple[str, str]]:
    """(path, masked value) of what was sent; empty when its key was destroyed."""
    raw = _raw(item)
    return [] if raw is None else masked(raw)


def _raw(item: Quarantined) -> bytes | None:
    try:
        return unseal(
            vault.store(), table=item._meta.db_table, row=item.pk, field="payload", sealed=bytes(item.payload)
        )
    except KeyDestroyed:
        return None


def masked(raw: bytes) -> list[tuple[str, str]]:
    """What may be seen of an item, whatever its shape. Pure."""
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError):
        return [("", _length(len(raw)))]
    return list(_leaves("", item))[:MOST_LINES]


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            name = key if _CODE.fullmatch(key) and not _NUMBER_OF_A_PERSON.search(key) else "?"
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for n, inner in enumerate(value[:MOST_LINES]):
            yield from _leaves(f"{path}[{n}]", inner)
    else:
        yield path, _shown(path, value)


def _shown(path: str, value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    if kind := PERSONAL.get(path):
        return mask(kind, text)
    if path in PLAIN and (not isinstance(value, str) or _is_code(text)):
        return text
    if path.startswith("reasons[") and _is_code(text):
        return text
    return text if value is None or isinstance(value, bool) else _length(len(text))


def _is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text)) and not _NUMBER_OF_A_PERSON.search(text)


def _length(characters: int) -> str:
    return f"[{characters}]"
