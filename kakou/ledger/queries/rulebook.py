"""The rules by which passages were judged, by the version each names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import structlog

from kakou.ledger.checks.rows import Checked
from kakou.places.queries import kinds_at
from kakou.screening.packs.holding import Line, timeline
from kakou.screening.queries import packs
from kakou.screening.queries.packs import EditionAltered
from kakou.screening.rules import Pack
from kakou.screening.rules.afterwards import afterwards

log = structlog.get_logger("kakou.folding")
BEHIND = dt.timedelta(days=7)  # so long a phone without a network may go on by the rules that it had


class RuleBook:
    """Packs by their version, as long as one portion of passages is looked at: an office may make another any time."""

    def __init__(self) -> None:
        self._packs: dict[str, Pack | None] = {}
        self._afterwards: dict[str, Pack | None] = {}
        self._lines: dict[int, list[Line]] = {}
        self._kinds: dict[int, str] = {}

    def look_up(self, gates: Collection[int]) -> None:
        """Read at once what was published for these gates, else it is read for each when it is met."""
        fresh = set(gates) - self._lines.keys()
        if fresh:
            self._lines |= {gate: [] for gate in fresh} | packs.lines_below(fresh)
            self._kinds |= kinds_at([gate for gate in fresh if self._lines[gate]])

    def held(self, row: Checked) -> list[str]:
        """The versions by which its gate may have judged it, in their order, the one that held then last: a phone may
        not yet have heard of a change.
        """
        self.look_up([row.node])
        at, kind = row.happened_at, self._kinds.get(row.node, "")
        moment = dt.timedelta(microseconds=1)
        turns = timeline(
            self._lines[row.node], kind, start=at - BEHIND, end=at + moment, otherwise=self.default_version
        )
        return [turn.version for turn in turns]

    def version_for(self, row: Checked) -> str:
        """The version that a row names, where it may hold and can be read; else the one that holds. Nobody escapes a
        fever by naming rules of somewhere else.
        """
        held = self.held(row)
        version = row.pack if row.pack in held else held[-1]
        return version if self.pack(version) else self.default_version

    def numbers_for(self, row: Checked) -> Mapping[str, int]:
        """The numbers of that version."""
        return self.params(self.version_for(row))

    @property
    def default(self) -> Mapping[str, int]:
        """The numbers of the rules that hold where nothing else was said."""
        pack = self.pack(self.default_version)
        assert pack is not None  # it is shipped
        return pack.params

    @property
    def default_version(self) -> str:
        """What they are called."""
        return packs.default_version()

    def pack(self, version: str) -> Pack | None:
        """The rules of that name; None when nobody knows them, or when they are not what was signed."""
        if version not in self._packs:
            self._packs[version] = known_pack(version)
        return self._packs[version]

    def params(self, version: str) -> Mapping[str, int]:
        """Their numbers; the default's when nobody knows them."""
        pack = self.pack(version)
        return self.default if pack is None else pack.params

    def afterwards(self, version: str) -> Pack | None:
        """Those that can be asked again afterwards; None when nobody knows them."""
        if version not in self._afterwards:
            pack = self.pack(version)
            self._afterwards[version] = afterwards(pack) if pack else None
        return self._afterwards[version]

    @property
    def longest_lookback(self) -> dt.timedelta:
        """Over the rules met so far."""
        days = [pack.params["lookback_days"] for pack in self._packs.values() if pack]
        return dt.timedelta(days=max(days, default=0))


def known_pack(version: str) -> Pack | None:
    """See `RuleBook.pack`."""
    try:
        return packs.pack_of(version)
    except EditionAltered:
        log.error("rules are not what was signed", version=version)
        return None
