"""The rules by which passages were judged, by the version each names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import structlog

from kakou.screening.queries import packs
from kakou.screening.queries.packs import EditionAltered
from kakou.screening.rules import Pack
from kakou.screening.rules.afterwards import afterwards

log = structlog.get_logger("kakou.folding")


class RuleBook:
    """Packs by their version, as long as one portion of passages is looked at: an office may make another any time."""

    def __init__(self) -> None:
        self._packs: dict[str, Pack | None] = {}
        self._afterwards: dict[str, Pack | None] = {}

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
