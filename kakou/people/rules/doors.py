"""A household by its door: people of one door go by one quota. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kakou.kernel.errors import Refusal

LONGEST_DOOR = 60
# these say what a number counts, which whoever writes 1-12 leaves out; a floor stays what it is
_COUNTED = re.compile("号楼|单元|[栋幢座号室户]")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


class DoorRefused(Refusal):
    """What was written is no door."""

    code = "door-refused"


def check_door(text: str) -> str:
    """A door as written, such as 3栋2单元501: 1 to 60 printable characters. Raises DoorRefused."""
    door = text.strip()
    if not door or len(door) > LONGEST_DOOR or not door.isprintable():
        raise DoorRefused("Write the door as 3-2-501 or 3栋2单元501: at most %(most)d characters.", most=LONGEST_DOOR)
    return door


def same_door(text: str) -> str:
    """The form in which doors are compared, its numbers kept apart: ３栋 2单元-501, 3栋2单元501 and 3-2-501 are one,
    1-12 and 11-2 are two.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "-".join(_PARTS.findall(_COUNTED.sub(" ", plain)))


def in_building(door: str, buildings: Iterable[str]) -> bool:
    """Does `door` lie in one of `buildings`, however written? 3-2-501 lies in 3栋 and in 3栋2单元, not in 30栋."""
    parts = same_door(door).split("-")
    inside = (same_door(building).split("-") for building in buildings)
    return any(building != [""] and parts[: len(building)] == building for building in inside)
