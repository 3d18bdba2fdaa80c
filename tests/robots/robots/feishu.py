"""Feishu (飞书) group robot.

Source: Feishu robot documentation as collected 2021–2026 (open.larkoffice.com, page ucTM5YjL3ETO24yNxkjN, official;
blog 136166075): POST to ``/open-apis/bot/v2/hook/ID`` with ``{"timestamp": "SEC", "sign": S, "msg_type": "text",
"content": {"text": ...}}`` and S = base64(HMAC-SHA256(key="SEC\\nsecret", message="")), key and message swapped
against DingTalk; types text, post, image, interactive, share_chat; at most 20 KB; 100 messages a minute and 5 a
second; full and half hours are to be avoided (11232); 19024 keyword, 19022 IP, 9499 bad body.

Assumed: 20 KB are 20 × 1024 bytes of the whole body; a body too large is a bad body (9499); 11232 also stands for the
two rates; a full or half hour lasts ``crowded_seconds`` and refuses everything; ``timestamp`` is a string of digits
within one hour of the clock, as with DingTalk; interactive has its object under ``content`` or ``card``; a keyword
may stand anywhere in the strings of the message; the answer is ``{"code", "msg", "data"}``; a wrong signature or ID
has no named code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from robots.base import (
    Content,
    Reason,
    Refused,
    Request,
    Robot,
    Window,
    compact,
    filled_object,
    filled_text,
    known_type,
    parse_object,
    require_post,
)

PREFIX = "/open-apis/bot/v2/hook/"
TYPES = ("text", "post", "image", "interactive", "share_chat")
BODY_BYTES = 20 * 1024
PER_MINUTE = 100
PER_SECOND = 5
HALF_HOUR = 1800
CLOCK_SECONDS = 3600
RATE_CODE = 11232
KEYWORD_CODE = 19024
IP_CODE = 19022
BODY_CODE = 9499


def signature(secret: str, timestamp: str) -> str:
    """The signature in base64: the stamp and the secret are the key, the message is empty."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


class FeishuRobot(Robot):
    """A Feishu group robot; without a ``secret``, ``keywords`` or ``allowed_ips`` it does not check these."""

    CODES: ClassVar[Mapping[Reason, int]] = {
        **dict.fromkeys((Reason.JSON, Reason.MSGTYPE, Reason.SHAPE, Reason.SIZE), BODY_CODE),
        **dict.fromkeys((Reason.RATE, Reason.CROWDED), RATE_CODE),
        Reason.KEYWORD: KEYWORD_CODE,
        Reason.IP: IP_CODE,
    }

    def __init__(
        self,
        hook: str = "feishu-hook",
        secret: str | None = "demo",  # noqa: S107 - a robot of the tests has no secrets
        clock: Callable[[], float] = time.time,
        *,
        keywords: Collection[str] = (),
        allowed_ips: Collection[str] = (),
        crowded_seconds: float = 60.0,
        codes: Mapping[Reason, int] | None = None,
    ) -> None:
        super().__init__(clock, codes)
        self.hook = hook
        self.secret = secret
        self.keywords = tuple(keywords)
        self.allowed_ips = frozenset(allowed_ips)
        self.crowded_seconds = crowded_seconds
        self._minute = Window(PER_MINUTE, 60.0)
        self._second = Window(PER_SECOND, 1.0)

    @property
    def target(self) -> str:
        """``/open-apis/bot/v2/hook/ID``."""
        return PREFIX + quote(self.hook, safe="")

    def authenticate(self, request: Request) -> None:
        """Path, method, ID and the address of the sender."""
        if not request.path.startswith(PREFIX):
            raise Refused(Reason.PATH, f"no robot at {request.path}")
        require_post(request)
        if unquote(request.path.removeprefix(PREFIX)) != self.hook:
            raise Refused(Reason.KEY, "unknown hook")
        if self.allowed_ips and request.client not in self.allowed_ips:
            raise Refused(Reason.IP, f"{request.client} is not allowed")

    def _verify(self, body: Mapping[str, Any], secret: str, now: float) -> None:
        stamp = body.get("timestamp")
        if not (isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) <= 20):
            raise Refused(Reason.TIMESTAMP, "timestamp is not a string of whole seconds")
        if abs(int(stamp) - now) > CLOCK_SECONDS:
            raise Refused(Reason.TIMESTAMP, "timestamp in seconds is more than one hour from the clock")
        sign = body.get("sign")
        if not isinstance(sign, str):
            raise Refused(Reason.SIGNATURE, "sign is not a string")
        if not hmac.compare_digest(sign.encode("utf-8", "replace"), signature(secret, stamp).encode()):
            raise Refused(Reason.SIGNATURE, "sign does not match")

    def check(self, request: Request, raw: bytes, now: float) -> Content:
        """Size, signature, type, shape and keyword."""
        if len(raw) > BODY_BYTES:
            raise Refused(Reason.SIZE, f"the body has {len(raw)} bytes, more than {BODY_BYTES}")
        body = parse_object(raw)
        if self.secret is not None:
            self._verify(body, self.secret, now)
        msgtype = known_type(body, "msg_type", TYPES)
        place = "card" if msgtype == "interactive" and "card" in body else "content"
        part = filled_object(body, place)
        text = filled_text(part, "text") if msgtype == "text" else compact(part)
        if self.keywords and not any(word in one for word in self.keywords for one in _strings(part)):
            raise Refused(Reason.KEYWORD, "no keyword in the message")
        return Content(msgtype, text, body)

    def count(self, now: float) -> None:
        """Full and half hours, 5 messages in any second, 100 in any 60 seconds."""
        if now % HALF_HOUR < self.crowded_seconds:
            raise Refused(Reason.CROWDED, "full or half hour")
        if self._second.full(now):
            raise Refused(Reason.RATE, f"more than {PER_SECOND} messages a second")
        if self._minute.full(now):
            raise Refused(Reason.RATE, f"more than {PER_MINUTE} messages a minute")
        self._second.add(now)
        self._minute.add(now)

    def answer(self, code: int, message: str) -> dict[str, Any]:
        """``{"code", "msg", "data"}``."""
        return {"code": code, "msg": message or "success", "data": {}}


def _strings(value: object) -> list[str]:
    """Every string value in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one)]
    return []
