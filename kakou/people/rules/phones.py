"""Telephone numbers in one form: E.164 with the country code."""

from __future__ import annotations

import re

from kakou.kernel.errors import Refusal
from kakou.people.rules.text import bare

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[2-9][0-9]{6,7}")
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
_HOME = "+86"


class PhoneRefused(Refusal):
    """No number that can be dialled."""

    code = "phone-refused"


def normalise_phone(text: str) -> str:
    """`138 0000 1234`, `+86-138…`, `008613…`, `0516-8332 1234` → E.164 (`+8613800001234`); from abroad with its +.

    Raises PhoneRefused; the text never repeats the number.
    """
    number = bare(text, "·-‐‑–—−()")
    if number.startswith("00"):
        number = "+" + number[2:]
    if re.fullmatch(r"86[0-9]{11}", number):
        number = "+" + number
    local = number.removeprefix(_HOME)
    if _MOBILE.fullmatch(local) or _LANDLINE.fullmatch(local):
        return _HOME + local.removeprefix("0")
    if number.startswith(_HOME):
        if _LANDLINE.fullmatch("0" + local):
            return number
    elif _ABROAD.fullmatch(number):
        return number
    if number.startswith("+"):
        raise PhoneRefused("No number of that country looks like this.")
    raise PhoneRefused(
        "A mobile number has 11 digits and begins with 13 to 19; a number from abroad begins with + and its country."
    )
