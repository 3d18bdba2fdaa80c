"""What of a request is sealed, and how it must be told."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from kakou.kernel.errors import Refusal
from kakou.people.rules import check_name, last_four, normalise_phone
from kakou.places.geo import Position
from kakou.services.rules.categories import Category, Channel

LONGEST = 4_000  # characters, as the text of Open311 has it
LONGEST_TYPED = 1_000
_MAIL = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,180}")


class TextRefused(Refusal):
    """What happened is not said in a way that can be kept."""

    code = "text-refused"


class Contact(Struct, frozen=True, omit_defaults=True, gc=False):
    """By whom a request was reported: `phone` E.164, `name` and `email` as typed; each may be ""."""

    phone: str = ""
    name: str = ""
    email: str = ""

    @property
    def last_four(self) -> str:
        """What whoever reported is asked for besides the code; "" without a number."""
        return last_four(self.phone)

    @property
    def reachable(self) -> bool:
        """Is there a number or an address to write to?"""
        return bool(self.phone or self.email)


_CONTACT = msgspec.json.Decoder(Contact)
_POINT = msgspec.json.Decoder(tuple[float, float])


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody asks for: `place` is the node of a unit or an entrance, `box` the letterbox in which it
    lay; `wants_word`: whoever reports wants to be told what becomes of it; `point`: where exactly, None where nobody
    said."""

    category: Category
    place: int
    text: str
    contact: Contact
    channel: Channel
    language: str
    box: str = ""
    wants_word: bool = False
    point: Position | None = None


def checked_text(text: str) -> str:
    """What happened, with its line breaks. Raises TextRefused for nothing, too much, or signs that hide text."""
    told = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    if not told:
        raise TextRefused("Say what happened or what you need.")
    if len(told) > LONGEST:
        raise TextRefused("Say it in at most %(most)d characters.", most=LONGEST)
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Cf") and sign not in "\n\t\u200d\ufe0f" for sign in told):
        raise TextRefused("The text holds signs that cannot be seen. Type it anew.")
    return told


def checked_contact(phone: str, name: str = "", email: str = "") -> Contact:
    """Raises PhoneRefused, NameRefused, TextRefused."""
    number, mail = normalise_phone(phone) if phone.strip() else "", email.strip()
    if mail and not _MAIL.fullmatch(mail):
        raise TextRefused("This is no address of mail.")
    return Contact(number, check_name(name) if name.strip() else "", mail)


def write_contact(contact: Contact) -> bytes:
    """To be sealed."""
    return msgspec.json.encode(contact)


def write_point(point: Position) -> bytes:
    """To be sealed."""
    return msgspec.json.encode(point)


def read_point(text: bytes) -> Position:
    """What `write_point` wrote."""
    return _POINT.decode(text)


def read_contact(text: bytes) -> Contact:
    """What `write_contact` wrote."""
    return _CONTACT.decode(text)
