"""What differs between two packs, member by member, so that an office sees what an edition would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kakou.screening.packs.reading import Content

_OF_THE_FILE = ("pack", "edition", "issued")  # differ between any two


class Change(NamedTuple):
    """`where`: the way to the member; `before`, `after`: its values, None where it is not there."""

    where: tuple[str, ...]
    before: Any
    after: Any


def compare(before: Content, after: Content) -> list[Change]:
    """Every member that differs, by its way; a rule or step that came or went is one change, not one for each word."""
    found: list[Change] = []
    for name in sorted({*before, *after} - set(_OF_THE_FILE)):
        found += _differences((name,), before.get(name), after.get(name))
    return found


def _differences(where: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)) or "when" in where or _is_text(before):
        yield Change(where, before, after)
        return
    for name in sorted({*before, *after}):
        yield from _differences((*where, name), before.get(name), after.get(name))


def _is_text(value: Mapping[str, Any]) -> bool:
    return set(value) == {"zh", "en"}
