"""What was looked at, in words: look by look in the pack's order, with what bears it out. `language`: "zh" or "en"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kakou.screening.packs.reading import Content
from kakou.screening.packs.wording import VALUES, degrees, look_text, reason_text, value_text
from kakou.screening.rules.looks import HowShown, Look
from kakou.screening.vaccines import products

Checks = Mapping[str, Any]
_OBSERVED = {"zh": "本人出示，未核验", "en": "observed, not verified"}
_DOSES = {"zh": "%d 剂", "en": "doses: %d"}
_BEFORE = {"zh": "复测前 %s", "en": "before the rest %s"}
_GUIDED = {"zh": "已指导", "en": "guided"}
_CORRECTED = {"zh": "已纠正", "en": "put right"}
_BY = {
    "forehead": {"zh": "额温", "en": "forehead"}, "wrist": {"zh": "腕温", "en": "wrist"},
    "ear": {"zh": "耳温", "en": "ear"}, "camera": {"zh": "测温门", "en": "camera"},
    "armpit": {"zh": "腋温", "en": "armpit"},
}  # fmt: skip


def looks_in_words(content: Content, checks: Checks, skipped: Mapping[str, str], language: str) -> list[str]:
    """One line for every look that was taken, and for every one that was left out for a reason."""
    lines = []
    for look in (look for step in content["steps"].values() for look in step["looks"]):
        if look in checks:
            more = [words for words in _more(look, checks, language) if words]
            said = value_text(content, look, checks[look], language)
            lines.append(" · ".join([f"{look_text(content, look, language)} {said}", *more]))
        elif look in skipped:
            lines.append(reason_text(content, f"{look}.skipped.{skipped[look]}", language))
    return lines


def _more(look: str, checks: Checks, language: str) -> Iterator[str]:
    if look in _MORE:
        yield from _MORE[look](checks, language)


def _code(look: Look) -> Callable[[Checks, str], Iterator[str]]:
    def more(checks: Checks, language: str) -> Iterator[str]:
        how = checks.get(f"{look}_how") or ""
        yield VALUES[how][language] if how in VALUES else ""
        yield "" if how == HowShown.OFFICIAL else _OBSERVED[language]

    return more


def _vaccination(checks: Checks, language: str) -> Iterator[str]:
    code = checks.get("vaccine") or ""
    known = products().get(code)
    yield {"zh": known.zh, "en": known.en}[language] if known else code
    yield _DOSES[language] % checks["doses"] if "doses" in checks else ""
    yield checks.get("dose_on") or ""


def _origin(checks: Checks, _language: str) -> Iterator[str]:
    yield checks.get("origin_from") or ""


def _mask(checks: Checks, language: str) -> Iterator[str]:
    yield _GUIDED[language] if checks.get("mask_guided") else ""
    yield _CORRECTED[language] if checks.get("mask_corrected") else ""


def _temperature(checks: Checks, language: str) -> Iterator[str]:
    by = checks.get("temperature_by") or ""
    yield _BY[by][language] if by in _BY else ""
    yield checks.get("thermometer") or ""
    yield _BEFORE[language] % degrees(checks["temperature_before"]) if "temperature_before" in checks else ""


_MORE: Mapping[str, Callable[[Checks, str], Iterator[str]]] = {
    Look.HEALTH: _code(Look.HEALTH),
    Look.TRAVEL: _code(Look.TRAVEL),
    Look.VACCINATION: _vaccination,
    Look.ORIGIN: _origin,
    Look.MASK: _mask,
    Look.TEMPERATURE: _temperature,
}
