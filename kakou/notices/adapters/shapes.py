"""What adapters are given and give."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kakou.notices.rules.states import Answer, Outcome

JSON = {"Content-Type": "application/json; charset=utf-8"}
_AGAIN = frozenset({408, 409, 425, 429, 500, 503})
_PERHAPS = frozenset({502, 504})  # whoever stands before the receiver does not know what it did
LONGEST = dt.timedelta(hours=1)  # that we let somebody tell us to wait


@dataclass(frozen=True, slots=True)
class Reach:
    """How a channel is reached: address, secret, and at a gateway or by mail to whom. All of it is kept sealed."""

    url: str = ""
    secret: str = ""
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whom:
    """By what one person may be written to: `phone` E.164, `email`; each may be ""."""

    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message. `mark` is the same at every attempt; `note` stands where a text was cut."""

    mark: UUID
    key: str
    subject: str
    body: str
    told_at: dt.datetime
    note: str = "…"

    @property
    def text(self) -> str:
        """Subject and body for whoever knows no subjects."""
        return f"{self.subject}\n{self.body}" if self.subject and self.body else self.subject or self.body


@dataclass(frozen=True, slots=True)
class Request:
    """A POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail; `to` do not see each other."""

    mark: UUID
    to: tuple[str, ...]
    subject: str
    body: str


Parcel = Request | Letter


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP, or of a mail server with its code as `status`, the worst of several. Header names in lower
    case. `taken`: receivers of several who have it now."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[str, ...] = ()


def as_json(value: object) -> bytes:
    """As short as JSON gets, every character as itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def by_status(reply: Reply) -> Answer:
    """What the status alone says."""
    code, wait = str(reply.status), _retry_after(reply)
    if 200 <= reply.status < 300:
        return Answer(Outcome.SENT, code, reply.status)
    if reply.status in _PERHAPS:
        return Answer(Outcome.LOST, code, reply.status, wait)
    if reply.status in _AGAIN or reply.status > 504:
        return Answer(Outcome.LATER, code, reply.status, wait)
    return Answer(Outcome.NEVER, code, reply.status)


def by_code(reply: Reply, names: tuple[str, ...], later: Mapping[int, dt.timedelta]) -> Answer:
    """What the number under the first of `names` in a JSON answer says: 0 sent, one of `later` to be left alone for so
    long, any other never. A status of trouble (503) counts more than a number that we do not know: it is of whoever
    stands before the robot. A 200 that says nothing may have been anything."""
    code, answer = _number(reply.body, names), by_status(reply)
    if code is not None and code in later:
        return Answer(Outcome.LATER, str(code), reply.status, later[code])
    if answer.outcome in (Outcome.LATER, Outcome.LOST):
        return answer
    if code is None:
        return Answer(Outcome.LOST, "unreadable", reply.status) if answer.outcome is Outcome.SENT else answer
    taken = code == 0 and answer.outcome is Outcome.SENT
    return Answer(Outcome.SENT if taken else Outcome.NEVER, str(code), reply.status)


def _number(body: bytes, names: tuple[str, ...]) -> int | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = [told[name] for name in names if name in told] if isinstance(told, dict) else []
    return found[0] if found and type(found[0]) is int and abs(found[0]) < 10**9 else None


def _retry_after(reply: Reply) -> dt.timedelta | None:
    told = reply.headers.get("retry-after", "")
    return (
        min(dt.timedelta(seconds=int(told)), LONGEST) if told.isascii() and told.isdigit() and len(told) < 8 else None
    )
