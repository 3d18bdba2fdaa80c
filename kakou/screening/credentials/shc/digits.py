"""The text of a SMART Health Card's code: pairs of digits, in one code or spread over several ("Encoding QRs")."""

from __future__ import annotations

import re

from kakou.screening.credentials.refusals import CredentialRefused, Layer, Why, damaged

SCHEME = "shc:"
_PART = re.compile(r"shc:/(?:([0-9]{1,2})/([0-9]{1,2})/)?([0-9]+)")
_OFFSET = 45  # the code of "-", the lowest character of a JWS
_LETTERS = {
    f"{ord(letter) - _OFFSET:02}": letter
    for letter in "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
}


def jws_of(text: str) -> str:
    """The JWS in one code, or in the parts of one, in any order and with white space between them.

    Raises CredentialRefused (malformed; layer prefix, chunks or numeric).
    """
    parts = [_PART.fullmatch(part) for part in text.split()]
    if not parts or None in parts:
        raise damaged(Layer.NUMERIC if text.startswith("shc:/") else Layer.PREFIX)
    found = [(part[1], part[2], part[3]) for part in parts if part]
    if len(found) == 1 and found[0][0] is None:
        return _letters(found[0][2])
    return "".join(_letters(digits) for digits in _in_order(found))


def _in_order(parts: list[tuple[str | None, str | None, str]]) -> list[str]:
    total = int(parts[0][1] or 0)
    numbered = {int(number or 0): digits for number, _, digits in parts}
    if len(numbered) != len(parts) or any(int(of or 0) != total for _, of, _ in parts):
        raise CredentialRefused(
            "These parts do not belong to one certificate. Scan every part of one certificate, each once.",
            why=Why.MALFORMED,
            layer=Layer.CHUNKS,
        )
    if not set(numbered) <= set(range(1, total + 1)):
        raise damaged(Layer.CHUNKS)
    if len(numbered) != total:
        raise CredentialRefused(
            "This certificate has %(total)d parts, and %(scanned)d were scanned. Scan the others too.",
            why=Why.MALFORMED,
            layer=Layer.CHUNKS,
            total=total,
            scanned=len(numbered),
        )
    return [numbered[number] for number in range(1, total + 1)]


def _letters(digits: str) -> str:
    pairs = [digits[start : start + 2] for start in range(0, len(digits), 2)]
    try:
        return "".join([_LETTERS[pair] for pair in pairs])
    except KeyError:  # a number that stands for no letter of a JWS, or a digit left over
        raise damaged(Layer.NUMERIC) from None
