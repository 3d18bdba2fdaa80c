"""What higher capabilities may hang onto the page of a unit: ways to what they know of it. Wired in `kakou.config`."""

from __future__ import annotations

from dataclasses import dataclass

from kakou.access.rules import Permission


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A page about one unit; `url_name` takes its node. `msgid` is translated when shown, to whoever may open it."""

    msgid: str
    url_name: str
    permission: Permission


_LINKS: list[UnitLink] = []


def add_unit_link(link: UnitLink) -> None:
    """Show `link` on the page of every unit. Twice is once."""
    if link not in _LINKS:
        _LINKS.append(link)


def unit_links() -> list[UnitLink]:
    """In the order in which they came."""
    return [*_LINKS]
