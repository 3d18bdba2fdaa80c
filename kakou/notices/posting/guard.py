"""Whom we may write to: a person who types an address must not reach through us what stands beside us.

A name is resolved once, every address it has is looked at, and the one that is connected to is of these: a name that
answers otherwise the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
HANDED_OUT = ipaddress.IPv6Network("2000::/3")
# IANA IPv4 and IPv6 Special-Purpose Address Registries, multicast, and what was withdrawn (fec0::/10, ::/96);
# also those that are reached globally, for no receiver of notices stands there (anycast of relays and of AS112)
SPECIAL: tuple[Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
LATER_CODES = frozenset({"name-unknown", "not-connected", "tls"})  # a name server, a cable, a certificate comes back


class NotReached(Exception):
    """Nothing was sent. `code` says why, without saying where."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def for_good(self) -> bool:
        """Would trying again change nothing?"""
        return self.code not in LATER_CODES


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a name. Raises OSError or UnicodeError."""
    return [str(told[4][0]) for told in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Guard:
    """`own`: networks that may be written to although they are nobody else's, plainly even (http)."""

    own: tuple[Network, ...] = ()
    look_up: Callable[[str, int], list[str]] = resolve

    @classmethod
    def of(cls, networks: Iterable[str]) -> Guard:
        """From their texts. Raises ValueError."""
        return cls(tuple(ipaddress.ip_network(network) for network in networks))

    def checked(self, host: str, port: int, *, is_plain: bool) -> str:
        """The address to connect to. Raises NotReached: `name-unknown`, `address-refused` when any of its addresses
        is private, loopback, link-local or otherwise not for everybody, `plain-refused` for http to the world."""
        try:
            found = [ipaddress.ip_address(one.partition("%")[0]) for one in self.look_up(host, port)]
        except (OSError, UnicodeError, ValueError):
            raise NotReached("name-unknown") from None
        if not found:
            raise NotReached("name-unknown")
        if not all(self._is_own(one) or _is_for_everybody(one) for one in found):
            raise NotReached("address-refused")
        if is_plain and not all(self._is_own(one) for one in found):
            raise NotReached("plain-refused")
        return str(found[0])

    def _is_own(self, address: Address) -> bool:
        return any(_meant(address) in network for network in self.own)


def _meant(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that leads to it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_for_everybody(address: Address) -> bool:
    """Allowed are addresses that are handed out to somebody (2000::/3, and of IPv4 what is left), but none that a
    registry keeps for something special."""
    meant = _meant(address)
    if isinstance(meant, ipaddress.IPv6Address) and meant not in HANDED_OUT:
        return False
    return meant.is_global and not any(meant in network for network in SPECIAL if network.version == meant.version)
