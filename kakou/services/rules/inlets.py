"""What a way in is known by, by its kind: one table for the form, the check and the door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kakou.kernel.errors import Refusal
from kakou.services.rules.categories import InletKind

_HOST = re.compile(r"(?=.{1,190}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class InletRefused(Refusal):
    """A way in cannot be set up like that."""

    code = "inlet-refused"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to be typed. `words` is a msgid; `pattern`: how it looks, with what to say when it does not."""

    words: str
    needed: bool = True
    secret: bool = True
    pattern: re.Pattern[str] = field(default=re.compile(r"\S{1,500}"))
    unfit: str = N_("It has no spaces. Copy it again.")
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """`title` and `hint` are msgids; `parts` by name."""

    title: str
    hint: str
    parts: Mapping[str, Part]


_TOKEN = Part(N_("Token"))
WAYS: Mapping[InletKind, Way] = {
    InletKind.WECOM: Way(
        N_("WeCom robot"),
        N_("Give the robot the address that is shown afterwards; choose a token and an EncodingAESKey there."),
        {
            "token": _TOKEN,
            "key": Part(
                N_("EncodingAESKey"), pattern=re.compile(r"[A-Za-z0-9]{43}"),
                unfit=N_("An EncodingAESKey has 43 letters and digits."),
            ),
            "receiver": Part(N_("Number of the corporation (CorpID)"), needed=False),
        },
    ),
    InletKind.DINGTALK: Way(
        N_("DingTalk robot"),
        N_("A robot of an application of your organisation: give it the address that is shown afterwards."),
        {"key": Part(N_("Secret of the application (AppSecret)"))},
    ),
    InletKind.FEISHU: Way(
        N_("Feishu robot"),
        N_("Subscribe to received messages and choose an Encrypt Key; the address is shown afterwards."),
        {"key": Part(N_("Encrypt Key")), "token": Part(N_("Verification Token"), needed=False)},
    ),
    InletKind.MAILBOX: Way(
        N_("Mailbox"),
        N_("It is looked into every minute by IMAP with TLS. Nothing in it is deleted."),
        {
            "host": Part(
                N_("Server"), secret=False, pattern=_HOST,
                unfit=N_("This is no name of a server, such as imap.example.cn"),
            ),
            "port": Part(
                N_("Port"), secret=False, usual="993", pattern=re.compile(r"[1-9]\d{0,4}", re.ASCII),
                unfit=N_("A port is a number, mostly 993."),
            ),
            "user": Part(N_("Account")),
            "password": Part(N_("Password, or code for programs"), pattern=re.compile(r"[^\r\n\0]{1,500}")),
            "folder": Part(
                N_("Folder"), secret=False, usual="INBOX", pattern=re.compile(r"[!#-\[\]-~ ]{1,100}"),
                unfit=N_("Write the folder as the server calls it, in Latin letters."),
            ),
        },
    ),
}  # fmt: skip


def checked_known(kind: InletKind, given: Mapping[str, str]) -> dict[str, str]:
    """What is typed, trimmed; the usual where it is left out. Raises InletRefused naming the field."""
    known = {name: given.get(name, "").strip() or part.usual for name, part in WAYS[kind].parts.items()}
    for name, part in WAYS[kind].parts.items():
        if not known[name] and part.needed:
            raise InletRefused("Fill in everything that is asked for.")
        if known[name] and not part.pattern.fullmatch(known[name]):
            raise InletRefused(part.unfit)
    if int(known.get("port") or 1) > 65_535:
        raise InletRefused(WAYS[kind].parts["port"].unfit)
    return known
