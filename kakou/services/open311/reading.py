"""What programs ask and report, read as the text of GeoReport v2 says. An argument that is empty was not given."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kakou.kernel.errors import Refusal
from kakou.places.geo import Position
from kakou.services.queries.public import MOST, SPAN, Page
from kakou.services.rules import LONGEST, Category, Contact, TextRefused, checked_contact

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
_LOST_PLUS = re.compile(r" (\d\d:\d\d)$")  # a plus that nobody escaped in a URL
OPEN, CLOSED = "open", "closed"
LAST_PAGE = 1_000_000
Arguments = Mapping[str, str]


class ArgumentRefused(Refusal):
    """An argument is missing, or cannot be."""

    code = "argument-refused"
    status = 400


class ServiceUnknown(Refusal):
    """There is no such service."""

    code = "service-unknown"
    status = 404


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests: `ids` overrides all else. `closed` None: open ones and closed ones. `page`: of the extension."""

    ids: tuple[UUID, ...] | None
    since: dt.datetime
    until: dt.datetime
    categories: frozenset[Category]
    closed: bool | None
    page: Page


@dataclass(frozen=True, slots=True)
class Reported:
    """One request as a program tells it. `address_id` "" where it names none; `text` holds everything that was said of
    what and where, `position` lat and long."""

    category: Category
    text: str
    address_id: str
    address: str
    contact: Contact
    position: Position | None


def read_category(code: str) -> Category:
    """Raises ServiceUnknown."""
    if code not in set(Category):
        raise ServiceUnknown("There is no service with the service_code %(code)s.", code=code[:40])
    return Category(code)


def read_asked(arguments: Arguments, *, now: dt.datetime) -> Asked:
    """Raises ArgumentRefused, ServiceUnknown."""
    since, until = _span(_moment(arguments, "start_date"), _moment(arguments, "end_date"), now)
    given, states = _listed(arguments, "service_request_id"), set(_listed(arguments, "status"))
    if not states <= {OPEN, CLOSED}:
        raise ArgumentRefused("status is open, closed, or both with a comma between them.")
    return Asked(
        tuple(id for text in given if (id := read_id(text)) is not None) if given else None, since, until,
        frozenset(map(read_category, _listed(arguments, "service_code"))),
        None if len(states) != 1 else states == {CLOSED},
        Page(_whole(arguments, "page", 1, LAST_PAGE), _whole(arguments, "page_size", MOST, MOST)),
    )  # fmt: skip


def read_id(text: str) -> UUID | None:
    """The id of a request, None for what can be none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read_reported(arguments: Arguments) -> Reported:
    """Raises ArgumentRefused, ServiceUnknown, and what is wrong with text, number or name."""
    code = _given(arguments, "service_code")
    if not code:
        raise ArgumentRefused("service_code was not provided.")
    address_id, address = _given(arguments, "address_id"), _given(arguments, "address_string")
    position = _position(arguments)
    if not (address_id or address or position):
        raise ArgumentRefused("A location was not provided: lat and long, address_string, or address_id.")
    description = _given(arguments, "description")
    if len(description) > LONGEST:
        raise TextRefused("Say it in at most %(most)d characters.", most=LONGEST)
    names = [_given(arguments, name) for name in ("last_name", "first_name")]
    text = "\n".join(part for part in (description, address) if part)
    contact = checked_contact(_given(arguments, "phone"), _full(*names), _given(arguments, "email"))
    return Reported(read_category(code), text[:LONGEST], address_id, address, contact, position)


def _full(last: str, first: str) -> str:
    """王小明, but Ana Silva."""
    return f"{first} {last}".strip() if (last + first).isascii() else last + first


def _position(arguments: Arguments) -> Position | None:
    lat, long = _given(arguments, "lat"), _given(arguments, "long")
    if not lat and not long:
        return None
    try:
        north, east = float(lat), float(long)
    except ValueError:
        raise ArgumentRefused("lat and long are both given, in degrees.") from None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ArgumentRefused("lat and long are both given, in degrees.")
    return east, north


def _span(since: dt.datetime | None, until: dt.datetime | None, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    try:
        if since is None:
            end = until or now
            return end - SPAN, end
        end = until or since + SPAN
    except OverflowError:
        raise ArgumentRefused("start_date and end_date lie between the years 1 and 9999.") from None
    if end < since:
        raise ArgumentRefused("end_date lies before start_date.")
    if end - since > SPAN:
        raise ArgumentRefused("start_date and end_date span more than %(days)d days.", days=SPAN.days)
    return since, end


def _moment(arguments: Arguments, name: str) -> dt.datetime | None:
    text = _LOST_PLUS.sub(r"+\1", _given(arguments, name))
    if not text:
        return None
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ArgumentRefused("%(name)s is written as 2010-01-01T00:00:00Z.", name=name) from None


def _whole(arguments: Arguments, name: str, otherwise: int, most: int) -> int:
    text = _given(arguments, name)
    if not text:
        return otherwise
    if not re.fullmatch("0*[1-9][0-9]{0,6}", text) or int(text) > most:
        raise ArgumentRefused("%(name)s is a whole number from 1 to %(most)d.", name=name, most=most)
    return int(text)


def _listed(arguments: Arguments, name: str) -> list[str]:
    return [part for text in _given(arguments, name).split(",") if (part := text.strip())]


def _given(arguments: Arguments, name: str) -> str:
    return str(arguments.get(name, "")).strip()
