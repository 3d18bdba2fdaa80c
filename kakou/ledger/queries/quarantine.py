"""What the intake could not accept, as a person may look at it: every value masked or shown as its length."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from kakou import vault
from kakou.access.models import Closure
from kakou.kernel.errors import NotFound
from kakou.ledger.models import Quarantined
from kakou.ledger.models.quarantine import WAITING
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
    | {"recorder", "corrects", "subject.kind", "subject.id", "subject.token", "subject.document.kind"}
    | {f"checks.{name}" for name in ("health", "travel", "vaccination", "origin", "mask", "temperature")}
)
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_NUMBER_OF_A_PERSON = re.compile(r"(?<![0-9a-f-])[0-9]{7,}(?![0-9a-f-])")


def waiting(node: int | None, *, reason: str = "") -> QuerySet[Quarantined]:
    """What nobody has looked at, at `node` and below (None: all in scope), oldest first."""
    found = Quarantined.objects.filter(state=WAITING).order_by("recorded_at", "id")
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.filter(reason=reason) if reason else found


def item_at(id: UUID) -> Quarantined:
    """One item. Raises NotFound, also when it lies outside the reader's scope."""
    item = Quarantined.objects.select_related("resolved_by").filter(pk=id).first()
    if item is None:
        raise NotFound("This item is not known here.")
    return item


def payload_of(item: Quarantined) -> list[tuple[str, str]]:
    """(path, masked value) of what was sent; empty when its key was destroyed."""
    try:
        raw = unseal(vault.store(), table=item._meta.db_table, row=item.pk, field="payload", sealed=bytes(item.payload))
    except KeyDestroyed:
        return []
    return masked(raw)


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
