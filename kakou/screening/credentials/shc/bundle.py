"""What a SMART Health Card says: a FHIR bundle with a patient, immunizations and test results.

Only what was done and reported as final is a record: an immunization of status "not-done", or an observation that was
entered in error or cancelled, is in the bundle but did not take place. Results that are measured quantities are passed
over: they are laboratory values, and no rule at a gate asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kakou.screening.credentials.credential import Holder, Record, RecordKind
from kakou.screening.credentials.refusals import misshapen

_FINAL = ("final", "amended", "corrected")  # compared, not looked up: a status may be anything that JSON holds


def read(bundle: dict[str, Any]) -> tuple[Holder | None, tuple[Record, ...]]:
    """Holder (None if no patient is told) and records, in the bundle's order. Raises CredentialRefused (malformed)."""
    entries = bundle.get("entry")
    if bundle.get("resourceType") != "Bundle" or type(entries) is not list:
        raise misshapen()
    resources = [_object(_object(entry).get("resource")) for entry in entries]
    patients = [found for found in resources if found.get("resourceType") == "Patient"]
    if len(patients) > 1:
        raise misshapen()
    return _holder(patients[0]) if patients else None, tuple(_records(resources))


def _holder(patient: dict[str, Any]) -> Holder:
    name = next(iter(_objects(patient.get("name"))), {})
    given = name.get("given", [])
    if type(given) is not list:
        raise misshapen()
    told = [*(_text(part) for part in given), _maybe(name, "family") or ""]
    written = " ".join(part for part in told if part) or _maybe(name, "text")
    if not written:
        raise misshapen()
    return Holder(name=written, standard_name=None, born=_maybe(patient, "birthDate"))


def _records(resources: Iterable[dict[str, Any]]) -> Iterator[Record]:
    for found in resources:
        kind, status = found.get("resourceType"), found.get("status")
        if kind == "Immunization" and status == "completed":
            yield _vaccination(found)
        elif kind == "Observation" and status in _FINAL and _result(found):
            yield _test(found)


def _vaccination(found: dict[str, Any]) -> Record:
    protocol = next(iter(_objects(found.get("protocolApplied"))), {})
    return Record(
        kind=RecordKind.VACCINATION,
        product=_code(found.get("vaccineCode")),
        manufacturer=_maybe(_object(found.get("manufacturer", {})), "display"),
        dose=_count(protocol.get("doseNumberPositiveInt")),
        doses=_count(protocol.get("seriesDosesPositiveInt")),
        date=_maybe(found, "occurrenceDateTime"),
    )


def _test(found: dict[str, Any]) -> Record:
    return Record(
        kind=RecordKind.TEST,
        method=_code(found.get("code")),
        date=_maybe(found, "effectiveDateTime"),
        result=_result(found),
    )


def _result(found: dict[str, Any]) -> str | None:
    return _code(found.get("valueCodeableConcept")) or _maybe(found, "valueString")


def _code(concept: object) -> str | None:
    """The first code of a CodeableConcept."""
    codings = _objects(_object(concept).get("coding")) if concept is not None else []
    return _maybe(codings[0], "code") if codings else None


def _object(found: object) -> dict[str, Any]:
    if type(found) is not dict:
        raise misshapen()
    return found


def _objects(found: object) -> list[dict[str, Any]]:
    if found is None:
        return []
    if type(found) is not list:
        raise misshapen()
    return [_object(entry) for entry in found]


def _text(found: object) -> str:
    # JSON can hold half of a surrogate pair, which no page and no file can show
    if type(found) is not str or any("\ud800" <= letter <= "\udfff" for letter in found):
        raise misshapen()
    return found


def _maybe(found: dict[str, Any], name: str) -> str | None:
    return None if found.get(name) is None else _text(found[name])


def _count(found: object) -> int | None:
    if found is None:
        return None
    if type(found) is not int or not 0 <= found <= 99:
        raise misshapen()
    return found
