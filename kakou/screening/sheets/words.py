"""What people write in the cells of risk areas, in both languages, and the sentences about what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("地区编码", "code", "编码", "区划代码"),
    "name": ("名称", "name", "地区", "地区名称"),
    "level": ("风险等级", "level", "等级"),
    "starts_on": ("起", "from", "开始日期", "调整日期"),
    "ends_on": ("止", "to", "结束日期", "解除日期"),
    "source": ("来源", "source"),
}
REQUIRED = ("code", "name", "level", "starts_on", "source")
LEVELS: Mapping[str, str] = {
    word: level
    for level, words in {
        "low": ("low", "低风险", "低风险地区", "低"),
        "medium": ("medium", "中风险", "中风险地区", "中"),
        "high": ("high", "高风险", "高风险地区", "高"),
        "lockdown": ("lockdown", "封控", "封控区"),
        "control": ("control", "管控", "管控区"),
        "prevention": ("prevention", "防范", "防范区"),
    }.items()
    for word in words
}


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


BAD_CODE = N_("This is no division code.")
FIX_CODE = N_("Write 6, 9 or 12 digits: 320324, 320324003.")
NO_LEVEL = N_("There is no level called %(word)s.")
FIX_LEVEL = N_("Write low, medium, high, lockdown, control or prevention.")
BAD_DATE = N_("This is no date.")
FIX_DATE = N_("Write it as 2021-07-31.")
ENDS_BEFORE = N_("The last day lies before the first.")
FIX_ENDS = N_("Correct one of the two days, or leave the last one empty while the level lasts.")
TOO_FAR = N_("This day lies before 2000 or more than a year ahead.")
TWICE = N_("The same place, level and first day stand in row %(first)d already.")
FIX_TWICE = N_("Delete one of the two rows.")
TOO_LONG = N_("This text is too long, or cannot be printed.")
FIX_SHORTER = N_("Write at most %(most)d characters.")
