"""What the robots of groups hand over, and how they show who they are. Pure: no clock, no network.

WeCom (企业微信): SHA-1 over the sorted token, time, nonce and cipher text; AES-256-CBC over 16 random bytes, the
length, the message and the receiver. DingTalk (钉钉): HMAC-SHA256 of the time and the secret under the secret; it does
not cover the message. Feishu (飞书): SHA-256 over time, nonce, key and body; AES-256-CBC under the hash of the key.
Sources: the vendors' pages on receiving callbacks, whose examples the tests hold, and domain.md 3.8.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kakou.kernel.errors import Refusal
from kakou.services.rules.categories import InletKind

MOST_BYTES = 64 << 10
HOLDS = dt.timedelta(minutes=10)  # that a signature is taken after the moment that it names, or before it
HOLDS_DINGTALK = dt.timedelta(hours=1)  # as its page says
_BLOCK = 32  # WeCom fills up to 32 bytes, not to 16


class RobotRefused(Refusal):
    """Nobody's robot, or what it says cannot be read. It is told no more than that."""

    code = "robot-refused"
    status = 403


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a robot is known by. WeCom: `token`, `key` (EncodingAESKey), `receiver` (corporation, may be ""). DingTalk:
    `key`. Feishu: `key` (Encrypt Key), `token` (Verification Token, may be "")."""

    key: str
    token: str = ""
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came. `query` and `headers` with names in small letters."""

    body: bytes
    query: Mapping[str, str]
    headers: Mapping[str, str]


class Heard(NamedTuple):
    """What a robot said. `mark`: what its signature is remembered by; `id`: of the message; `echo`: what it wants to be
    told back to see that somebody is there; a `text` of "" asks for nothing."""

    mark: str
    id: str = ""
    sender: str = ""
    text: str = ""
    said_at: dt.datetime | None = None
    echo: str = ""


def hear(kind: InletKind, call: Call, secrets: Secrets, *, at: dt.datetime) -> Heard:
    """What is said, once it is known by whom. Raises RobotRefused."""
    if len(call.body) > MOST_BYTES:
        raise RobotRefused("This message is too large.")
    try:
        return _READ[kind](call, secrets, at)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, ET.ParseError, RecursionError) as unfit:
        raise RobotRefused("This is no message of the robot that is set up here.") from unfit


def _check(holds: bool) -> None:
    if not holds:
        raise RobotRefused("This is no message of the robot that is set up here.")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _fresh(moment: dt.datetime, at: dt.datetime, holds: dt.timedelta) -> None:
    _check(abs(at - moment) <= holds)


def _seconds(text: str) -> dt.datetime:
    return _moment(int(text), 1)


def _moment(number: int, parts: int) -> dt.datetime:
    if not 0 <= number <= 10**14:
        raise ValueError("no moment")
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=number * 1000 // parts)


# WeCom


def wecom_key(text: str) -> bytes:
    """The AES key of an EncodingAESKey (43 signs). Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z0-9]{43}", text):
        raise ValueError("an EncodingAESKey has 43 letters and digits")
    return base64.b64decode(text + "=")


def wecom_signature(token: str, time: str, nonce: str, cipher: str) -> str:
    """`msg_signature`."""
    return hashlib.sha1("".join(sorted((token, time, nonce, cipher))).encode()).hexdigest()  # noqa: S324 - as WeCom signs


def _wecom(call: Call, secrets: Secrets, at: dt.datetime) -> Heard:
    time, nonce, echo = call.query["timestamp"], call.query["nonce"], call.query.get("echostr", "")
    cipher = echo if not call.body else _child(_xml(call.body), "Encrypt")
    signed = wecom_signature(secrets.token, time, nonce, cipher)
    _check(_same(signed, call.query["msg_signature"]))
    _fresh(_seconds(time), at, HOLDS)
    plain = _wecom_plain(cipher, secrets)
    if not call.body:
        return Heard(signed, echo=plain.decode())
    return _wecom_message(_xml(plain), signed)


def _wecom_plain(cipher: str, secrets: Secrets) -> bytes:
    key = wecom_key(secrets.key)
    padded = _decrypted(key, key[:16], base64.b64decode(cipher, validate=True))
    content = _unpadded(padded, _BLOCK)[16:]
    size = int.from_bytes(content[:4], "big")
    _check(4 + size <= len(content))
    if secrets.receiver:
        _check(_same(content[4 + size :].decode(), secrets.receiver))
    return content[4 : 4 + size]


def _wecom_message(told: ET.Element, mark: str) -> Heard:
    """Of a robot in a group (From/Name, Text/Content), or of an application (FromUserName, Content)."""
    id, text = _child(told, "MsgId"), ""
    if _child(told, "MsgType") in ("text", "mixed", "markdown"):
        text = _child(told, "Text/Content") or _child(told, "Content")
    said = _child(told, "CreateTime")
    sender = _child(told, "From/Name") or _child(told, "From/Alias") or _child(told, "FromUserName")
    return Heard(mark, id or mark, sender, text, _seconds(said) if said else None)


def _xml(content: bytes) -> ET.Element:
    """Without a document type there are no entities: nothing to be blown up, nothing to be fetched."""
    text = content.decode()
    if "<!DOCTYPE" in text.upper():
        raise ValueError("no document types here")
    return ET.fromstring(text)  # noqa: S314 - see above


def _child(told: ET.Element, path: str) -> str:
    return (told.findtext(path) or "").strip()


# DingTalk


def dingtalk_signature(secret: str, time: str) -> str:
    """`sign` of the header."""
    signed = hmac.new(secret.encode(), f"{time}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(signed).decode()


def _dingtalk(call: Call, secrets: Secrets, at: dt.datetime) -> Heard:
    time, sign = call.headers["timestamp"], call.headers["sign"]
    _check(_same(dingtalk_signature(secrets.key, time), sign))
    _fresh(_moment(int(time), 1000), at, HOLDS_DINGTALK)
    told = _json(call.body)
    text = str(told["text"]["content"]) if told.get("msgtype") == "text" else ""
    said = _moment(int(told["createAt"]), 1000) if "createAt" in told else None
    return Heard(sign, str(told["msgId"]), str(told.get("senderNick", "")), text.strip(), said)


# Feishu


def feishu_signature(key: str, time: str, nonce: str, body: bytes) -> str:
    """`X-Lark-Signature`."""
    return hashlib.sha256(f"{time}{nonce}{key}".encode() + body).hexdigest()


def _feishu(call: Call, secrets: Secrets, at: dt.datetime) -> Heard:
    told = _feishu_plain(str(_json(call.body)["encrypt"]), secrets.key)
    if told.get("type") == "url_verification":
        _feishu_token(str(told.get("token", "")), secrets)
        return Heard("", echo=str(told["challenge"]))
    time, nonce = call.headers["x-lark-request-timestamp"], call.headers["x-lark-request-nonce"]
    signed = feishu_signature(secrets.key, time, nonce, call.body)
    _check(_same(signed, call.headers["x-lark-signature"]))
    _fresh(_seconds(time), at, HOLDS)
    header, event = told["header"], told["event"]
    _feishu_token(str(header.get("token", "")), secrets)
    if header["event_type"] != "im.message.receive_v1":
        return Heard(signed)
    return _feishu_message(event["message"], signed)


def _feishu_token(given: str, secrets: Secrets) -> None:
    if secrets.token:
        _check(_same(given, secrets.token))


def _feishu_plain(cipher: str, key: str) -> dict[str, Any]:
    content = base64.b64decode(cipher, validate=True)
    plain = _decrypted(hashlib.sha256(key.encode()).digest(), content[:16], content[16:])
    return _json(_unpadded(plain, 16))


def _feishu_message(message: Mapping[str, Any], mark: str) -> Heard:
    """Who sent it is told by a number of Feishu's own, which is nobody's name."""
    text = str(_json(message["content"].encode())["text"]) if message["message_type"] == "text" else ""
    text = re.sub(r"@_user_\d+\s?", "", text).strip()
    return Heard(mark, str(message["message_id"]), "", text, _moment(int(message["create_time"]), 1000))


def _json(content: bytes) -> dict[str, Any]:
    told = json.loads(content)
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _decrypted(key: bytes, vector: bytes, content: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(content) + decryptor.finalize()


def _unpadded(content: bytes, block: int) -> bytes:
    many = content[-1] if content else 0
    if not 1 <= many <= block or not content.endswith(bytes([many]) * many):
        raise binascii.Error("no such padding")
    return content[:-many]


_READ = {InletKind.WECOM: _wecom, InletKind.DINGTALK: _dingtalk, InletKind.FEISHU: _feishu}
