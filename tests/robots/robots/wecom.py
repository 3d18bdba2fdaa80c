"""WeCom (企业微信) group robot.

Source: WeCom robot documentation as collected 2021–2026 (cnblogs.com/tiandi/p/17768525;
skills.sh/ajaxhe/wecom-bot-skill; secondary pages): POST to ``/cgi-bin/webhook/send?key=K``; types text, markdown,
image, news, file, voice, template_card; text of at most 2048 bytes; 20 messages a minute for each robot; markdown has
the font colours info, comment, warning and no list of people to mention.  The source names no error code.

Assumed: 2048 bytes are UTF-8 bytes of ``text.content``; other types have no limit; markdown has its string in
``markdown.content``; a mention list in markdown is refused, an unknown font colour is taken with a remark; types
without a described shape need a filled object under their own name; the answer is ``{"errcode", "errmsg"}``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

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
    size,
)

PATH = "/cgi-bin/webhook/send"
TYPES = ("text", "markdown", "image", "news", "file", "voice", "template_card")
TEXT_BYTES = 2048
PER_MINUTE = 20
COLOURS = ("info", "comment", "warning")
MENTIONS = ("mentioned_list", "mentioned_mobile_list")
_FONT = re.compile(r"""<font\s+color\s*=\s*["']?([^"'>\s]*)""", re.IGNORECASE)


class WeComRobot(Robot):
    """A WeCom group robot; ``key`` is the one in its address."""

    def __init__(
        self,
        key: str = "wecom-key",
        clock: Callable[[], float] = time.time,
        codes: Mapping[Reason, int] | None = None,
    ) -> None:
        super().__init__(clock, codes)
        self.key = key
        self._minute = Window(PER_MINUTE, 60.0)

    @property
    def target(self) -> str:
        """``/cgi-bin/webhook/send?key=K``."""
        return f"{PATH}?key={quote(self.key, safe='')}"

    def authenticate(self, request: Request) -> None:
        """Path, method and key."""
        if request.path != PATH:
            raise Refused(Reason.PATH, f"no robot at {request.path}")
        require_post(request)
        if single(request, "key", Reason.KEY) != self.key:
            raise Refused(Reason.KEY, "unknown key")

    def check(self, request: Request, raw: bytes, now: float) -> Content:
        """Type, shape and size."""
        body = parse_object(raw)
        msgtype = known_type(body, "msgtype", TYPES)
        part = filled_object(body, msgtype)
        if msgtype == "text":
            return Content(msgtype, self._text(part), body)
        if msgtype == "markdown":
            return self._markdown(body, part)
        return Content(msgtype, compact(part), body)

    def _text(self, part: Mapping[str, Any]) -> str:
        text = filled_text(part, "content")
        for name in MENTIONS:
            people = part.get(name, [])
            if not isinstance(people, list) or not all(isinstance(one, str) for one in people):
                raise Refused(Reason.SHAPE, f"{name} is not a list of strings")
        if size(text) > TEXT_BYTES:
            raise Refused(Reason.SIZE, f"content has {size(text)} bytes, more than {TEXT_BYTES}")
        return text

    def _markdown(self, body: Mapping[str, Any], part: Mapping[str, Any]) -> Content:
        text = filled_text(part, "content")
        for name in MENTIONS:
            if name in part or name in body:
                raise Refused(Reason.SHAPE, f"markdown has no {name}")
        strange = sorted({colour for colour in _FONT.findall(text) if colour not in COLOURS})
        return Content("markdown", text, body, tuple(f"unknown font colour {colour!r}" for colour in strange))

    def count(self, now: float) -> None:
        """20 messages in any 60 seconds."""
        if self._minute.full(now):
            raise Refused(Reason.RATE, f"more than {PER_MINUTE} messages a minute")
        self._minute.add(now)

    def answer(self, code: int, message: str) -> dict[str, Any]:
        """``{"errcode", "errmsg"}``."""
        return {"errcode": code, "errmsg": message or "ok"}
