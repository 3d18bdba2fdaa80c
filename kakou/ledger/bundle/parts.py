"""A bundle in parts, so that a phone fetches only those that changed: for one pass of ten thousand a seventieth of it.

A part is what the bundle says under one name: a section; of a section that is cut, each piece of its long member
(`roster/A`, `people/0`) and the section without it. `digest` names what a part says. gate/src/domain/parts.ts puts them
together again; contracts/vectors/bundle binds both.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

BETWEEN = "."  # the pieces of one text: base64 has no full stop
BYTES = 16  # of a digest: nobody finds another part for a signed one


def parts_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Name → what it says, of the sections of a bundle."""
    parts: dict[str, Any] = {}
    for section, content in said.items():
        if section in CUT:
            member, pieces = CUT[section]
            parts[section] = {name: value for name, value in content.items() if name != member}
            parts |= {f"{section}/{name}": piece for name, piece in pieces(content[member]).items()}
        else:
            parts[section] = content
    return parts


def digest(part: object) -> str:
    """What a list says of a part: the first 16 bytes of SHA-256 of its `text`, in base64."""
    return base64.b64encode(hashlib.sha256(text(part)).digest()[:BYTES]).decode()


def text(content: object) -> bytes:
    """JSON of strings, whole numbers, lists and objects as RFC 8785 writes it."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _by_letter(passes: list[list[Any]]) -> dict[str, list[list[Any]]]:
    """By the first letter of the tag: 64 pieces, however many passes there are."""
    pieces: dict[str, list[list[Any]]] = {}
    for entry in passes:
        pieces.setdefault(entry[0][0], []).append(entry)
    return pieces


def _by_number(sealed: str) -> dict[str, str]:
    """As they were sealed, by number; an empty one is none."""
    return {str(number): piece for number, piece in enumerate(sealed.split(BETWEEN)) if piece}


CUT: Mapping[str, tuple[str, Callable[[Any], Mapping[str, Any]]]] = {
    "roster": ("passes", _by_letter),
    "people": ("sealed", _by_number),
}
