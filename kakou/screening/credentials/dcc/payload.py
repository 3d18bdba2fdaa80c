"""What an EU certificate says: a name, a date of birth, and vaccinations or tests or recoveries.

A thin check by hand, of the fields that are used (DCC JSON schema 1.0.0 to 1.3.3, whose fields are these throughout).
The whole schema is no measure: a quarter of the certificates that countries published for testing do not fit it.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from kakou.screening.credentials.credential import Holder, Record, RecordKind
from kakou.screening.credentials.refusals import misshapen

_MOST_ENTRIES = 16


def read(certificate: dict[Any, Any]) -> tuple[Holder, tuple[Record, ...]]:
    """Holder and records. Exactly one of the groups v, t, r has entries; an empty or null group counts as none.

    Raises CredentialRefused (malformed, layer payload).
    """
    told = [group for group in _READERS if certificate.get(group)]
    entries = certificate[told[0]] if len(told) == 1 else None
    if type(entries) is not list or len(entries) > _MOST_ENTRIES or set(map(type, entries)) != {dict}:
        raise misshapen()
    reader = _READERS[told[0]]
    return _holder(certificate), tuple([reader(entry) for entry in entries])


def _holder(certificate: dict[Any, Any]) -> Holder:
    names = certificate.get("nam")
    if type(names) is not dict:
        raise misshapen()
    family, given, born = _maybe(names, "fn"), _maybe(names, "gn"), certificate.get("dob")
    standard = [name for name in (_maybe(names, "fnt"), _maybe(names, "gnt")) if name]
    if not (family or given or standard) or type(born) is not str:
        raise misshapen()
    written = f"{given} {family}" if given and family else given or family or ""
    return Holder(name=written, standard_name="<<".join(standard) or None, born=born)


def _vaccination(entry: dict[Any, Any]) -> Record:
    disease, method, product, manufacturer, date, country, certificate_id = _texts(entry, _OF_VACCINATION)
    return Record(
        kind=RecordKind.VACCINATION,
        disease=disease,
        method=method,
        product=product,
        manufacturer=manufacturer,
        dose=_count(entry, "dn"),
        doses=_count(entry, "sd"),
        date=date,
        country=country,
        certificate_id=certificate_id,
    )


def _test(entry: dict[Any, Any]) -> Record:
    disease, method, date, result, country, certificate_id = _texts(entry, _OF_TEST)
    return Record(
        kind=RecordKind.TEST,
        disease=disease,
        method=method,
        product=_maybe(entry, "ma") or _maybe(entry, "nm"),
        date=date,
        result=result,
        country=country,
        certificate_id=certificate_id,
    )


def _recovery(entry: dict[Any, Any]) -> Record:
    disease, date, valid_from, valid_until, country, certificate_id = _texts(entry, _OF_RECOVERY)
    return Record(
        kind=RecordKind.RECOVERY,
        disease=disease,
        date=date,
        valid_from=valid_from,
        valid_until=valid_until,
        country=country,
        certificate_id=certificate_id,
    )


_READERS = {"v": _vaccination, "t": _test, "r": _recovery}
_OF_VACCINATION = itemgetter("tg", "vp", "mp", "ma", "dt", "co", "ci")
_OF_TEST = itemgetter("tg", "tt", "sc", "tr", "co", "ci")
_OF_RECOVERY = itemgetter("tg", "fr", "df", "du", "co", "ci")


def _texts(entry: dict[Any, Any], wanted: itemgetter[Any]) -> tuple[str, ...]:
    try:
        found: tuple[Any, ...] = wanted(entry)
    except KeyError:
        raise misshapen() from None
    if set(map(type, found)) != {str}:
        raise misshapen()
    return found


def _maybe(entry: dict[Any, Any], name: str) -> str | None:
    found = entry.get(name)
    if found is not None and type(found) is not str:
        raise misshapen()
    return found


def _count(entry: dict[Any, Any], name: str) -> int:
    found = entry.get(name)
    if type(found) is not int or not 0 <= found <= 99:
        raise misshapen()
    return found
