"""How typed text is brought to one form: full width, spaces, dots."""

from __future__ import annotations

import unicodedata

# What keyboards, scanners and old registers put between the parts of a name or a plate; NFKC has by then turned the
# half-width ･ into ・ and the full stop ． into "."
DOTS = "·•‧・∙⋅."
_DOT = {ord(dot): "·" for dot in DOTS}


def folded(text: str) -> str:
    """One width (NFKC) and every dot the same `·`."""
    return unicodedata.normalize("NFKC", text).translate(_DOT)


def bare(text: str, drop: str) -> str:
    """`folded`, in capitals, without white space and without the characters of `drop`."""
    if text.isascii() and text.isalnum():
        return text.upper()  # the usual number, typed plainly: no form to bring it to
    before = None
    while before != text:  # what is dropped may have stood between a letter and its accent, which now meet
        before, text = text, "".join(c for c in folded(text).upper() if not c.isspace() and c not in drop)
    return text


def last_four(number: str) -> str:
    """What people say of a number on the phone: its last four letters and digits, in capitals."""
    return "".join(c for c in number.upper() if c.isalnum())[-4:]
