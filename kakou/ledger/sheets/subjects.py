"""Who passed, as a row says it: checked and in one form, so that two spellings of one plate are one vehicle."""

from __future__ import annotations

from dataclasses import dataclass

from kakou.kernel.errors import Refusal
from kakou.ledger.sheets import wording
from kakou.ledger.sheets.mapping import Mapping
from kakou.people.rules import DocumentKind, PlateKind, check_document, check_name, normalise_phone, parse_plate
from kakou.web.sheets import Cell, Column, Row, Sheet

Given = dict[str, tuple[str, str, str]]  # field → (kind, text as kept, text as compared)


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind` person | vehicle; what is known of it. `purpose` and `key` name it: the blind index it is found by."""

    kind: str
    purpose: str
    key: str
    plate: str = ""
    plate_kind: str = ""
    document: str = ""
    document_kind: str = ""
    phone: str = ""
    name: str = ""


class Subjects:
    """Reads the subject of each row; the same texts give the same object."""

    def __init__(self, sheet: Sheet, mapping: Mapping, at: dict[str, Column]) -> None:
        self._sheet = sheet
        self._part = mapping.subject
        fields = [field for field in ("plate", "document", "phone", "id", "name") if field in at]
        self._columns = [(field, at[field]) for field in fields]
        self._known: dict[tuple[str, ...], Subject] = {}

    def of(self, row: Row) -> Subject:
        """The subject of a row. Raises CellProblem at the cell that is wrong."""
        texts = tuple(self._sheet.cell(row, column).identifier() for _, column in self._columns)
        known = self._known.get(texts)
        if known is None:
            known = self._known[texts] = self._check(row, texts)
        return known

    def _check(self, row: Row, texts: tuple[str, ...]) -> Subject:
        given: Given = {}
        for (field, column), text in zip(self._columns, texts, strict=True):
            if text:
                given[field] = self._checked(self._sheet.cell(row, column), field, text)
        for field in ("document", "plate", "id", "phone"):
            if field in given:
                return self._subject(field, given)
        titles = ", ".join(column.title for field, column in self._columns if field != "name")
        cell = self._sheet.cell(row, self._columns[0][1])
        raise cell.problem(wording.NOBODY, fix=wording.FIX_NOBODY, field="subject", columns=titles)

    def _subject(self, found_by: str, given: Given) -> Subject:
        part = self._part
        own = "plate" if part.kind == "vehicle" else "document"
        if found_by == "id":  # a key of the old system stands where the plate or document is not known
            given[own] = given["id"]
            found_by = own
        key = given[found_by][2]
        plate = given.get("plate", ("", "", ""))
        document = given.get("document", ("", "", ""))
        return Subject(
            part.kind, found_by, key, plate[1], plate[0], document[1], document[0],
            given.get("phone", ("", "", ""))[1], given.get("name", ("", "", ""))[1],
        )  # fmt: skip

    def _checked(self, cell: Cell, field: str, text: str) -> tuple[str, str, str]:
        try:
            return self._read(field, text)
        except Refusal as refusal:
            raise cell.problem(refusal.text, fix=wording.FIX_SUBJECT, field=field, **refusal.params) from refusal

    def _read(self, field: str, text: str) -> tuple[str, str, str]:
        """(kind, text as kept, text as compared)."""
        part = self._part
        if field == "document":
            document = check_document(part.document_kind, text)
            return document.kind.value, document.number, document.match
        if field == "phone":
            phone = normalise_phone(text)
            return "", phone, phone
        if field == "name":
            name = check_name(text)
            return "", name, name
        if field == "id" and part.kind == "person":
            other = check_document(DocumentKind.OTHER, text)
            return other.kind.value, other.number, other.match
        any_text = field == "id" or (part.plate_other and not _is_plate(text))
        plate = parse_plate(text, declared=PlateKind.OTHER if any_text else None)
        return plate.kind.value, plate.text, plate.text


def _is_plate(text: str) -> bool:
    try:
        parse_plate(text)
    except Refusal:
        return False
    return True
