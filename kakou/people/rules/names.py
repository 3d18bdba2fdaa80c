"""Names: kept as they were typed, compared in one form, found by the first letters of their reading."""

from __future__ import annotations

import itertools
import unicodedata
from functools import lru_cache

from kakou.kernel.errors import Refusal
from kakou.people.rules.text import folded

LONGEST = 64  # code points, data dictionary
MOST_INITIALS = 16  # readings of one name that are indexed
_JOINERS = "\u200c\u200d"  # needed inside words of some scripts, no part of the spelling
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class NameRefused(Refusal):
    """The text cannot stand as a name on a page or a print."""

    code = "name-refused"


def check_name(text: str) -> str:
    """The name as typed, without white space around it; 1 to 64 code points.

    Refused: control characters, NUL, characters that reverse or hide text. Kept: rare Han of all extensions (newer ones
    than this Python's Unicode too), private-use characters of old registers, variation selectors. Raises NameRefused.
    """
    name = text.strip()
    if not name:
        raise NameRefused("The name is empty.")
    if len(name) > LONGEST:
        raise NameRefused("The name has %(count)d characters; %(most)d is the most.", count=len(name), most=LONGEST)
    for place, char in enumerate(name, 1):
        if char in _BIDI:
            raise NameRefused("Character %(place)d turns the direction of writing; type the name again.", place=place)
        if _unprintable(char):
            raise NameRefused("Character %(place)d cannot be printed; type the name again.", place=place)
    if not normalise_name(name).strip("·"):
        raise NameRefused("The name has no letters.")
    return name


def _unprintable(char: str) -> bool:
    if char in _JOINERS:
        return False
    return unicodedata.category(char) in _REFUSED or ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


def normalise_name(text: str) -> str:
    """The form in which two spellings of one name are equal: width, case, every dot `·`, no spaces but one between
    letters of a word-spaced script. Idempotent; rare characters stay themselves.
    """
    previous, form = "", text
    while form != previous:  # composing after white space went may join letters again: two rounds, seldom three
        previous, form = form, _one_form(form)
    return form


def _one_form(text: str) -> str:
    caseless = folded(unicodedata.normalize("NFD", text).casefold()).casefold()
    kept = "".join(char for char in caseless if not _ignorable(char))
    words = " ".join(folded(kept).split())
    joined = "".join(_without_loose_space(words))
    return unicodedata.normalize("NFKC", joined)


def _ignorable(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


def _without_loose_space(words: str) -> list[str]:
    kept = []
    for place, char in enumerate(words):
        if char == " " and not (_spaced(words[place - 1]) and _spaced(words[place + 1])):
            continue
        kept.append(char)
    return kept


def _spaced(char: str) -> bool:
    """Does the script of this letter put spaces between words? Han does not, and · needs none beside it."""
    return char != "·" and not _han(char)


def _han(char: str) -> bool:
    point = ord(char)
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFF or point == 0x3007


def name_initials(text: str) -> frozenset[str]:
    """What a clerk may type to find the name: the first letter of each character's reading (`wd` for 王迪), of each
    word in other scripts (`ams` for Anna Maria Smith). A character of several readings gives several; at most 16, most
    usual first. Accents are dropped. A character nobody gives a reading is passed over. Empty if there is none at all.
    """
    choices = [letters for letters in _letters(normalise_name(text)) if letters]
    if not choices:
        return frozenset()
    combinations = ("".join(letters) for letters in itertools.product(*choices))
    return frozenset(itertools.islice(combinations, MOST_INITIALS))


def _letters(name: str) -> list[list[str]]:
    """For each Han character and each word, the first letters it may have, most usual first."""
    found: list[list[str]] = []
    inside_word = False
    for char in name:
        if _han(char):
            found.append(_readings(char))
            inside_word = False
        elif char in " ·-'’":
            inside_word = inside_word and char in "'’"
        elif not inside_word:
            found.append([unicodedata.normalize("NFD", char)[0]] if char.isalnum() else [])
            inside_word = True
    return found


@lru_cache(maxsize=8192)
def _readings(char: str) -> list[str]:
    from pypinyin import Style, pinyin  # 0.2 s and 20 MB: only for those who index names

    [readings] = pinyin(char, style=Style.FIRST_LETTER, heteronym=True, errors="ignore") or [[]]
    return [letter for letter in dict.fromkeys(readings) if letter]
