"""The server of a mailbox, asked by IMAP over TLS (RFC 3501, 9051). Looks, fetches, marks as seen; deletes nothing."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from kakou.notices.posting.guard import Guard, NotReached

SECONDS = 20  # that a server may keep silent
LOOK = 120.0  # seconds for one look, whatever the server says meanwhile; no mail is begun in its second half
MOST_BYTES = 20 << 20  # of one mail; of a larger one its headers
MOST_HEADERS = 1 << 20
imaplib._MAXLINE = max(imaplib._MAXLINE, 1 << 20)  # type: ignore[attr-defined] # a search may list many


class Account(NamedTuple):
    """A mailbox as it was set up."""

    host: str
    port: int
    user: str
    password: str
    folder: str


class Fetched(NamedTuple):
    """One mail. `is_whole`: False where it was so large that only its headers were fetched."""

    uid: bytes
    content: bytes
    is_whole: bool


class MailboxTrouble(Exception):
    """It could not be looked into. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFetched(Exception):
    """The server hands this one mail not out; the next may be had."""


class Mailbox:
    """An open folder. `validity`: mails have the same numbers as long as it is the same."""

    def __init__(self, server: imaplib.IMAP4, until: float) -> None:
        self._server, self._until = server, until
        [told] = server.response("UIDVALIDITY")[1]
        self.validity = told.decode() if told else ""

    def unseen(self) -> list[bytes]:
        """The numbers of the mails that nobody has seen, the oldest first."""
        [found] = self._told("SEARCH", "UNSEEN")
        return sorted((found or b"").split(), key=int)

    @property
    def is_late(self) -> bool:
        """Is there too little time left to begin with another mail?"""
        return self._until - time.monotonic() < LOOK / 2

    def fetched(self, uid: bytes) -> Fetched:
        """One mail; fetching does not mark it. Raises NotFetched, also for one that somebody took away meanwhile."""
        sizes = b" ".join(part if isinstance(part, bytes) else part[0] for part in self._fetch(uid, "(RFC822.SIZE)"))
        found = re.search(rb"RFC822\.SIZE (\d+)", sizes)
        if found is None:
            raise NotFetched
        is_whole = int(found[1]) <= MOST_BYTES
        parts = self._fetch(uid, "(BODY.PEEK[])" if is_whole else "(BODY.PEEK[HEADER])")
        content = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if content is None:
            raise NotFetched
        return Fetched(uid, content, is_whole)

    def mark_seen(self, uid: bytes) -> None:
        """Of no further use to us; it stays where it is."""
        self._told("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")

    def _fetch(self, uid: bytes, what: str) -> list[Any]:
        state, told = self._server.uid("FETCH", uid.decode(), what)
        if state != "OK":
            raise NotFetched
        return [part for part in told if part]

    def _told(self, command: str, *words: str) -> list[Any]:
        state, told = self._server.uid(command, *words)
        if state != "OK":
            raise MailboxTrouble("cut-off")
        return told


class _Timed(ssl.SSLSocket):
    """Reads until a moment and no longer: a server that says a byte now and then is never silent."""

    until = 0.0

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """As of any socket."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(SECONDS, left))
        return super().recv_into(*args, **kwargs)


class _Reached(imaplib.IMAP4_SSL):
    """Connects to the address that was looked at, and asks for a certificate of the name."""

    def __init__(self, account: Account, address: str, until: float) -> None:
        self._address, self._until = address, until
        secured = ssl.create_default_context()
        secured.sslsocket_class = _Timed
        super().__init__(account.host, account.port, ssl_context=secured, timeout=SECONDS)

    def read(self, size: int) -> bytes:
        """What the server says comes next; never more than we asked for."""
        if size > MOST_BYTES + MOST_HEADERS:
            raise self.abort("a server sends more than it was asked for")
        return super().read(size)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self.port), timeout)
        try:
            secured: _Timed = self.ssl_context.wrap_socket(plain, server_hostname=self.host)
            secured.until = self._until
            return secured
        except OSError:
            plain.close()
            raise


@contextmanager
def opened(account: Account, guard: Guard) -> Iterator[Mailbox]:
    """The folder, for as long as the block runs. Raises MailboxTrouble, also when something breaks within."""
    until = time.monotonic() + LOOK
    try:
        address = guard.checked(account.host, account.port, is_plain=False)
        server = _Reached(account, address, until)
    except NotReached as refused:
        raise MailboxTrouble(refused.code) from None
    except ssl.SSLError:
        raise MailboxTrouble("tls") from None
    except (OSError, imaplib.IMAP4.error):
        raise MailboxTrouble("not-connected") from None
    try:
        _enter(server, account)
        yield Mailbox(server, until)
    except (OSError, imaplib.IMAP4.error):
        raise MailboxTrouble("cut-off" if time.monotonic() < until else "too-slow") from None
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        with suppress(OSError):
            server.shutdown()


def _enter(server: imaplib.IMAP4, account: Account) -> None:
    try:
        server.login(account.user, account.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError):
        raise MailboxTrouble("refused") from None
    if "ID" in server.capabilities:  # some servers of China let nobody in who does not say what he is (RFC 2971)
        with suppress(imaplib.IMAP4.error):
            server.xatom("ID", '("name" "kakou")')
    state, _ = server.select(f'"{account.folder}"')
    if state != "OK":
        raise MailboxTrouble("no-folder")
