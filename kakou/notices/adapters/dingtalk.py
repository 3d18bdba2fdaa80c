"""A robot of a DingTalk group (钉钉群机器人), signed with its secret where it has one. domain.md 3.8."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from urllib.parse import quote_plus

from kakou.kernel.time import to_ms
from kakou.notices.adapters.shapes import JSON, Notice, Reach, Reply, Request, as_json, by_code
from kakou.notices.rules.rates import Limit, Rate
from kakou.notices.rules.states import Answer
from kakou.notices.rules.texts import cut

MOST = 20_000  # bytes of the whole body
RATE = Rate((Limit(20, dt.timedelta(minutes=1)),))
LATER = {
    -1: dt.timedelta(0),  # the system is busy
    130101: dt.timedelta(minutes=10),  # more than 20 in a minute: it hears nothing for ten
}


def sign(secret: str, ms: int) -> str:
    """base64(HMAC-SHA256(secret, "<ms>\\n<secret>")), as it stands in a query."""
    return quote_plus(base64.b64encode(hmac.digest(secret.encode(), f"{ms}\n{secret}".encode(), "sha256")))


def build(reach: Reach, notice: Notice, at: dt.datetime) -> Request:
    """Text; the signature stands in the address and holds for an hour."""
    url = reach.url
    if reach.secret:
        ms = to_ms(at)
        url += f"&timestamp={ms}&sign={sign(reach.secret, ms)}"
    content = cut(notice.text, MOST, lambda text: len(_body(text)), notice.note)
    return Request(url, _body(content), JSON)


def read(reply: Reply) -> Answer:
    """By `errcode`."""
    return by_code(reply, ("errcode",), LATER)


def _body(text: str) -> bytes:
    return as_json({"msgtype": "text", "text": {"content": text}})
