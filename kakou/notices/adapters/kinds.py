"""The table of kinds of channel."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from kakou.notices.adapters import dingtalk, feishu, mail, sms, webhook, wecom
from kakou.notices.adapters.shapes import Notice, Parcel, Reach, Reply
from kakou.notices.rules.rates import Rate
from kakou.notices.rules.states import Answer, NoticeRefused

MOST_RECEIVERS = 100
_MAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,190}\.[^\s@,;<>\"]{2,63}")
_NUMBER = re.compile(r"\+?\d{5,15}", re.ASCII)


class Part(StrEnum):
    """What a person says of how a channel is reached."""

    URL = "url"
    SECRET = "secret"  # noqa: S105 - the name of a field
    TO = "to"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `title` and `hint` are msgids; `needs` must be said, `takes` may; `path` is how an address of it ends;
    `receiver` what each of those in `to` looks like. `person`: by what of a person it may reach one who is no receiver
    of its own, "" for never."""

    name: str
    title: str
    hint: str
    rate: Rate
    build: Callable[[Reach, Notice, dt.datetime], Parcel] = field(hash=False)
    read: Callable[[Reply], Answer] = field(hash=False)
    needs: frozenset[Part] = frozenset({Part.URL})
    takes: frozenset[Part] = frozenset()
    path: re.Pattern[str] | None = None
    example: str = ""
    receiver: re.Pattern[str] | None = None
    person: Literal["", "phone", "email"] = ""

    def checked(self, reach: Reach) -> Reach:
        """How it is reached, without what this kind does not ask for. Raises NoticeRefused saying what is wrong."""
        asked = self.needs | self.takes
        kept = Reach(
            _address(self, reach.url) if Part.URL in asked else "",
            reach.secret.strip() if Part.SECRET in asked else "",
            _receivers(self, reach.to) if Part.TO in asked else (),
        )
        if Part.SECRET in self.needs and not kept.secret:
            raise NoticeRefused("Type the secret.")
        if not kept.secret.isprintable():
            raise NoticeRefused("The secret has characters that cannot be printed. Copy it again.")
        if self.name == "webhook":
            webhook.check_secret(kept.secret)
        return kept


def _address(kind: Kind, given: str) -> str:
    url = given.strip()
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"https", "http"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        whole = False
    if not whole or not url.isascii() or not url.isprintable() or " " in url:
        raise NoticeRefused("This is no address. It begins with https:// and has no spaces.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NoticeRefused("An address has no name, password or # in it.")
    if kind.path is not None and not kind.path.search(f"{parts.path}?{parts.query}"):
        raise NoticeRefused("This is no address of such a robot. It looks like %(example)s", example=kind.example)
    return url


def _receivers(kind: Kind, given: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip() for one in given if one.strip()))
    if not found:
        raise NoticeRefused("Say to whom it goes, one to a line.")
    if len(found) > MOST_RECEIVERS:
        raise NoticeRefused("At most %(most)d receivers to a channel.", most=MOST_RECEIVERS)
    for number, one in enumerate(found, 1):
        if kind.receiver is not None and not kind.receiver.fullmatch(one):
            raise NoticeRefused("Receiver %(number)d cannot be written to. Look at it again.", number=number)
    return found


_BOTH = frozenset({Part.URL, Part.TO})
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "wecom", "WeCom group", "Add a robot to the group and paste its address.", wecom.RATE, wecom.build,
            wecom.read, path=re.compile(r"/webhook/send\?(?:.*&)?key=[\w-]+$"),
            example="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        ),
        Kind(
            "dingtalk", "DingTalk group",
            "Add a robot with a signature to the group, paste its address and its secret.",
            dingtalk.RATE, dingtalk.build, dingtalk.read, takes=frozenset({Part.SECRET}),
            path=re.compile(r"/robot/send\?access_token=[\w-]+$"),
            example="https://oapi.dingtalk.com/robot/send?access_token=…",
        ),
        Kind(
            "feishu", "Feishu group", "Add a robot with a signature to the group, paste its address and its secret.",
            feishu.RATE, feishu.build, feishu.read, takes=frozenset({Part.SECRET}),
            path=re.compile(r"/open-apis/bot/v2/hook/[\w-]+\?$"),
            example="https://open.feishu.cn/open-apis/bot/v2/hook/…",
        ),
        Kind(
            "mail", "Mail", "Each receiver gets it without seeing the others.", mail.RATE, mail.build, mail.read,
            needs=frozenset({Part.TO}), receiver=_MAIL, person="email",
        ),
        Kind(
            "webhook", "Webhook", "A program that takes Standard Webhooks.", webhook.RATE, webhook.build, webhook.read,
            needs=frozenset({Part.URL, Part.SECRET}), example="https://office.example.cn/kakou",
        ),
        Kind(
            "sms", "SMS gateway", "A gateway that takes JSON with id, to and text.", sms.RATE, sms.build, sms.read,
            needs=_BOTH, takes=frozenset({Part.SECRET}), receiver=_NUMBER, person="phone",
        ),
    )
}  # fmt: skip

TO_PEOPLE = tuple(kind.name for kind in sorted(KINDS.values(), key=lambda kind: kind.person != "phone") if kind.person)
"""Kinds that may write to people, the one that is read soonest first."""


def kind_of(name: str) -> Kind:
    """The kind called `name`. Raises NoticeRefused naming those there are."""
    try:
        return KINDS[name]
    except KeyError:
        raise NoticeRefused("There is no such kind of channel; there are %(known)s.", known=", ".join(KINDS)) from None
