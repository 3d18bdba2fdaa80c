"""A household by its door: people of one door go by one quota. Pure."""

from __future__ import annotations

import unicodedata

from kakou.kernel.errors import Refusal

LONGEST_DOOR = 60


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
    """The form in which doors are compared: ３栋 2单元-501 and 3栋2单元501 are one."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isalnum())
