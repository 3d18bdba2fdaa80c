"""A policy as frozen data, read from an edition's JSON: what counts as a contact, how far back, and what is then due.

Times are seconds, although editions say minutes and hours. Days are the site's.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from kakou.tracing.policy.fields import Fields, PolicyRefused, Source, read_sources
from kakou.tracing.policy.wording import WHY

EDITIONS = ("cn-8", "cn-9", "generic")
_CHOSEN = "chosen"
_HERE = Path(__file__).parent / "editions"
_MINUTE, _HOUR = 60, 3_600
_MOST_DAYS = 60  # of one stage: longer than any plan ever was


class Grade(StrEnum):
    """What somebody is proposed as, the strongest first."""

    CLOSE = "close"  # 密接
    SECONDARY = "secondary"  # 次密接: a close contact of a close contact
    COMPANION = "companion"  # 时空伴随
    NONE = "none"  # 一般接触: met, and nothing follows from it


STRENGTH: Mapping[Grade, int] = {grade: rank for rank, grade in enumerate(reversed(Grade))}


class Proposes(StrEnum):
    """What one kind of place can make of somebody. Secondary contacts follow from close ones, not from a place."""

    CLOSE = "close"
    COMPANION = "companion"
    NONE = "none"


class Measure(StrEnum):
    """What is done with a contact (数据字典 措施)."""

    CENTRAL_ISOLATION = "central_isolation"  # 集中隔离医学观察
    HOME_ISOLATION = "home_isolation"  # 居家隔离医学观察
    HOME_MONITOR = "home_monitor"  # 居家健康监测
    HEALTH_WATCH = "health_watch"  # 自我健康监测


class Swab(StrEnum):
    """How a sample is taken."""

    NASOPHARYNGEAL = "nasopharyngeal"  # 鼻咽拭子
    OROPHARYNGEAL = "oropharyngeal"  # 口咽拭子
    ANY = "any"


class Release(StrEnum):
    """What somebody is released upon."""

    ALL_NEGATIVE = "all_negative"  # 检测全部阴性
    DAYS_OVER = "days_over"  # 期满


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """What meeting at one kind of place proposes.

    Two stays count from `min_overlap_s` together on, the case's being widened by `gap_s` at both ends; with
    `cumulative_s` above zero, one of both must also have been there that long altogether. `is_large`: where nobody
    counted the people it is taken for crowded. `why`: a key of `wording.WHY`.
    """

    proposes: Grade
    min_overlap_s: int
    gap_s: int
    cumulative_s: int
    is_large: bool
    why: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of days under one measure, the days of tests counted from its own first (1), and how many samples are
    taken on its last (2: 双采双检)."""

    measure: Measure
    days: int
    tests: tuple[int, ...]
    samples_at_end: int


@dataclass(frozen=True, slots=True)
class Measures:
    """What is done with contacts of one grade, one stage after the other, and upon what they are released."""

    stages: tuple[Stage, ...]
    release: Release


@dataclass(frozen=True, slots=True)
class Policy:
    """One edition. `cited`: the source of every value by its place in the JSON, as "places.shop.overlap_minutes".

    `valid_from`, `valid_to`: first and last day, None without bound. `lookback_days`: whole days before that of the
    onset or first positive sample. `first_day`: how many days after that of the last contact day 1 is. `crowd_from`,
    `crowd_assumed`: from how many people on time together is reckoned over them, and how many a large place is taken
    for. `companion_days`: within which the cumulative seconds of a place are counted. `secondary`: kinds of place where
    who meets a close contact closely is a secondary one.
    """

    name: str
    title: Mapping[str, str]
    jurisdiction: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    lookback_days: int
    first_day: int
    crowd_from: int
    crowd_assumed: int
    companion_days: int
    swab: Swab
    places: Mapping[str, PlaceRule]
    otherwise: PlaceRule
    secondary: frozenset[str]
    measures: Mapping[Grade, Measures]
    cited: Mapping[str, Source]

    def rule(self, kind: str) -> PlaceRule:
        """That of a kind of place, or the one for kinds that nobody wrote a rule for."""
        return self.places.get(kind, self.otherwise)

    def holds(self, day: dt.date) -> bool:
        """Is it in force on that day?"""
        return (self.valid_from or dt.date.min) <= day <= (self.valid_to or dt.date.max)


def edition(name: str, *, lookback_days: int | None = None) -> Policy:
    """A shipped edition, in force or not; `lookback_days` instead of its own, as sources differ about it. Raises
    PolicyRefused with the known names, or for days that no edition may have."""
    if name not in EDITIONS:
        raise PolicyRefused(
            "No edition is called %(name)s. Take one of: %(known)s.", name=name, known=", ".join(EDITIONS)
        )
    if lookback_days is None:
        return _shipped(name)
    content = _content(name)
    sources = {**content["sources"], _CHOSEN: {"sure": "K", "text": "chosen for this run"}}
    return read_policy({**content, "lookback_days": [lookback_days, _CHOSEN], "sources": sources})


def in_force(day: dt.date, name: str | None = None) -> Policy:
    """The edition that holds on a day of the site: the latest to begin; or the one called `name`, if it does. Raises
    PolicyRefused for a name that is unknown or does not hold."""
    if name is None:
        return max(
            (policy for policy in map(_shipped, EDITIONS) if policy.holds(day)),
            key=lambda policy: policy.valid_from or dt.date.min,
        )
    policy = edition(name)
    if not policy.holds(day):
        others = ", ".join(each for each in EDITIONS if _shipped(each).holds(day))
        raise PolicyRefused(
            "%(name)s holds from %(first)s to %(last)s, not on %(day)s. Take one of: %(known)s.",
            name=name, first=policy.valid_from or "…", last=policy.valid_to or "…", day=day, known=others,
        )  # fmt: skip
    return policy


def read_policy(content: Mapping[str, Any]) -> Policy:
    """An edition from its JSON, whole. Raises PolicyRefused naming the field and what to write."""
    fields = Fields(content)
    fields.sources = read_sources(fields)
    places = {kind: _rule(part) for kind, part in fields.parts("places").items()}
    policy = Policy(
        name=fields.text("name"),
        title=_title(fields.part("title")),
        jurisdiction=fields.text("jurisdiction"),
        valid_from=fields.day("valid_from"),
        valid_to=fields.day("valid_to"),
        lookback_days=fields.number("lookback_days", 0, 28),
        first_day=fields.number("first_day", 0, 1),
        crowd_from=fields.number("crowd_from", 1, 100_000),
        crowd_assumed=fields.number("crowd_assumed", 1, 1_000_000),
        companion_days=fields.number("companion_days", 1, 28),
        swab=fields.word("swab", Swab),
        places=places,
        otherwise=_rule(fields.part("otherwise")),
        secondary=fields.words("secondary", places),
        measures=_measures(fields.part("measures")),
        cited=fields.cited,
    )
    fields.finish()
    _refuse_contradictions(policy)
    return policy


@cache
def _shipped(name: str) -> Policy:
    return read_policy(_content(name))


def _content(name: str) -> dict[str, Any]:
    """The JSON of a shipped edition. What one that is "of" another does not say is as there; of an object in it, by its
    members: each kind of place, grade and source is replaced whole."""
    own: dict[str, Any] = json.loads((_HERE / f"{name}.json").read_text("utf-8"))
    if "of" not in own:
        return own
    base = _content(own.pop("of"))
    merged = {key: {**base[key], **value} for key, value in own.items() if isinstance(value, dict)}
    return {**base, **own, **merged}


def _title(part: Fields) -> dict[str, str]:
    return {language: part.text(language) for language in ("zh", "en")}


def _rule(part: Fields) -> PlaceRule:
    return PlaceRule(
        proposes=Grade(part.word("proposes", Proposes)),
        min_overlap_s=part.number("overlap_minutes", 0, 1_440) * _MINUTE,
        gap_s=part.number("gap_minutes", 0, 1_440, otherwise=0) * _MINUTE,
        cumulative_s=part.number("cumulative_hours", 0, 672, otherwise=0) * _HOUR,
        is_large=part.flag("large"),
        why=part.key("why", WHY),
    )


def _measures(part: Fields) -> dict[Grade, Measures]:
    graded = {grade: part.part(grade) for grade in Grade if grade is not Grade.NONE}
    return {
        grade: Measures(tuple(_stage(row) for row in inner.rows("stages")), inner.word("release", Release))
        for grade, inner in graded.items()
    }


def _stage(row: Fields) -> Stage:
    days = row.number("days", 1, _MOST_DAYS)
    return Stage(
        measure=row.word("measure", Measure),
        days=days,
        tests=row.days("tests", days),
        samples_at_end=row.number("samples_at_end", 1, 4, otherwise=1),
    )


def _refuse_contradictions(policy: Policy) -> None:
    """What each field by itself cannot say."""
    if policy.valid_from and policy.valid_to and policy.valid_to < policy.valid_from:
        raise PolicyRefused("valid_to lies before valid_from. Write the last day of the edition.")
    if policy.otherwise.proposes is Grade.CLOSE:
        raise PolicyRefused(
            "A place without a rule makes nobody a close contact. Write none or companion under otherwise."
        )
    for kind in sorted(policy.secondary):
        if policy.places[kind].proposes is not Grade.CLOSE:
            raise PolicyRefused("secondary names %(kind)s, where nobody is a close contact. Take it out.", kind=kind)
    for grade, measures in policy.measures.items():
        for stage in measures.stages:
            if stage.samples_at_end > 1 and stage.days not in stage.tests:
                raise PolicyRefused(
                    "measures.%(grade)s takes samples at the end of a stage but has no test then. Add day %(day)d.",
                    grade=grade,
                    day=stage.days,
                )
