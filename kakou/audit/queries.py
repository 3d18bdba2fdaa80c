"""Reading the chain: its end, its signed head, and whether it holds."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections

from kakou.audit.events import signer
from kakou.audit.rules import EMPTY, FirstBad, Link, Row, Why, first_bad
from kakou.kernel.errors import Refusal

CHUNK = 5000  # rows per round trip: constant memory however long the chain
READS = """select seq, at, action, by, subject, node, facts::text, prev_hash, hash from audit_event
  where seq > %s order by seq limit %s"""
Fetch = Callable[[str, list[int]], list[tuple[Any, ...]]]
"""(query, values) → all rows of a database."""
_CONTEXT = b"kakou audit head 1\n"  # what is signed can stand for nothing else


class HeadUnfit(Refusal):
    """The head file is damaged, is no head at all, or was not signed by this installation."""

    code = "head-unfit"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a moment, to be kept off this machine: a chain inside one database cannot show that its
    tail was cut off.
    """

    link: Link
    at: dt.datetime
    key: str
    signature: bytes

    def message(self) -> bytes:
        """What is signed."""
        return _message(self.link, self.at)


def end(alias: str = "owner") -> Link:
    """The last row's number and hash."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select seq, hash from audit_event order by seq desc limit 1")
        row = cursor.fetchone()
    return Link(row[0], bytes(row[1])) if row else EMPTY


def count(alias: str = "owner") -> int:
    """How many events the chain claims to have."""
    return end(alias).seq


def subjects_of(action: str, alias: str = "owner", *, among: Collection[str] | None = None) -> frozenset[str]:
    """On what `action` was ever done, of what is visible there; `among` these, which does not read the whole chain."""
    with connections[alias].cursor() as cursor:
        if among is None:
            cursor.execute("select distinct subject from audit_event where action = %s", [action])
        else:
            query = "select distinct subject from audit_event where action = %s and subject = any(%s)"
            cursor.execute(query, [action, list(among)])
        return frozenset(subject for (subject,) in cursor.fetchall())


def verify(
    head: Head | None = None, *, fetch: Fetch | None = None, progress: Callable[[int], None] | None = None
) -> FirstBad | None:
    """The first row at which the chain does not hold, None when it holds to its end and agrees with `head`.

    Streams in chunks of 5,000; `progress` is told how many rows were read. Check the head's signature first
    (`read_head`). `fetch` asks another database than ours; whoever it asks as must see all rows, as the owner does.
    """
    link = EMPTY
    for rows in _chunks(fetch or _ours):
        known = head is not None and rows[0].seq <= head.link.seq <= rows[-1].seq
        found = first_bad(rows, after=link)
        if isinstance(found, FirstBad):
            return found
        if known and head is not None and rows[head.link.seq - rows[0].seq].hash != head.link.hash:
            return FirstBad(head.link.seq, Why.REWRITTEN)
        link = found
        if progress:
            progress(len(rows))
    if head is not None and head.link.seq > link.seq:
        return FirstBad(link.seq + 1, Why.CUT_OFF)
    return None


def signed_head(at: dt.datetime, *, alias: str = "owner") -> Head:
    """The end of the chain now, signed. Raises NobodySigns and what the key store raises."""
    pen, link = signer(), end(alias)
    at = at.astimezone(dt.UTC).replace(microsecond=0)
    return Head(link, at, pen.name(), pen.sign(_message(link, at)))


def write_head(head: Head) -> str:
    """The head as the text of its file: JSON that people can read and print."""
    content = {
        "kakou": "audit head 1",
        "seq": head.link.seq,
        "hash": head.link.hash.hex(),
        "at": head.at.isoformat(),
        "key": head.key,
        "signature": base64.b64encode(head.signature).decode(),
    }
    return json.dumps(content, indent=1) + "\n"


def read_head(text: str, public_pem: bytes | None = None) -> Head:
    """A head out of its file, its signature checked by the installation's key or the public key given.

    Raises HeadUnfit.
    """
    head = _parse_head(text)
    if not signer().holds(head.message(), head.signature, public_pem):
        raise HeadUnfit("This head was not signed by this installation, or was changed afterwards.")
    return head


def _parse_head(text: str) -> Head:
    try:
        content = json.loads(text)
        if content["kakou"] != "audit head 1":
            raise ValueError
        link = Link(int(content["seq"]), bytes.fromhex(content["hash"]))
        signature = base64.b64decode(content["signature"], validate=True)
        return Head(link, dt.datetime.fromisoformat(content["at"]), str(content["key"]), signature)
    except (ValueError, KeyError, TypeError, binascii.Error) as bad:
        raise HeadUnfit(
            "This file is no head of an audit. Give a file written by: kakou audit head --out FILE"
        ) from bad


def _message(link: Link, at: dt.datetime) -> bytes:
    return _CONTEXT + f"{link.seq}\n{link.hash.hex()}\n{at.isoformat()}\n".encode()


def _ours(query: str, values: list[int]) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _chunks(fetch: Fetch) -> Iterator[list[Row]]:
    after = 0
    while True:
        rows = [
            Row(seq, at, action, by, subject, node, json.loads(facts), bytes(prev_hash), bytes(hash))
            for seq, at, action, by, subject, node, facts, prev_hash, hash in fetch(READS, [after, CHUNK])
        ]
        if not rows:
            return
        yield rows
        after = rows[-1].seq
