"""A passage of an import as a device would have sent it: the same shape, so that it goes through the same checks."""

from __future__ import annotations

from typing import Any, Final

from kakou.ledger.sheets.passages import Passage
from kakou.ledger.stays.shapes import Direction

PACK: Final = "import"  # stands where a device names the rules it decided by
NO_HASH: Final = "0" * 64
_WAYS: Final = {Direction.IN: "in", Direction.OUT: "out", Direction.THROUGH: "through"}


def wire_item(passage: Passage) -> dict[str, Any]:
    """One item of a batch.

    The subject goes by what the file says and not by an id of the register: who is registered later is still the same
    (`people.queries.canonical`), and the same row stays the same item. An import has no device, so no chain: `seq` is 1
    and `prev_hash` zeros for the check, and the ledger keeps neither.
    """
    return {
        "id": str(passage.id),
        "seq": 1,
        "prev_hash": NO_HASH,
        "at": passage.ms,
        "offset": 0,
        "gate": passage.gate,
        "direction": _WAYS[passage.way],
        "crossed": True,
        "subject": _subject(passage),
        "checks": {} if passage.temperature is None else {"temperature": passage.temperature},
        "verdict": "admit",
        "reasons": [],
        "pack": PACK,
    }


def _subject(passage: Passage) -> dict[str, Any]:
    subject = passage.subject
    told: dict[str, Any] = {"kind": subject.kind}
    if subject.document:
        told["document"] = {"kind": subject.document_kind, "no": subject.document}
    texts = {"plate": subject.plate, "phone": subject.phone, "name": subject.name}
    return told | {name: text for name, text in texts.items() if text}
