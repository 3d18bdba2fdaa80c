"""A program of somebody else, told as Standard Webhooks asks (https://www.standardwebhooks.com): id, timestamp and
signature in headers. The id is the same at every attempt, so that the receiver can throw a second one away."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac

from kakou.kernel.time import to_ms
from kakou.notices.adapters.shapes import JSON, Notice, Reach, Reply, Request, as_json, by_status
from kakou.notices.rules.rates import Limit, Rate
from kakou.notices.rules.states import Answer, NoticeRefused
from kakou.notices.rules.texts import cut

MOST = 20 * 1024  # bytes of the whole body, as the specification advises
RATE = Rate((Limit(300, dt.timedelta(minutes=1)), Limit(10, dt.timedelta(seconds=1))))
PREFIX = "whsec_"


def check_secret(secret: str) -> None:
    """Raises NoticeRefused for what is no base64 of 24 to 64 bytes."""
    try:
        good = 24 <= len(_key(secret)) <= 64
    except binascii.Error:
        good = False
    if not good:
        raise NoticeRefused("The secret is whsec_ and the base64 of 24 to 64 random bytes.")


def sign(secret: str, id: str, seconds: int, body: bytes) -> str:
    """v1,base64(HMAC-SHA256(key, "<id>.<seconds>.<body>"))."""
    signed = f"{id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def build(reach: Reach, notice: Notice, at: dt.datetime) -> Request:
    """type, timestamp, data; signed as of `at`."""
    text = cut(notice.body, MOST, lambda part: len(_body(notice, part)), notice.note)
    id, seconds, body = f"msg_{notice.mark.hex}", to_ms(at) // 1000, _body(notice, text)
    headers = {
        **JSON, "webhook-id": id, "webhook-timestamp": str(seconds),
        "webhook-signature": sign(reach.secret, id, seconds, body),
    }  # fmt: skip
    return Request(reach.url, body, headers)


def read(reply: Reply) -> Answer:
    """By status: any 2xx is thanks."""
    return by_status(reply)


def _key(secret: str) -> bytes:
    bare = secret.removeprefix(PREFIX).rstrip("=")  # some write it without its padding
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _body(notice: Notice, text: str) -> bytes:
    data = {"key": notice.key, "subject": notice.subject, "text": text}
    return as_json({"type": "notice.told", "timestamp": notice.told_at.isoformat(), "data": data})
