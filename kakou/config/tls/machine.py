"""By which names and addresses this machine is reached on its network. Linux tells of every interface; elsewhere it is
the one of the default route."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from kakou.config.tls.certificate import Address

NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.I)
INSIDE = ("lo", "docker", "veth", "br-", "virbr")  # interfaces that no phone reaches
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # nothing is sent there
SIOCGIFADDR = 0x8915  # linux/sockios.h: the IPv4 address of an interface
IF_INET6 = Path("/proc/net/if_inet6")


def own_names() -> tuple[str, ...]:
    """The host name, and the one by which it is found without a DNS server (mDNS)."""
    name = socket.gethostname().lower()
    if not NAME.fullmatch(name) or name == "localhost":
        return ()
    return (name,) if "." in name else (name, f"{name}.local")


def own_addresses(host: str) -> tuple[Address, ...]:
    """The addresses at which whoever listens on `host` is reached from other machines, the default route's first."""
    given = ipaddress.ip_address(host)
    if not given.is_unspecified:
        return () if given.is_loopback else (given,)
    families = [socket.AF_INET] if given.version == 4 else [socket.AF_INET, socket.AF_INET6]
    found: dict[Address, None] = {}
    for family in families:
        found |= dict.fromkeys(first for first in [_of_default_route(family)] if first)
    for family in families:
        found |= dict.fromkeys(_of_interfaces(family))
    return tuple(address for address in found if not (address.is_loopback or address.is_link_local))


def listening_addresses(host: str) -> tuple[str, ...]:
    """What to bind so that `host` and this machine itself are served."""
    everywhere = {"0.0.0.0": ("0.0.0.0",), "::": ("::", "0.0.0.0")}  # noqa: S104 - what somebody asked for
    return everywhere.get(host, tuple(dict.fromkeys((host, "127.0.0.1"))))


def _of_default_route(family: socket.AddressFamily) -> Address | None:
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((ELSEWHERE[family], 9))
        return ipaddress.ip_address(probe.getsockname()[0])
    return None


def _of_interfaces(family: socket.AddressFamily) -> Iterator[Address]:
    if family == socket.AF_INET6:
        for line in IF_INET6.read_text().splitlines() if IF_INET6.exists() else ():
            address, *_, name = line.split()
            if not name.startswith(INSIDE):
                yield ipaddress.IPv6Address(bytes.fromhex(address))
        return
    for _, name in socket.if_nameindex():
        if not name.startswith(INSIDE) and (found := _ipv4_of(name)):
            yield found


def _ipv4_of(interface: str) -> Address | None:
    try:
        import fcntl

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            told = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
    except (ImportError, OSError):  # it has none
        return None
    return ipaddress.IPv4Address(told[20:24])
