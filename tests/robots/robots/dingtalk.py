"""DingTalk (钉钉) group robot.

Source: DingTalk robot documentation as collected 2021–2026 (mihaoyun.com/?p=391; zhuoqun.info/article/182; secondary
pages): POST to ``/robot/send?access_token=T&timestamp=MS&sign=S`` with S = urlencode(base64(HMAC-SHA256(key=secret,
message="MS\\nsecret"))); clock within one hour; types text, link, markdown with title and text, actionCard, feedCard;
20 messages a minute, then a block of 10 minutes with error 130101.  The source names no other error code and no size.

Assumed: exactly one hour is still good; the 21st message in any 60 seconds is refused and starts the block, which
later attempts do not lengthen; text has its string in ``text.content``; the other types need a filled object under
their own name; the answer is ``{"errcode", "errmsg"}``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote, quote_plus

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
    single,
)

PATH = "/robot/send"
TYPES = ("text", "link", "markdown", "actionCard", "feedCard")
PER_MINUTE = 20
BLOCK_SECONDS = 600.0
BLOCK_CODE = 130101
CLOCK_SECONDS = 3600


def signature(secret: str, timestamp: str) -> str:
    """The signature in base64, before it is encoded for the address."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def query_signature(secret: str, timestamp: str) -> str:
    """The signature as it stands in the address."""
    return quote_plus(signature(secret, timestamp))


class DingTalkRobot(Robot):
    """A DingTalk group robot; without a ``secret`` it asks for no signature.  ``url`` holds the token only."""

    CODES: ClassVar[Mapping[Reason, int]] = {Reason.RATE: BLOCK_CODE, Reason.BLOCKED: BLOCK_CODE}

    def __init__(
        self,
        token: str = "dingtalk-token",  # noqa: S107 - a robot of the tests has no secrets
        secret: str | None = "SECtest",  # noqa: S107
        clock: Callable[[], float] = time.time,
        codes: Mapping[Reason, int] | None = None,
    ) -> None:
        super().__init__(clock, codes)
        self.token = token
        self.secret = secret
        self.blocked_until: float | None = None
        self._minute = Window(PER_MINUTE, 60.0)

    @property
    def target(self) -> str:
        """``/robot/send?access_token=T``, to which the sender adds timestamp and sign."""
        return f"{PATH}?access_token={quote(self.token, safe='')}"

    def authenticate(self, request: Request) -> None:
        """Path, method and token."""
        if request.path != PATH:
            raise Refused(Reason.PATH, f"no robot at {request.path}")
        require_post(request)
        if single(request, "access_token", Reason.KEY) != self.token:
            raise Refused(Reason.KEY, "unknown access_token")

    def _verify(self, request: Request, secret: str, now: float) -> None:
        stamp = single(request, "timestamp", Reason.TIMESTAMP)
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 20):
            raise Refused(Reason.TIMESTAMP, "timestamp is not a whole number of milliseconds")
        if abs(int(stamp) - now * 1000) > CLOCK_SECONDS * 1000:
            raise Refused(Reason.TIMESTAMP, "timestamp in milliseconds is more than one hour from the clock")
        sign = single(request, "sign", Reason.SIGNATURE)
        if not hmac.compare_digest(sign.encode("utf-8", "replace"), signature(secret, stamp).encode()):
            raise Refused(Reason.SIGNATURE, "sign does not match")

    def check(self, request: Request, raw: bytes, now: float) -> Content:
        """Signature, type and shape."""
        if self.secret is not None:
            self._verify(request, self.secret, now)
        body = parse_object(raw)
        msgtype = known_type(body, "msgtype", TYPES)
        part = filled_object(body, msgtype)
        if msgtype == "text":
            return Content(msgtype, filled_text(part, "content"), body)
        if msgtype == "markdown":
            filled_text(part, "title")
            return Content(msgtype, filled_text(part, "text"), body)
        return Content(msgtype, compact(part), body)

    def count(self, now: float) -> None:
        """20 messages in any 60 seconds; one more starts a block of 10 minutes."""
        if self.blocked_until is not None and now < self.blocked_until:
            raise Refused(Reason.BLOCKED, f"blocked for another {self.blocked_until - now:g} seconds")
        if self._minute.full(now):
            self.blocked_until = now + BLOCK_SECONDS
            raise Refused(Reason.RATE, f"more than {PER_MINUTE} messages a minute: blocked for 10 minutes")
        self.blocked_until = None
        self._minute.add(now)

    def answer(self, code: int, message: str) -> dict[str, Any]:
        """``{"errcode", "errmsg"}``."""
        return {"errcode": code, "errmsg": message or "ok"}
