"""What higher capabilities may hear of people: whose passages belong together otherwise, or who lives elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from kakou.access.models import Staff
from kakou.access.rules import Permission

Heard = Callable[[Collection[UUID]], None]
_HEARERS: list[Heard] = []


def on_subjects_changed(hear: Heard) -> None:
    """Call `hear(keys)` in the transaction in which `keys` (ids of persons and vehicles, blind indexes) came to belong
    to another subject, or their subject to another home. Twice is once."""
    if hear not in _HEARERS:
        _HEARERS.append(hear)


def tell_subjects_changed(keys: Collection[UUID]) -> None:
    """Tell everyone who wants to hear."""
    for hear in _HEARERS if keys else ():
        hear(keys)


Moved = Callable[[Collection[UUID], int, Staff | None, dt.datetime], None]
_FOLLOWERS: list[Moved] = []


def on_moved(hear: Moved) -> None:
    """Call `hear(people, node, by, at)` in the transaction in which these people came to be registered at the unit on
    `node`; None for who did it: the installation itself. Twice is once."""
    if hear not in _FOLLOWERS:
        _FOLLOWERS.append(hear)


def tell_moved(people: Collection[UUID], node: int, by: Staff | None, at: dt.datetime) -> None:
    """Tell everyone who wants to follow."""
    for hear in _FOLLOWERS if people else ():
        hear(people, node, by, at)


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A page about one person; `url_name` takes the id. `msgid` is translated when shown, to whoever may open it."""

    msgid: str
    url_name: str
    permission: Permission


_LINKS: list[PersonLink] = []


def add_person_link(link: PersonLink) -> None:
    """Show `link` beside every person. Twice is once."""
    if link not in _LINKS:
        _LINKS.append(link)


def person_links() -> list[PersonLink]:
    """In the order in which they came."""
    return [*_LINKS]


Ask = Callable[[Collection[UUID]], Collection[UUID]]
_DEPENDENTS: dict[str, Ask] = {}


def add_dependent(what: str, ask: Ask) -> None:
    """`ask(ids)` says of which of these persons some higher capability speaks; `what` is a msgid that names its things:
    whoever undoes an import reads it. The same words again replace the former."""
    _DEPENDENTS[what] = ask


def dependents(ids: Collection[UUID]) -> Iterator[tuple[str, Collection[UUID]]]:
    """What speaks of these persons, and of which of them."""
    for what, ask in _DEPENDENTS.items():
        if found := ask(ids):
            yield what, found
