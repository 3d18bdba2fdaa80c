"""Plain http from other machines: a page is sent to https, all else is refused. Whoever stood in between may have
read what it sent, so nothing is done with it.

Two things stay open where we have an authority of our own, because a phone needs them before it can trust us: the page
that tells how, with the root certificate, and the files by which that page is drawn.
"""

from __future__ import annotations

import ipaddress

from kakou.config.front.proxy import Message, Send, answer

OPEN = ("/root-certificate/", "/static/")
READS = frozenset({"GET", "HEAD"})
WORDS = (
    "Kakou takes https only here: {url}\n本系统在此只接受 https：{url}\n"
    "What was just sent went unencrypted; if it held a password or a token, change it.\n"
    "刚才发送的内容未加密；如含密码或令牌，请更换。\n"
)


def is_from_afar(scope: Message, trusted: frozenset[str]) -> bool:
    """Did it come by plain http, and neither from this machine nor from a web server that is trusted to speak https?"""
    client = scope.get("client")
    if scope.get("scheme") == "https" or not client or client[0] in trusted:
        return False
    return not ipaddress.ip_address(client[0]).is_loopback


def is_open(scope: Message) -> bool:
    """May it be read before there is any trust?"""
    path: str = scope["path"]
    return scope["method"] in READS and path.startswith(OPEN) and ".." not in path


def without_cookies(scope: Message) -> Message:
    """The request as of somebody whom we do not know."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"cookie"]}


def keeping_cookies(send: Send) -> Send:
    """Answers without cookies: whoever stands in between could read and change them."""

    async def bare(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name != b"set-cookie"]
            message = {**message, "headers": kept}
        await send(message)

    return bare


def https_url(scope: Message, names: frozenset[str]) -> str:
    """The same page by https: by the name that was asked for where it is one of ours, else by our address."""
    address, port = scope["server"]
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    ours = f"[{address}]" if ":" in address else address
    target = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""
    return f"https://{name if name in names else ours}:{port}{target}{query}"


async def turn_away(scope: Message, send: Send, *, https: bool, names: frozenset[str]) -> None:
    """To https where we speak it and somebody only reads; 403 in words else. The connection is closed either way."""
    closed = ((b"connection", b"close"), (b"cache-control", b"no-store"))
    url = https_url(scope, names) if https else "https://…"
    words = WORDS.format(url=url).encode()
    if https and scope["method"] in READS:
        await answer(send, 307, words, (b"location", url.encode("latin-1")), *closed)
    else:
        await answer(send, 403, words, *closed)
