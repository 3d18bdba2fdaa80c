"""What a document, a name, a phone and a plate are, and when two spellings mean the same. Pure: no Django, no clock."""

from kakou.people.rules.documents import Document, DocumentKind, DocumentRefused, Sex, check_document
from kakou.people.rules.likeness import Reason
from kakou.people.rules.names import NameRefused, check_name, name_initials, normalise_name
from kakou.people.rules.persons import (
    LIVES_HERE,
    AddressRefused,
    AttachmentKind,
    Category,
    Checked,
    Facts,
    Special,
    check_facts,
    due_on,
)
from kakou.people.rules.phones import PhoneRefused, normalise_phone
from kakou.people.rules.plates import Plate, PlateKind, PlateRefused, parse_plate
from kakou.people.rules.relations import Relation
from kakou.people.rules.text import last_four

__all__ = [
    "LIVES_HERE",
    "AddressRefused",
    "AttachmentKind",
    "Category",
    "Checked",
    "Document",
    "DocumentKind",
    "DocumentRefused",
    "Facts",
    "NameRefused",
    "PhoneRefused",
    "Plate",
    "PlateKind",
    "PlateRefused",
    "Reason",
    "Relation",
    "Sex",
    "Special",
    "check_document",
    "check_facts",
    "check_name",
    "due_on",
    "last_four",
    "name_initials",
    "normalise_name",
    "normalise_phone",
    "parse_plate",
]
