"""What an entry of the table says, and what several of its parts share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from kakou.access.rules import Permission

P = Permission


class Who(Enum):
    """Routes that ask for no permission of the table."""

    ANYONE = "before any login"
    NOBODY = "nobody: a page of the library of logins that is closed"
    SIGNED_IN = "any account, about itself only"
    DRILL = "accounts of the drill on this machine; others learn nothing of it"
    TOKEN = "who holds a token of its own; an account opens nothing"


@dataclass(frozen=True)
class Route:
    """See the module."""

    gate: tuple[P, ...] = ()
    thing: str = ""
    sees: tuple[P, ...] = ()
    method: str = "GET"
    by_place: bool = False  # the thing's node stands in ?place=
    data: Mapping[str, object] | Callable[[], Mapping[str, object]] = field(default_factory=dict)
    fine: frozenset[int] = frozenset({200, 302})
    args: Mapping[str, object] = field(default_factory=dict)  # of the URL, besides the thing


UNFIT = frozenset({422})  # let in, and told what is missing
REASON = {"reason": "contacts of a case"}
NOBODYS = "01912345-0000-7000-8000-000000000000"
SEE_ORDERS, ACT = (P.SEE_ORDERS,), (P.SEE_ORDERS, P.CLOSE_ORDERS)
