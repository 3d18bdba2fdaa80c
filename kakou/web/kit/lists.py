"""Pages of a list without counting it: one row more than shown says whether there is a next page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows; `number` counts from 1."""

    rows: Sequence[Row]
    number: int
    size: int
    more: bool

    @property
    def first(self) -> int:
        """The place of the first row in the whole list, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return self.first + len(self.rows) - 1


def page_of(rows: Sequence[Row] | QuerySet[Any, Row], given: str, *, size: int = 50) -> Page[Row]:
    """The page whose number stands in the URL; anything unreadable is the first."""
    number = int(given) if given.isdecimal() and 0 < len(given) < 6 else 1
    number = max(number, 1)
    start = (number - 1) * size
    got = list(rows[start : start + size + 1])
    return Page(got[:size], number, size, len(got) > size)
