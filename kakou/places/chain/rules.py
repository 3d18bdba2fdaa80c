"""What makes somebody responsible, and which place lacks one. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from kakou.places.rules import EntranceState, PlaceRefused, UnitKind, check_unit_name

NAMED_FOR = dt.timedelta(days=366)
PHOTO_KEPT = dt.timedelta(days=366)
_PHONE = re.compile(r"\+?[0-9](?:[ -]?[0-9]){2,19}")
SERVED = frozenset({UnitKind.URBAN_VILLAGE, UnitKind.VILLAGE})
SERVES = frozenset({UnitKind.COMMUNITY_URBAN})


@dataclass(frozen=True, slots=True)
class Named:
    """Office, name, telephone ("" where none is known) of who answers."""

    title: str
    name: str
    phone: str = ""


def check_named(told: Named) -> Named:
    """The same without white space around. Raises PlaceRefused."""
    phone = told.phone.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise PlaceRefused("A telephone number has digits alone, perhaps with + before and spaces or - between.")
    return Named(check_unit_name(told.title), check_unit_name(told.name), phone)


def check_serving(community: UnitKind, village: UnitKind) -> None:
    """Does a unit of kind `community` serve one of kind `village` (article line 9)? Raises PlaceRefused."""
    if community not in SERVES or village not in SERVED:
        raise PlaceRefused("An urban community serves villages and urban villages.")


def needs_somebody(state: EntranceState | None) -> bool:
    """Must somebody answer for it? Every unit (None) and every entrance at which somebody stands or that may be opened
    in an emergency; a sealed or shut one has its opener, or nobody."""
    return state in (None, EntranceState.STAFFED, EntranceState.EMERGENCY_ONLY)
