"""The list of risk areas as a sheet that can be brought in again: all that is known, or the headings alone."""

from __future__ import annotations

from collections.abc import Iterable

from kakou.screening.models import RiskArea
from kakou.screening.sheets import words
from kakou.web.sheets import write_xlsx


def areas_sheet(areas: Iterable[RiskArea], *, language: str) -> bytes:
    """XLSX with headings and levels in `language`, "zh" or "en"; codes are text, so that Excel leaves them whole."""
    chinese = language == "zh"
    columns = [names[0] if chinese else names[1] for names in words.COLUMNS.values()]
    levels: dict[str, str] = {}
    for word, level in words.LEVELS.items():
        if level not in levels and word.isascii() is not chinese:
            levels[level] = word
    rows = (
        (area.code, area.name, levels[area.level], str(area.starts_on), str(area.ends_on or ""), area.source)
        for area in areas
    )
    return write_xlsx(rows, columns)
