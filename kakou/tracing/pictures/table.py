"""What a picture shows, as rows: for a screen reader beside it and for a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

SHOWN = 500  # rows in a page


@dataclass(frozen=True, slots=True)
class Table:
    """`write_xlsx(table.rows, table.columns)` makes the sheet. `links`: a page for each row, "" for none."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    links: tuple[str, ...] = ()

    @property
    def shown(self) -> list[tuple[tuple[str | int, ...], str]]:
        """As many rows as a page can hold; a sheet has all."""
        return list(islice(self.linked(), SHOWN))

    @property
    def left(self) -> int:
        """How many rows a page leaves out."""
        return max(len(self.rows) - SHOWN, 0)

    def linked(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every row with its page."""
        return zip(self.rows, self.links or ("",) * len(self.rows), strict=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a page needs to show one: `{% include "tracing/pictures/….html" with picture=… %}`.

    `wide`, `narrow`: SVG of a desk and of a phone, empty where one serves both. `told`: sentences beside it. `legend`:
    signs and words for the island, which draws none. `data`: for the island, to be put into the page as JSON.
    """

    name: str
    title: str
    wide: str
    table: Table
    narrow: str = ""
    told: tuple[str, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    data: dict[str, object] = field(default_factory=dict)

    @property
    def json_id(self) -> str:
        """The id of the element that holds `data`."""
        return f"{self.name}-json"
