"""What a mapping file may say: which column means what. Checked whole before a sheet is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from kakou.kernel.errors import Refusal
from kakou.ledger.sheets import wording
from kakou.ledger.stays.alternation import GateRule
from kakou.people.rules import DocumentKind

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
_OF_PERSON = ("document", "phone", "id")
_OF_VEHICLE = ("plate", "id")


class MappingRefused(Refusal):
    """The mapping file cannot be used; the text names the key."""

    code = "mapping-refused"


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt key is an error, not a column that silently stays empty."""


class SheetPart(_Strict, frozen=True):
    """Where in the workbook: `name` of the sheet, number of the row of `titles`. Both are found if absent."""

    name: Text | None = None
    titles: Annotated[int, msgspec.Meta(ge=1)] | None = None


class TimePart(_Strict, frozen=True):
    """`columns`: one, or date and time. `formats`: strptime forms for text cells. `zone`: an IANA name.

    `ambiguous`: what an hour that came twice means (clocks put back): refuse it, or take its first or second time.
    """

    columns: list[Text]
    zone: Text
    formats: list[Text] = []
    ambiguous: Literal["refuse", "first", "second"] = "refuse"


class SubjectPart(_Strict, frozen=True):
    """Who passes. `plate`, `document`, `phone`, `name`, `id`: titles of columns. `id` is a key of the old system's own.

    `document_kind`: code of the documents in the column (10 = resident ID); `plate_other` takes foreign plates too.
    """

    kind: Literal["person", "vehicle"]
    plate: Text | None = None
    document: Text | None = None
    document_kind: Text = "10"
    phone: Text | None = None
    name: Text | None = None
    id: Text | None = None
    plate_other: bool = False


class GatePart(_Strict, frozen=True):
    """`column`: the title of the column that names the gate."""

    column: Text


class DirectionPart(_Strict, frozen=True):
    """`column` and which of its values mean in, out and through."""

    column: Text
    values: dict[Literal["in", "out", "through"], list[Text]]


class Residents(_Strict, frozen=True):
    """Who lives in a unit: subjects with one of `values` in `column`."""

    column: Text
    values: list[Text]


class UnitPart(_Strict, frozen=True):
    """One unit and its entrances. `gates`: text in the sheet → name of the entrance (a list where both are the same);
    `readers` likewise for readings inside it, which let nobody in or out. `kind`, `inside` are used to make it.
    """

    name: Text
    kind: Text = "place"
    inside: Text | None = None
    gates: dict[Text, Text] | list[Text] = []
    readers: dict[Text, Text] | list[Text] = []
    gate_kind: Text = "compound_gate"
    rule: GateRule | None = None
    home_of: Residents | None = None

    def gate_names(self) -> dict[str, str]:
        """Text in the sheet → name of the entrance."""
        return _as_table(self.gates)

    def reader_names(self) -> dict[str, str]:
        """Text in the sheet → name of the inner reader."""
        return _as_table(self.readers)


class Mapping(_Strict, frozen=True):
    """A mapping file, version 1. `source` names the old system."""

    version: Literal[1]
    source: Text
    time: TimePart
    subject: SubjectPart
    gate: GatePart
    units: list[UnitPart]
    direction: DirectionPart | None = None
    sheet: SheetPart = SheetPart()
    temperature: Text | None = None

    def zone(self) -> ZoneInfo:
        """The zone of the sheet's times."""
        return ZoneInfo(self.time.zone)

    def columns(self) -> dict[str, str]:
        """Field → title of every column that is read."""
        subject = self.subject
        named = {field: getattr(subject, field) for field in ("plate", "document", "phone", "name", "id")}
        named |= {f"time{n}": title for n, title in enumerate(self.time.columns)}
        named |= {"gate": self.gate.column, "direction": self.direction.column if self.direction else None}
        named |= {f"home:{unit.name}": unit.home_of.column for unit in self.units if unit.home_of}
        named |= {"temperature": self.temperature}
        return {field: title for field, title in named.items() if title}


def load_mapping(text: str) -> Mapping:
    """Read a mapping file. Raises MappingRefused naming what is wrong."""
    try:
        mapping = msgspec.toml.decode(text, type=Mapping)
    except msgspec.ValidationError as error:
        raise MappingRefused(wording.WRONG_SHAPE, why=str(error)) from error
    except msgspec.DecodeError as error:
        raise MappingRefused(wording.NOT_TOML, why=str(error)) from error
    for problem in _problems(mapping):
        raise problem
    return mapping


def _problems(mapping: Mapping) -> Iterator[MappingRefused]:
    try:
        mapping.zone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield MappingRefused(wording.UNKNOWN_ZONE, zone=mapping.time.zone)
    if not mapping.time.columns:
        yield MappingRefused(wording.NO_TIME_COLUMN)
    yield from _subject_problems(mapping.subject)
    yield from _direction_problems(mapping)
    yield from _unit_problems(mapping.units)


def _subject_problems(subject: SubjectPart) -> Iterator[MappingRefused]:
    wanted, foreign = (_OF_PERSON, _OF_VEHICLE) if subject.kind == "person" else (_OF_VEHICLE, _OF_PERSON)
    for field in set(foreign) - set(wanted):
        if getattr(subject, field):
            yield MappingRefused(wording.WRONG_SUBJECT, field=field, kind=subject.kind)
    if subject.document_kind not in set(DocumentKind):
        yield MappingRefused(wording.UNKNOWN_DOCUMENT_KIND, value=subject.document_kind)
    if not any(getattr(subject, field) for field in wanted):
        yield MappingRefused(wording.NO_SUBJECT, fields=", ".join(f"subject.{field}" for field in wanted))


def _direction_problems(mapping: Mapping) -> Iterator[MappingRefused]:
    ruled = [unit for unit in mapping.units if unit.rule]
    if mapping.direction is None and not ruled:
        yield MappingRefused(wording.NO_DIRECTION)
    if mapping.direction is not None:
        if ruled:
            yield MappingRefused(wording.TWO_DIRECTIONS)
        seen: set[str] = set()
        for value in (folded(value) for values in mapping.direction.values.values() for value in values):
            if value in seen:
                yield MappingRefused(wording.VALUE_TWICE, value=value)
            seen.add(value)


def _unit_problems(units: list[UnitPart]) -> Iterator[MappingRefused]:
    owners: dict[str, str] = {}
    known: set[str] = set()
    for unit in units:
        if unit.name in known:
            yield MappingRefused(wording.UNIT_TWICE, unit=unit.name)
        if unit.inside is not None and unit.inside not in known:
            yield MappingRefused(wording.UNKNOWN_OUTER, unit=unit.name, outer=unit.inside)
        if unit.rule is GateRule.HOME and unit.home_of is None:
            yield MappingRefused(wording.HOME_WITHOUT_RESIDENTS, unit=unit.name)
        known.add(unit.name)
        for gate in map(folded, [*unit.gate_names(), *unit.reader_names()]):
            if gate in owners:
                yield MappingRefused(wording.GATE_TWICE, gate=gate, first=owners[gate], second=unit.name)
            owners[gate] = unit.name


def folded(text: str) -> str:
    """A value of a sheet as it is compared with the mapping file's: outer spaces and case do not count."""
    return text.strip().casefold()


def _as_table(names: dict[str, str] | list[str]) -> dict[str, str]:
    return names if isinstance(names, dict) else {name: name for name in names}
