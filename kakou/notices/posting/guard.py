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
    meant = _meant(address)
    return meant.is_global and not meant.is_multicast and not meant.is_reserved and not _is_teredo(meant)


def _is_teredo(address: Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.teredo is not None
