"""One mail through Django's backend: the server that the settings name."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError

from kakou.notices.adapters import Letter, Reply
from kakou.notices.posting.guard import NotReached
from kakou.notices.posting.http import ReplyLost

NONE = "django.core.mail.backends.dummy.EmailBackend"


def send(letter: Letter) -> Reply:
    """Send it once. The Message-ID is the same at every attempt. Raises NotReached, ReplyLost."""
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
        return Reply(refused.smtp_code)
    except (OSError, smtplib.SMTPException):
        raise NotReached("not-connected") from None
    message.connection = connection
    try:
        return _sent(message)
    finally:
        connection.close()


def _sent(message: EmailMessage) -> Reply:
    try:
        message.send()
    except smtplib.SMTPResponseException as refused:
        return Reply(refused.smtp_code)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        return Reply(min(codes, default=550))
    except BadHeaderError:
        raise NotReached("bad-header") from None
    except (OSError, smtplib.SMTPException):
        raise ReplyLost("cut-off") from None
    return Reply(250)
