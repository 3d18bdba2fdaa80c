"""The cases whose verdicts are measured: the shared ones, and generated ones, alone and beside a long list of areas."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from kakou.screening.packs import SHIPPED
from kakou.screening.rules import LEVELS, Area, Case
from kakou.screening.tests.strategies import AREAS, CODES, areas, cases
from kakou.screening.tests.vectors import vectors

SEED = 20210810
LONG = 1_000  # risk areas


class Asked(NamedTuple):
    """One case: the code of the shipped pack that judges it, the risk areas known, and what it is called."""

    pack: str
    case: Case
    areas: Sequence[Area]
    name: str


def shared() -> list[Asked]:
    """Every case of contracts/vectors/verdict, with the areas that it names."""
    return [
        Asked(vector.pack, as_case(vector.case), [as_area(area) for area in vector.areas], vector.name)
        for vector in vectors()
    ]


def generated(count: int) -> list[Asked]:
    """What becomes of `count` draws of a case as a gate might send it, with the areas of the shared cases and up to
    five more: those that differ, each before every shipped pack. The same in every run of one version of Hypothesis.
    """
    drawn: dict[str, tuple[Case, list[Area]]] = {}

    @seed(SEED)
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.tuples(cases(), areas))
    def draw(one: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
        case, more = one
        drawn.setdefault(json.dumps(one, sort_keys=True), (as_case(case), [as_area(area) for area in AREAS + more]))

    draw()
    return [
        Asked(code, case, known, f"generated {number}")
        for number, (case, known) in enumerate(drawn.values())
        for code in SHIPPED
    ]


def beside_a_long_list(asked: Sequence[Asked], length: int = LONG) -> list[Asked]:
    """The same cases, where everybody knows `length` risk areas of some weeks."""
    dice = random.Random(SEED)
    known = [*(as_area(area) for area in AREAS), *(_area(dice) for _ in range(length - len(AREAS)))]
    return [one._replace(areas=known) for one in asked]


def _area(dice: random.Random) -> Area:
    code = dice.choice(CODES)[:6] if dice.random() < 0.1 else f"{dice.randrange(110_000, 660_000)}"
    begins = dice.randrange(10, 32)
    ended = f"2021-08-{dice.randrange(1, 10):02}" if dice.random() < 0.3 else None
    return {"code": code, "level": dice.choice(LEVELS[3:]), "from": f"2021-07-{begins}", "to": ended}


def as_case(told: dict[str, Any]) -> Case:
    """JSON, taken for a case."""
    return told  # type: ignore[return-value]


def as_area(told: Mapping[str, Any]) -> Area:
    """JSON, taken for an area."""
    return told  # type: ignore[return-value]
