"""No number of a person in a group: identity cards, mobile phones and plates are masked, however they are spaced."""

from __future__ import annotations

import re
import unicodedata

from kakou.vault.rules import hushed, mask_document, mask_phone

_GAP = r"[ \-.·/()\u00a0\u2010-\u2015\u2212\u200b-\u200d]{0,3}"
_ID = rf"[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]"
_PHONE = rf"(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}"
_ONE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # an id of ours is left whole
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HOST = rf"(?<=://){_OCTET}(?:\.{_OCTET}){{3}}(?![\d.])"  # so is a machine of the house's own network in a link
_FOUND = re.compile(rf"(?P<whole>{_ONE}|{_HOST})|(?<!\d)(?:(?P<document>{_ID})|(?P<phone>{_PHONE}))(?!\d)", re.ASCII)
_OTHER_THAN_DIGITS = re.compile(r"[^\dXx]", re.ASCII)


def masked(text: str) -> str:
    """`text` with the numbers of people in it as anyone may see them; the same text again if there is none."""
    return hushed(_FOUND.sub(_hide, _ascii_digits(text)))


def _ascii_digits(text: str) -> str:
    # １３８ is 138: every decimal digit there is, and nothing else, so that other characters stay what they are
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _hide(found: re.Match[str]) -> str:
    if found["whole"]:
        return found[0]
    bare = _OTHER_THAN_DIGITS.sub("", found[0])
    return mask_document(bare) if found["document"] else mask_phone(bare[-11:])
