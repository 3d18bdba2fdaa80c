"""What a mail says: who wrote it, when, what, with which picture. Pure: bytes in, words out.

Anybody may write it, and it is read again until it was read: each step here takes time in proportion to its length.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
import string
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, NamedTuple, cast

from kakou.kernel.errors import Refusal
from kakou.services.rules import Picture, picture_of

MOST_PARTS = 100
LONGEST_PAGE = 500_000  # characters
_UNSAID, _BREAKING = frozenset({"script", "style", "head", "title"}), frozenset({"br", "p", "div", "tr", "li"})
_TAG_NAME = re.compile(r"/?([a-z]{1,10})")
_SMALL = {ord(sign): sign.lower() for sign in string.ascii_uppercase}
MOST_LINES, MOST_MARKS = 500_000, 100  # marks: lines that begin with "--", as each part does
LONGEST_HEADER = 1_000  # characters: the library's parser takes the square of it
FIRST_YEAR, LAST_YEAR = 1970, 2199  # a moment at the end of the calendar breaks every page that shows it
_QUOTE = re.compile(  # where the mail that is answered begins
    r"^(?:-{2,}\s*(?:原始邮件|Original Message|转发邮件信息)\s*-{2,}|在.{1,80}写道[:：]|On .{1,200} wrote:)\s*$",
    re.I | re.M,
)


class _Policy(EmailPolicy):
    """Headers no longer than anybody needs them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and value."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


class Letter(NamedTuple):
    """A mail. `id`: its Message-ID, or a hash of it all where it has none; `pictures`: how many more than the first;
    `is_whole`: False where it has so many parts or lines that only its headers were read."""

    id: str
    name: str
    address: str
    sent_at: dt.datetime | None
    text: str
    photo: Picture | None
    pictures: int
    is_whole: bool = True


def read_letter(content: bytes) -> Letter:
    """Whatever it is: what cannot be read of it is left out, never the mail."""
    is_whole = _is_simple(content)
    mail = cast(EmailMessage, message_from_bytes(content if is_whole else _headers_of(content), policy=_Policy()))
    name, address = parseaddr(_header(mail, "From"))
    found = _pictures(mail)
    subject = " ".join(_header(mail, "Subject").split())
    text = f"{subject}\n{_own(_body(mail).strip())}".strip()
    id = _header(mail, "Message-ID").strip() or hashlib.sha256(content).hexdigest()
    return Letter(
        id, name, address if "@" in address else "", _sent(mail), text, found[0] if found else None,
        max(len(found) - 1, 0), is_whole,
    )  # fmt: skip


def _is_simple(content: bytes) -> bool:
    """Few enough parts and lines; the library ends lines at CR, too."""
    lines = max(content.count(b"\n"), content.count(b"\r"))
    return lines <= MOST_LINES and content.count(b"\n--") + content.count(b"\r--") <= MOST_MARKS


def _headers_of(content: bytes) -> bytes:
    return re.split(rb"\r\n\r\n|\n\n|\r\r", content, maxsplit=1)[0]


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail.get(name, ""))
    except (MessageError, ValueError, LookupError, AttributeError, IndexError, TypeError, RecursionError):
        # the parser's own faults
        return ""


def _sent(mail: EmailMessage) -> dt.datetime | None:
    try:
        at = parsedate_to_datetime(_header(mail, "Date"))
        sent = (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return sent if FIRST_YEAR <= sent.year <= LAST_YEAR else None


def _body(mail: EmailMessage) -> str:
    """The plain text of it; of a page its words."""
    try:
        part = mail.get_body(("plain", "html"))
    except (MessageError, AttributeError, ValueError, LookupError):
        part = None
    if part is None:
        return ""
    told = _content(part)[:LONGEST_PAGE]
    return _words(told) if part.get_content_type() == "text/html" else told


def _own(text: str) -> str:
    """Without the mail that is answered; one that is passed on without a word is what is meant."""
    return _QUOTE.split(text, maxsplit=1)[0].strip() or text


def _content(part: MIMEPart[Any, Any]) -> str:
    """In the characters that it names; a charset that nobody knows is read as GB 18030, as old programs write."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError, MessageError):
        content = part.get_payload(decode=True)
        return content.decode("gb18030", "replace") if isinstance(content, bytes) else ""


def _words(page: str) -> str:
    """The words of a page, each block on a line of its own. By finding alone, each sign looked at once: the parser of
    the standard library takes hours for a page that is made for it."""
    said = html.unescape("".join(_said(page[:LONGEST_PAGE])))
    lines = (" ".join(line.split()) for line in said.split("\n"))
    return "\n".join(line for line in lines if line)


def _said(page: str) -> Iterator[str]:
    at, small = 0, page.translate(_SMALL)  # as long as before, which lower() does not promise
    while (begins := page.find("<", at)) >= 0:
        yield page[at:begins]
        ends = page.find(">", begins)
        if ends < 0:
            return  # a tag that never ends
        tag = _TAG_NAME.match(small, begins + 1)
        name = tag[1] if tag else ""
        if name in _BREAKING:
            yield "\n"
        at = ends + 1
        if name in _UNSAID and small[begins + 1] != "/":
            at = small.find(f"</{name}", at)
            if at < 0:
                return
    yield page[at:]


def _pictures(mail: EmailMessage) -> list[Picture]:
    found = []
    for number, part in enumerate(mail.walk()):
        if number == MOST_PARTS:
            break
        if part.get_content_maintype() != "image":
            continue
        try:
            content = part.get_payload(decode=True)
            found.append(picture_of(content if isinstance(content, bytes) else b""))
        except (Refusal, ValueError, MessageError):
            continue
    return found
