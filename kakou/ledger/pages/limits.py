"""How often people without an account may ask: by the address that our own proxy saw, and by what they ask about."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

from kakou.access.login.adapter import client_address
from kakou.kernel.errors import Refusal


class TooOften(Refusal):
    """More than people do."""

    code = "too-often"
    status = 429


class _Counted(SimpleRateThrottle):
    """One door, counted by one thing."""

    def __init__(self, door: str, rate: str, ident: str) -> None:
        super().__init__(rate)
        self.scope, self.ident = f"door_{door}_{self.duration}", ident

    def get_cache_key(self, request: HttpRequest) -> str:
        """The door and the thing."""
        return self.cache_format % {"scope": self.scope, "ident": self.ident}


def _line(request: HttpRequest) -> str:
    """Whose line it is: an address; of IPv6 the /64, of which every host has all."""
    address = client_address(request)
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def count(request: HttpRequest, door: str, *, client: str, about: tuple[str, str] | None = None) -> None:
    """Count this request at `door`: `client` is the rate of one address ("60/m"; a market's one network is one
    address), `about` the rate of one place or visit with what names it. Raises TooOften. Whoever raises anything
    afterwards undoes the count with the rest of the request: refuse a wrong code by an answer.
    """
    counted = [_Counted(f"{door}_by", client, _line(request))]
    if about is not None:
        rate, thing = about
        counted.append(_Counted(f"{door}_at", rate, thing))
    if not all(one.allow_request(request) for one in counted):
        raise TooOften("Too many at once. Wait a minute and try again; at the gate somebody helps you.")
