"""What passages say, in the words of the rules that each names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kakou.kernel.errors import NotFound
from kakou.screening import packs
from kakou.screening.queries.packs import EditionAltered, content_of, default_version


class InWords:
    """For one page in one language, "zh" or "en": a version is looked for once, also one that nobody knows."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._contents: dict[str, dict[str, Any] | None] = {}

    def reasons(self, version: str, reasons: Collection[str]) -> list[str]:
        """What a verdict by this version said; of a version that nobody knows the bare reasons."""
        content = self._content(version)
        if content is None:
            return list(reasons)
        return [packs.reason_text(content, one, self._language) for one in reasons]

    def skip(self, version: str, look: str, reason: str) -> str:
        """Why a look was left out."""
        content = self._content(version)
        return reason if content is None else packs.reason_text(content, f"{look}.skipped.{reason}", self._language)

    def value(self, version: str, look: str, value: str) -> str:
        """What a look may say, such as a colour of the health code; by a version that nobody knows as `looks`."""
        content = self._content(version) or content_of(default_version())
        return packs.value_text(content, look, value, self._language)

    def looks(self, version: str, checks: Mapping[str, Any], skipped: Mapping[str, str]) -> list[str]:
        """What was looked at, look by look; by a version that nobody knows in the words of the default one."""
        content = self._content(version) or content_of(default_version())
        return packs.looks_in_words(content, checks, skipped, self._language)

    def _content(self, version: str) -> dict[str, Any] | None:
        if version not in self._contents:
            try:
                self._contents[version] = content_of(version)
            except (NotFound, EditionAltered):
                self._contents[version] = None
        return self._contents[version]
