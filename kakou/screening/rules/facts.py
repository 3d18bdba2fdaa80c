"""What follows from a case before any rule is asked: how old a code is, how risky the places were on those days. Pure.

The same file stands in TypeScript in `gate/src/domain/facts.ts`; contracts/vectors/verdict binds both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypedDict

from kakou.screening.certlogic.evaluating import is_integer
from kakou.screening.rules.looks import LEVELS

MINUTE: Final = 60_000
RISKY: Final = LEVELS.index("control")  # from here on a stay counts as one in a risk area
_RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

# "from" is a word of Python: the functional form
Area = TypedDict("Area", {"code": str, "level": str, "from": str, "to": str | None})
"""A place that has, or had, a risk level: division code of 6, 9 or 12 digits; first and last day, the last one None
while it lasts. Days are the site's, as 2021-08-10."""
Stay = TypedDict("Stay", {"code": str, "from": str, "to": str})
"""Where somebody was: division code, first and last day."""


class Case(TypedDict, total=False):
    """Somebody at a gate: what is known and what was looked at. What is absent was not said or not looked at.

    `checks` are those of a passage on the wire (contracts/README.md), times in epoch milliseconds; `day`: the site's
    day of `at`; `record`: see Record; `pass_state`: what is known of a pass shown, see PASSES; `past`: what the ledger
    remembers (`quota_used`: members of the household who went out within the days of the quota, `persuaded_back`: how
    often today); `unit`, `management`: kind and state of the unit that the gate leads into.
    """

    at: int
    day: str
    direction: str
    who: str
    purpose: str | None
    unit: str | None
    management: str | None
    checks: dict[str, Any]
    skipped: dict[str, str]
    stays: list[Stay]
    record: str
    pass_state: str | None
    past: dict[str, int]


class Facts(TypedDict):
    """`code_age`, `travel_age`: minutes since the code says it was made, negative when it lies ahead. `worst`: the
    highest level of where he comes from today and of where he was, each on its day. `near`: the highest level of a
    place that lies *inside* one he named: ask more exactly. `risk_days`: days since he was last in a risk area.
    """

    code_age: int | None
    travel_age: int | None
    worst: str | None
    near: str | None
    risk_days: int | None


def facts_of(case: Case, areas: Sequence[Area], *, lookback_days: int) -> Facts:
    """The facts of a case. `areas`: all that had a level within the last `lookback_days`; older stays count no more."""
    checks = case.get("checks", {})
    stays = _stays(case, lookback_days)
    said = checks.get("origin")
    levels = [said] if isinstance(said, str) and said in _RANK else []
    met = [(stay, area) for stay in stays for area in areas if _overlap(stay, area)]
    levels += [area["level"] for stay, area in met if stay["code"].startswith(area["code"])]
    inside = [area["level"] for stay, area in met if _is_inside(area, stay)]
    return Facts(
        code_age=_age(case, checks.get("health_at")),
        travel_age=_age(case, checks.get("travel_at")),
        worst=_highest(levels),
        near=_highest(inside),
        risk_days=_risk_days(case, met),
    )


def ordinal(day: str) -> int:
    """2021-08-10 → a number of days, one more each day. Raises ValueError."""
    if not _DAY.fullmatch(day):
        raise ValueError(f"not a day: {day!r}")
    return dt.date.fromisoformat(day).toordinal()


def _stays(case: Case, lookback_days: int) -> list[Stay]:
    """Where he comes from today, and where he was within the days that count."""
    day = case.get("day", "")
    origin = case.get("checks", {}).get("origin_from")
    here: list[Stay] = [{"code": origin, "from": day, "to": day}] if isinstance(origin, str) and origin else []
    return here + [stay for stay in case.get("stays") or () if ordinal(day) - ordinal(stay["to"]) <= lookback_days]


def _overlap(stay: Stay, area: Area) -> bool:
    return area["from"] <= stay["to"] and (area["to"] is None or area["to"] >= stay["from"])


def _is_inside(area: Area, stay: Stay) -> bool:
    return area["code"] != stay["code"] and area["code"].startswith(stay["code"])


def _highest(levels: Iterable[str]) -> str | None:
    return max(levels, key=_RANK.__getitem__, default=None)


def _age(case: Case, made: Any) -> int | None:
    return (case["at"] - made) // MINUTE if is_integer(made) else None


def _risk_days(case: Case, met: Sequence[tuple[Stay, Area]]) -> int | None:
    lasts = [
        min(stay["to"], area["to"] or stay["to"])
        for stay, area in met
        if _RANK[area["level"]] >= RISKY and stay["code"].startswith(area["code"])
    ]
    return ordinal(case.get("day", "")) - ordinal(max(lasts)) if lasts else None
