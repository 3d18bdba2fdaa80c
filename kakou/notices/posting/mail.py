"""One mail through Django's backend: the server that the settings name. Of several receivers each has it or
is refused on his own."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError, sanitize_address

from kakou.notices.adapters import Letter, Reply
from kakou.notices.posting.guard import NotReached
from kakou.notices.posting.http import ReplyLost

UNFIT, LATER = 553, 451  # codes of ours (RFC 5321 4.2.3): no such way to write it; not now
NONE = "django.core.mail.backends.dummy.EmailBackend"


def send(letter: Letter) -> Reply:
    """Send it once; `taken` of the reply says who has it. The Message-ID is the same at every attempt. Raises
    NotReached, ReplyLost."""
    if settings.EMAIL_BACKEND == NONE:
        raise NotReached("no-mail-server")
    message = EmailMessage(
        letter.subject, letter.body, bcc=list(letter.to),
        headers={
            "To": "undisclosed-recipients:;", "Message-ID": f"<{letter.mark.hex}@kakou>",
            "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip
    connection = get_connection()
    try:
        connection.open()
    except smtplib.SMTPResponseException as refused:
        if refused.smtp_code // 100 not in (4, 5):
            raise NotReached("not-connected") from None
        return Reply(refused.smtp_code)
    except (OSError, smtplib.SMTPException):
        raise NotReached("not-connected") from None
    message.connection = connection
    try:
        return _sent(message, letter.to, getattr(connection, "connection", None))
    finally:
        connection.close()


def _sent(message: EmailMessage, to: tuple[str, ...], smtp: smtplib.SMTP | None) -> Reply:
    """`smtp`: the line of Django's own backend; None: another backend, which says nothing of each receiver."""
    fit = {one: written for one in to if (written := _written(one))}
    codes = dict.fromkeys((one for one in to if one not in fit), UNFIT)
    try:
        if smtp is None:
            message.send()
        elif fit:
            codes |= _handed_over(message, fit, smtp)
    except smtplib.SMTPResponseException as refused:
        if refused.smtp_code // 100 not in (4, 5):  # thanks for the beginning of a text is none for the text
            raise ReplyLost("unreadable") from None
        return Reply(refused.smtp_code)
    except BadHeaderError:
        raise NotReached("bad-header") from None
    except (OSError, smtplib.SMTPException):
        raise ReplyLost("cut-off") from None
    return Reply(_worst(codes.values()), taken=tuple(one for one in to if one not in codes))


def _handed_over(message: EmailMessage, fit: dict[str, str], smtp: smtplib.SMTP) -> dict[str, int]:
    """Receiver → the code with which the server refused it; who is not there, has it."""
    text = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own message
    try:
        refused = smtp.sendmail(message.from_email, list(fit.values()), text)
    except smtplib.SMTPRecipientsRefused as none:  # nothing was sent, to whomever it names
        return {one: none.recipients.get(written, (LATER, b""))[0] for one, written in fit.items()}
    # 252: it cannot say yet whether there is such a receiver, and takes the mail
    return {one: refused[to][0] for one, to in fit.items() if to in refused and refused[to][0] // 100 != 2}


def _written(address: str) -> str:
    """As it is written on the line: the domain in ASCII; "" where no server could read it."""
    local, _, domain = address.rpartition("@")
    if not (local and domain and local.isascii() and address.isprintable()) or " " in address:
        return ""
    try:
        written = sanitize_address(address, "utf-8")
    except ValueError:  # UnicodeError is one
        return ""
    return written if written.isascii() else ""


def _worst(codes: Iterable[int]) -> int:
    """One code of all: later as long as somebody may still take it, never when nobody will, else thanks."""
    found = list(codes)
    if may := [code for code in found if not 500 <= code < 600]:
        return next((code for code in may if 400 <= code < 500), LATER)
    return min(found, default=250)
