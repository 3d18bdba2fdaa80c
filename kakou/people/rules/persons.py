"""Who somebody is to the place: category and special circumstances (data dictionary, Person)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.people.rules.documents import Document, check_document
from kakou.people.rules.names import check_name, name_initials, normalise_name
from kakou.people.rules.phones import normalise_phone
from kakou.people.rules.text import last_four

LONGEST_ADDRESS = 200


class AddressRefused(Refusal):
    """The address is too long or cannot be printed."""

    code = "address-refused"


class Category(StrEnum):
    """What brings a person here."""

    RESIDENT_REGISTERED = "resident_registered"  # 户籍
    RESIDENT_NONLOCAL = "resident_nonlocal"  # 外来常住
    ARRIVAL = "arrival"  # 新来
    VISITOR = "visitor"  # 访客
    WORKER = "worker"  # 职工
    DRIVER = "driver"  # 司机
    UNKNOWN = "unknown"  # 未知


class Special(StrEnum):
    """Why the usual way at the gate does not fit this person."""

    NO_PHONE = "no_phone"  # 无手机
    ELDERLY = "elderly"  # 老人
    MINOR = "minor"  # 未成年
    PREGNANT = "pregnant"  # 孕妇
    PATIENT = "patient"  # 病人
    EXEMPT = "exempt"  # 豁免


class AttachmentKind(StrEnum):
    """What a picture of a person's record shows."""

    PORTRAIT = "portrait"  # 本人照片
    DOCUMENT = "document"  # 证件
    OTHER = "other"  # 其他


LIVES_HERE = frozenset({Category.RESIDENT_REGISTERED, Category.RESIDENT_NONLOCAL})

# Days until a record is due for destruction, from its last change. No law fixes a number for a community's register
# (domain notes 3.6: shortest period that serves the purpose), so this is the installation's policy, to be shortened.
KEEP_DAYS: Mapping[Category, int] = {
    Category.RESIDENT_REGISTERED: 365,
    Category.RESIDENT_NONLOCAL: 365,
    Category.WORKER: 365,
    Category.ARRIVAL: 90,
    Category.DRIVER: 90,
    Category.VISITOR: 90,
    Category.UNKNOWN: 90,
}


def due_on(category: Category, at: dt.datetime) -> dt.date:
    """The day on which a record of this category, changed at `at`, is destroyed (UTC)."""
    return at.astimezone(dt.UTC).date() + dt.timedelta(days=KEEP_DAYS[category])


def check_address(text: str) -> str:
    """An address as typed: at most 200 printable characters. Raises AddressRefused."""
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise AddressRefused("An address has at most %(most)d printable characters.", most=LONGEST_ADDRESS)
    return address


@dataclass(frozen=True, slots=True)
class Facts:
    """A person as given: texts as typed, None for what is not known. `document` is (kind code, number)."""

    name: str
    document: tuple[str, str] | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What of `Facts` is kept, and under which texts it is found. Texts of `initials` and `last_fours` are several."""

    name: str
    document: Document | None
    phone: str
    address: str
    initials: frozenset[str]
    last_fours: frozenset[str]

    @property
    def matched_name(self) -> str:
        """The form in which names are compared."""
        return normalise_name(self.name)


def check_facts(facts: Facts, *, on: dt.date | None = None) -> Checked:
    """Check a person's facts. Raises NameRefused, DocumentRefused, PhoneRefused, AddressRefused."""
    name = check_name(facts.name)
    document = check_document(*facts.document, on=on) if facts.document else None
    phone = normalise_phone(facts.phone) if facts.phone else ""
    ends = {last_four(number) for number in (document.number if document else "", phone)}
    return Checked(
        name=name,
        document=document,
        phone=phone,
        address=check_address(facts.address or ""),
        initials=name_initials(name),
        last_fours=frozenset(ends - {""}),
    )
