"""`kakou serve`."""

from __future__ import annotations

import ipaddress
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from kakou.kernel.errors import Refusal

if TYPE_CHECKING:
    from kakou.config.tls.certificate import Issuer
    from kakou.config.tls.keeper import Keeper


class OnlyLoopback(Refusal):
    """Plain http leaves this machine for nobody."""

    code = "only-loopback"


class BadOptions(Refusal):
    """Options that do not go together."""

    code = "bad-options"


# what is told at the start, before Django and its translations are there: English, Chinese
TOLD = {
    "en": {
        "data": "Kakou 卡口 · data in {home}",
        "here": "on this machine   {url}",
        "network": "on the network    {url}",
        "root": (
            "Phones install the root certificate first. Open this on the phone, or scan it from the page Phones:\n"
            "    {url}\n  and compare its SHA-256 on the phone with this one:\n    {fingerprint}"
        ),
        "nowhere": "This machine has no address on a network yet; it is looked for again every few seconds.",
        "stops": "(Ctrl-C stops)",
        "stopped": "Kakou has stopped.",
    },
    "zh-hans": {
        "data": "Kakou 卡口 · 数据在 {home}",
        "here": "本机      {url}",
        "network": "局域网    {url}",
        "root": (
            "手机须先安装根证书。在手机上打开以下地址，或在“手机”页面扫码：\n"
            "    {url}\n  并在手机上核对其 SHA-256 指纹与下面一致：\n    {fingerprint}"
        ),
        "nowhere": "本机尚无网络地址；系统每隔几秒会再查找一次。",
        "stops": "(Ctrl-C stops 停止)",
        "stopped": "卡口系统已停止。",
    },
}


@click.command("serve")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1, with --lan 0.0.0.0]")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--lan", is_flag=True, help="Serve phones on the local network, over TLS.")
@click.option(
    "--cert", type=click.Path(path_type=Path), help="With --lan: your certificate (PEM), its issuers' after it."
)
@click.option("--key", type=click.Path(path_type=Path), help="With --lan: the key of --cert (PEM, without a password).")
@click.option(
    "--acme",
    metavar="MAIL",
    help="With --lan: have a certificate for KAKOU_HOSTS issued by Let's Encrypt, whose terms you agree to by this. "
    "MAIL: of whoever looks after this machine.",
)
@click.option("--acme-directory", metavar="URL", help="Of another authority that issues by ACME.")
@click.option(
    "--acme-port",
    default=80,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="To which port 80 of the name is sent.",
)
@click.option("--drill", is_flag=True, help="Fill an empty system with a fictitious sub-district to try things on.")
def group(
    host: str | None,
    port: int,
    lan: bool,
    cert: Path | None,
    key: Path | None,
    acme: str | None,
    acme_directory: str | None,
    acme_port: int,
    drill: bool,
) -> None:
    """Start Kakou and keep it running: database, pages, gate intake and jobs.

    Without --lan it serves this machine alone. With it, phones reach it at https:// by a certificate that you give,
    one that an authority issues, or one of this machine's own authority, whose root they install once.

    Stop it with Ctrl-C. What was acknowledged to a gate is never lost, however it is stopped.
    """
    host = address(host or ("0.0.0.0" if lan else "127.0.0.1"))  # noqa: S104 - by TLS, or refused below
    from kakou.config import schema, settings
    from kakou.config.cli import language
    from kakou.config.serving import Installation, refuse_unknown_address

    refuse_plain(host, lan=lan, https=settings.SERVED_BY_HTTPS, proxies=bool(settings.TRUSTED_PROXIES))
    refuse_unknown_address(host)  # before a root is made for it
    issuer = make_issuer(acme, acme_directory, acme_port)
    keeper = make_keeper(settings.HOME, host, port, lan=lan, cert=cert, key=key, issuer=issuer)
    told, console = (
        TOLD[language()],
        Console(highlight=False, soft_wrap=True, emoji=False),
    )  # ":AB:" of a fingerprint is none
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: asked.append(got))
    installation = Installation(
        settings.HOME, settings.PG_SOCKET, host=host, port=port, stopped=lambda: bool(asked), keeper=keeper
    )
    try:
        console.print(told["data"].format(home=settings.HOME))
        installation.start()
        here = f"http://{installation.here}:{port}"
        if drill:
            installation.run("drill", "first-days", "--url", here)
        if schema.is_unused(settings.DATABASES["owner"]):
            installation.run("setup-token", "--if-empty", "--url", here)
        console.print(told_at_start(told, here, keeper))
        installation.watch()
    finally:
        installation.stop()
    console.print(told["stopped"])


def address(host: str) -> str:
    """The IP address in its usual form. Raises BadParameter for anything else."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        raise click.BadParameter(
            f"{host} is no IP address. Names by which people open Kakou stand in KAKOU_HOSTS.", param_hint="--host"
        ) from None


def refuse_plain(host: str, *, lan: bool, https: bool, proxies: bool) -> None:
    """Raise OnlyLoopback when plain http would leave this machine, other than to a web server that is in front."""
    if lan or ipaddress.ip_address(host).is_loopback or (https and proxies):
        return
    raise OnlyLoopback(
        "Kakou speaks plain http on this machine only (127.0.0.1). To serve phones on the local network by https, add "
        "--lan. Where a web server on another machine speaks https in front of it, set KAKOU_HTTPS=true and "
        "KAKOU_TRUSTED_PROXY to that machine's address."
    )


def make_issuer(mail: str | None, directory: str | None, port: int) -> Issuer | None:
    """The authority to be asked; None without --acme. Raises BadOptions."""
    if mail is None:
        if directory is not None:
            raise BadOptions("--acme-directory says whom to ask; add --acme MAIL, of whoever looks after this machine.")
        return None
    if "@" not in mail.strip("@"):
        raise BadOptions("--acme takes a mail address, somebody@example.org: the authority writes there.")
    from kakou.config.tls.certificate import Issuer
    from kakou.config.tls.issued import LETS_ENCRYPT

    if directory is not None and not directory.startswith("https://"):
        raise BadOptions("--acme-directory takes an https:// address.")
    return Issuer(directory or LETS_ENCRYPT, mail, port)


def make_keeper(
    home: Path,
    host: str,
    port: int,
    *,
    lan: bool,
    cert: Path | None = None,
    key: Path | None = None,
    issuer: Issuer | None = None,
) -> Keeper | None:
    """Of the certificate by which the local network is served; None without --lan. Raises BadOptions, and what its
    source refuses."""
    if bool(cert) != bool(key):
        raise BadOptions("--cert and --key belong together: the certificate and the key with which it was requested.")
    if cert and issuer:
        raise BadOptions("The certificate is either given (--cert) or issued (--acme): take one of them.")
    if not lan:
        if cert or issuer:
            raise BadOptions("--cert, --key and --acme are for the local network: add --lan.")
        return None
    from kakou.config.tls.certificate import Wanted
    from kakou.config.tls.keeper import Keeper
    from kakou.config.tls.machine import own_names
    from kakou.config.tls.sources import SOURCES

    hosts = [name.strip() for name in os.environ.get("KAKOU_HOSTS", "").split(",") if name.strip()]
    names = tuple(name.lower() for name in hosts if not is_address(name))
    wanted = Wanted(home / "tls", names, own_names(), (), cert and cert.absolute(), key and key.absolute(), issuer)
    source = SOURCES["given" if cert else "issued" if issuer else "own"]
    return Keeper(source, wanted, host=host, port=port, hosts=tuple(hosts))


def is_address(host: str) -> bool:
    """Is it an IP address, and not a name?"""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def told_at_start(told: dict[str, str], here: str, keeper: Keeper | None) -> str:
    """Where to open Kakou, and what a phone needs first."""
    if keeper is None:
        return f"\n  [bold]{here}[/bold]   {told['stops']}\n"
    lines = [told["here"].format(url=here), *(told["network"].format(url=url) for url in keeper.urls())]
    if not keeper.urls():
        lines.append(told["nowhere"])
    elif root := keeper.fingerprint():
        url = f"{keeper.urls()[0].replace('https:', 'http:')}/root-certificate/"
        lines += ["", told["root"].format(url=url, fingerprint=root)]
    body = "\n".join(f"  {line}" if line else "" for line in lines)
    return f"\n{body}\n\n  {told['stops']}\n"
