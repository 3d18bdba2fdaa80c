"""A mail to some addresses, through the mail server of the installation."""

from __future__ import annotations

import datetime as dt

from kakou.notices.adapters.shapes import Letter, Notice, Reach, Reply
from kakou.notices.rules.rates import Limit, Rate
from kakou.notices.rules.states import Answer, Outcome
from kakou.notices.rules.texts import cut, one_line, utf8

MOST = 256 * 1024
SUBJECT = 120
RATE = Rate((Limit(30, dt.timedelta(minutes=1)),))


def build(reach: Reach, notice: Notice, at: dt.datetime) -> Letter:
    """Without a subject of its own the first line is it."""
    subject = one_line(notice.subject or notice.body.partition("\n")[0])
    body = cut(notice.body or notice.subject, MOST, utf8, notice.note)
    return Letter(notice.mark, reach.to, cut(subject, SUBJECT, len, "…"), body)


def read(reply: Reply) -> Answer:
    """By the code of SMTP (RFC 5321 4.2.1): 2xx taken by all, 4xx later, 5xx never. Any other is none of a mail server:
    it may have come."""
    outcome = {2: Outcome.SENT, 4: Outcome.LATER, 5: Outcome.NEVER}.get(reply.status // 100)
    if outcome is None:
        return Answer(Outcome.LOST, "unreadable", taken=reply.taken)
    return Answer(outcome, str(reply.status), reply.status, taken=reply.taken)
