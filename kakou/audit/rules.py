"""What may stand in the chain, how a row is hashed, and what a broken chain looks like. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from kakou.kernel.errors import Refusal
from kakou.kernel.time import EPOCH

Fact = None | bool | int | str | UUID | dt.date | bytes
Stored = None | bool | int | str | list["Stored"]

GENESIS = bytes(32)  # the prev_hash of the first row
REASON_LENGTH = 200
LONGEST_LIST = 100
_ACTION = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+", re.ASCII)
_KEY = re.compile(r"[a-z][a-z_0-9]{0,39}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,64}", re.ASCII)  # ids, hashes, codes, dates; no name has this shape in Chinese
_NUMBER_OF_A_PERSON = re.compile(r"\d{11,}|\+\d{7,}|\d{17}[\dXx]", re.ASCII)  # telephone, identity number
_LAST_MILLISECOND = 5 * 10**12  # of the year 2128; telephones with 86 before them and identity numbers are larger
_DIGITS_OF_A_PERSON = re.compile(r"\d{7}")
_MICROSECOND = dt.timedelta(microseconds=1)


class PersonalDataInAudit(ValueError):
    """A bug in the caller: the chain outlives the data it tells of, so nothing personal may enter it."""


class ReasonUnfit(Refusal):
    """The one free text of the chain, why somebody looked, is missing, too long or names a number."""

    code = "reason-unfit"


class Row(NamedTuple):
    """One event as stored: `seq` counts from 1 without gaps, hashes are 32 bytes, `facts` is parsed JSON."""

    seq: int
    at: dt.datetime
    action: str
    by: int | None
    subject: str
    node: int | None
    facts: Mapping[str, Stored]
    prev_hash: bytes
    hash: bytes


class Why(StrEnum):
    """How the chain is broken."""

    MISSING = "missing"  # rows were deleted, or the chain does not begin at 1
    EDITED = "edited"  # the content does not give the row's hash
    UNLINKED = "unlinked"  # the row does not follow the one before: one of both was replaced or inserted
    CUT_OFF = "cut-off"  # the signed head knows rows which are gone
    REWRITTEN = "rewritten"  # the signed head knows another row here: everything up to it may have been made anew


@dataclass(frozen=True, slots=True)
class FirstBad:
    """The first row, by `seq`, at which the chain does not hold, and why."""

    seq: int
    why: Why


class Link(NamedTuple):
    """An end of the chain: the last row's number and hash; (0, GENESIS) for an empty one."""

    seq: int
    hash: bytes


EMPTY = Link(0, GENESIS)


def canonical(at: dt.datetime, action: str, by: int | None, subject: str, node: int | None, facts: object) -> str:
    """The text that is hashed: JSON with sorted keys, no spaces, UTF-8 as is, time as microseconds since 1970 UTC."""
    content = {
        "action": action,
        "at": (at - EPOCH) // _MICROSECOND,
        "by": by,
        "facts": facts,
        "node": node,
        "subject": subject,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row_hash(prev_hash: bytes, seq: int, text: str) -> bytes:
    """SHA-256 over the previous hash, the row's number and its canonical text (as the SQL function does it)."""
    return hashlib.sha256(prev_hash + f"{seq}\n{text}".encode()).digest()


def first_bad(rows: Iterable[Row], *, after: Link = EMPTY) -> FirstBad | Link:
    """Walk rows in order of `seq`: the first one that does not hold, or the end of the chain. Streams."""
    seq, hash = after
    for row in rows:
        if row.seq != seq + 1:
            return FirstBad(seq + 1, Why.MISSING)
        text = canonical(row.at, row.action, row.by, row.subject, row.node, row.facts)
        if row_hash(row.prev_hash, row.seq, text) != row.hash:
            return FirstBad(row.seq, Why.EDITED)
        if row.prev_hash != hash:
            return FirstBad(row.seq, Why.UNLINKED)
        seq, hash = row.seq, row.hash
    return Link(seq, hash)


def checked_action(action: str) -> str:
    """`thing.happened`; anything else is a bug."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f"an action is named thing.happened, not {action!r}")
    return action


def checked_subject(subject: str | UUID | None) -> str:
    """The id of what was acted on, '' for nothing. Raises PersonalDataInAudit for anything that is no id."""
    return _code("subject", "" if subject is None else str(subject))


def checked_facts(facts: Mapping[str, Fact | Sequence[Fact]]) -> dict[str, Stored]:
    """Facts as JSON. Codes, ids, numbers, dates and lists of them pass, and one text under `reason`.

    Raises PersonalDataInAudit for other texts, ReasonUnfit for an unfit reason, TypeError for floats and mappings.
    """
    return {_checked_key(key): _checked(key, value) for key, value in facts.items()}


def checked_reason(text: str) -> str:
    """Why somebody looked, 2 to 200 printable characters without a run of seven digits. Raises ReasonUnfit."""
    text = text.strip()
    if not 2 <= len(text) <= REASON_LENGTH or not text.isprintable():
        raise ReasonUnfit("Give a reason of 2 to %(most)d characters.", most=REASON_LENGTH)
    if _DIGITS_OF_A_PERSON.search(text):
        raise ReasonUnfit("A reason must not hold a telephone or document number.")
    return text


def _checked_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a name for a fact: {key!r}")
    return key


def _checked(key: str, value: Fact | Sequence[Fact]) -> Stored:
    if isinstance(value, str) and key == "reason":
        return checked_reason(value)
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        return _scalar(key, value)
    if len(value) > LONGEST_LIST:
        raise PersonalDataInAudit(f"{key}: a list of {len(value)} is data, not a fact about an act")
    return [_scalar(key, item) for item in value]


def _scalar(key: str, value: Fact) -> Stored:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _number(key, value)
    if isinstance(value, bytes):
        return _code(key, value.hex())
    if isinstance(value, dt.date):
        return _code(key, value.isoformat())
    if isinstance(value, str | UUID):
        return _code(key, str(value))
    raise TypeError(f"{key}: {type(value).__name__} has no place in the audit")


def _number(key: str, value: int) -> int:
    if 10**10 <= abs(value) < 10**11 or abs(value) > _LAST_MILLISECOND:
        raise PersonalDataInAudit(f"{key}: a number of this size may be a person's")
    return int(value)


def _code(key: str, text: str) -> str:
    if not _CODE.fullmatch(text) or _NUMBER_OF_A_PERSON.fullmatch(text):
        raise PersonalDataInAudit(f"{key}: only ids and codes of up to 64 plain characters may enter the audit")
    return str(text)
