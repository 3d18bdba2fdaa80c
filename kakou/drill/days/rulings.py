"""Rulings: what the rule pack says of a case, as the phone at the gate would ask it.

Cases that differ only in the hour, or in numbers on the same side of every limit, are one: so few are ever judged.
"""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import Any, NamedTuple

from kakou.drill.days.facts import MINUTE, Facts
from kakou.drill.world import regions
from kakou.screening.packs import read_pack, shipped, version_of
from kakou.screening.rules import Case, Duty, Pack, judge

CODE = "cn-2021-08"
VERSION = version_of(shipped(CODE))
_AREAS = regions.areas()
_DATE = dt.date(2021, 8, 10)  # any day does: a case tells how old things are
_AT = 1_628_570_760_000


class Ruling(NamedTuple):
    """As a passage carries it."""

    verdict: str
    reasons: list[str]
    pack: str


class _Relative(NamedTuple):
    """A case without its hour: ages in minutes, numbers that stand for all on the same side of the pack's limits."""

    direction: str
    who: str
    purpose: str
    record: str
    looks: tuple[tuple[str, Any], ...]
    health_age: int | None
    travel_age: int | None
    temperature: int | None
    before: int | None
    skipped: tuple[tuple[str, str], ...]
    stays: tuple[tuple[str, int, int], ...]


@cache
def pack() -> Pack:
    """The rules of the drill's gates."""
    return read_pack(shipped(CODE))


def ruling(facts: Facts, *, direction: str, who: str, purpose: str, record: str) -> Ruling:
    """What the pack says of these facts."""
    limits = _limits()
    return _ruled(
        _Relative(
            direction, who, purpose, record, tuple(facts.looks.items()),
            _age(facts.health_age, limits.health_age), _age(facts.travel_age, limits.travel_age),
            _warmth(facts.temperature, limits), _warmth(facts.before, limits),
            tuple(facts.skipped.items()), facts.stays,
        )
    )  # fmt: skip


@cache
def compulsory(direction: str, who: str) -> tuple[str, ...]:
    """The looks that nobody may leave out without a word; the record is none that is sent."""
    duties = ((look.look, look.duties.get((direction, who), Duty.MAY)) for look in pack().looks)
    return tuple(look for look, duty in duties if duty is not Duty.MAY and look != "record")


@lru_cache(maxsize=8192)
def _ruled(case: _Relative) -> Ruling:
    judged = judge(pack(), _case(case), _AREAS)
    return Ruling(judged.outcome, list(judged.reasons), judged.pack)


def _case(told: _Relative) -> Case:
    measured = {"temperature": told.temperature, "temperature_before": told.before}
    ages = {"health_at": told.health_age, "travel_at": told.travel_age}
    checks: dict[str, Any] = dict(told.looks)
    checks |= {name: tenths for name, tenths in measured.items() if tenths is not None}
    checks |= {name: _AT - age * MINUTE for name, age in ages.items() if age is not None}
    return Case(
        at=_AT, day=_DATE.isoformat(), direction=told.direction, who=told.who, purpose=told.purpose,
        record=told.record, checks=checks, skipped=dict(told.skipped),
        stays=[{"code": code, "from": _day(first), "to": _day(last)} for code, first, last in told.stays],
    )  # fmt: skip


class _Limits(NamedTuple):
    fever: int
    too_low: int
    health_age: int
    travel_age: int


@cache
def _limits() -> _Limits:
    params = pack().params
    return _Limits(
        params["temperature_limit"], params["temperature_low"], params["code_age_minutes"], params["travel_age_minutes"]
    )


def _age(seconds: int | None, most: int) -> int | None:
    """Minutes, or what stands for them; a code of a time to come keeps its own."""
    if seconds is None or seconds < 0:
        return seconds and seconds // 60
    return 0 if seconds // 60 <= most else most + 1


def _warmth(tenths: int | None, limits: _Limits) -> int | None:
    if tenths is None:
        return None
    if tenths >= limits.fever:
        return limits.fever
    return limits.too_low if tenths >= limits.too_low else limits.too_low - 1


def _day(ago: int) -> str:
    return (_DATE - dt.timedelta(days=ago)).isoformat()
