"""An SMS gateway that takes JSON: `{"id", "to": [numbers], "text"}` with the secret as bearer. Carriers bill by parts
of 67 characters (domain.md 3.8), so a text is cut after five."""

from __future__ import annotations

import datetime as dt

from kakou.notices.adapters.shapes import JSON, Notice, Reach, Reply, Request, as_json, by_status
from kakou.notices.rules.rates import Limit, Rate
from kakou.notices.rules.states import Answer
from kakou.notices.rules.texts import cut, utf16

PART, PARTS = 67, 5
RATE = Rate((Limit(60, dt.timedelta(minutes=1)),))


def build(reach: Reach, notice: Notice, at: dt.datetime) -> Request:
    """The id is the same at every attempt: a gateway that knows it sends nothing twice."""
    text = cut(notice.text, PART * PARTS, utf16, notice.note)
    headers = {**JSON, "Authorization": f"Bearer {reach.secret}"} if reach.secret else JSON
    return Request(reach.url, as_json({"id": notice.mark.hex, "to": list(reach.to), "text": text}), headers)


def read(reply: Reply) -> Answer:
    """By status."""
    return by_status(reply)
