"""Risk areas as a phone had them: those near where somebody comes from and was, of the days that count. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kakou.screening.rules import Area, Case

_DIGITS = 6  # of a county: two divisions can only lie in one another when these are the same


class RiskMap:
    """Every area, found by the county it lies in: a list of a whole country is asked about a few places only."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas: dict[str, list[Area]] = {}
        for area in areas:
            self._areas.setdefault(area["code"][:_DIGITS], []).append(area)

    def near(self, case: Case, *, lookback_days: int) -> list[Area]:
        """The areas that may matter to the case: with a level on its day, or within `lookback_days` before."""
        if not self._areas:
            return []
        codes = [stay["code"] for stay in case.get("stays", ())]
        if isinstance(origin := case["checks"].get("origin_from"), str):
            codes.append(origin)
        counties = {code[:_DIGITS] for code in codes}
        since = (dt.date.fromisoformat(case["day"]) - dt.timedelta(days=lookback_days)).isoformat()
        near = [area for county in counties for area in self._areas.get(county, ())]
        return [area for area in near if area["to"] is None or area["to"] >= since]
