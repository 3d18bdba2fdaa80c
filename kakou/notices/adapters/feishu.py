"""A robot of a Feishu group (飞书群机器人), signed with its secret where it has one: key and message change places
against DingTalk. domain.md 3.8."""

from __future__ import annotations

import base64
import datetime as dt
import hmac

from kakou.kernel.time import to_ms
from kakou.notices.adapters.shapes import JSON, Notice, Reach, Reply, Request, as_json, by_code
from kakou.notices.rules.rates import Limit, Rate
from kakou.notices.rules.states import Answer
from kakou.notices.rules.texts import cut

MOST = 20 * 1024  # bytes of the whole body
RATE = Rate((Limit(100, dt.timedelta(minutes=1)), Limit(5, dt.timedelta(seconds=1))), spares_half_hours=True)
LATER = {11232: dt.timedelta(minutes=1)}  # too many at once, or in the crowd of a full or half hour


def sign(secret: str, seconds: int) -> str:
    """base64(HMAC-SHA256("<seconds>\\n<secret>", ""))."""
    return base64.b64encode(hmac.digest(f"{seconds}\n{secret}".encode(), b"", "sha256")).decode()


def build(reach: Reach, notice: Notice, at: dt.datetime) -> Request:
    """Text, in which nothing is a tag: `<at user_id="all">` of a text would call the whole group."""
    signed: dict[str, str] = {}
    if reach.secret:
        seconds = to_ms(at) // 1000
        signed = {"timestamp": str(seconds), "sign": sign(reach.secret, seconds)}
    text = notice.text.replace("<", "＜")
    return Request(reach.url, _body(signed, cut(text, MOST, lambda part: len(_body(signed, part)), notice.note)), JSON)


def read(reply: Reply) -> Answer:
    """By `code`, or as older ones answer by `StatusCode`."""
    return by_code(reply, ("code", "StatusCode"), LATER)


def _body(signed: dict[str, str], text: str) -> bytes:
    return as_json({**signed, "msg_type": "text", "content": {"text": text}})
