"""A robot of a WeCom group (企业微信群机器人). The key in its address is all there is of a secret. domain.md 3.8."""

from __future__ import annotations

import datetime as dt

from kakou.notices.adapters.shapes import JSON, Notice, Reach, Reply, Request, as_json, by_code
from kakou.notices.rules.rates import Limit, Rate
from kakou.notices.rules.states import Answer
from kakou.notices.rules.texts import cut, utf8

MOST = 2048  # bytes of text
RATE = Rate((Limit(20, dt.timedelta(minutes=1)),))
LATER = {
    -1: dt.timedelta(0),  # the system is busy
    45009: dt.timedelta(minutes=1),  # more than 20 in a minute
    45033: dt.timedelta(seconds=1),  # too many at once
}


def build(reach: Reach, notice: Notice, at: dt.datetime) -> Request:
    """Text; nobody is called by name."""
    content = cut(notice.text, MOST, utf8, notice.note)
    return Request(reach.url, as_json({"msgtype": "text", "text": {"content": content}}), JSON)


def read(reply: Reply) -> Answer:
    """By `errcode`."""
    return by_code(reply, ("errcode",), LATER)
