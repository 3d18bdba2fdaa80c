"""Random cases: sensible ones, and ones that no gate should send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kakou.screening.rules.looks import LEVELS, PASSES, RESULTS, HowShown, Look, Who

AT = 1_628_570_700_000  # 12:45 on the article's day, at Suining
DAY = 86_400_000
CODES = (
    "320324",
    "320324002",
    "320324003",
    "320324003012",
    "321003",
    "321002",
    "320102",
    "320102001",
    "430802",
    "110000",
)
AREAS = [
    {"code": "320324003", "level": "medium", "from": "2021-08-09", "to": None},
    {"code": "321003", "level": "high", "from": "2021-07-28", "to": None},
    {"code": "321002", "level": "medium", "from": "2021-07-21", "to": "2021-08-05"},
    {"code": "320102", "level": "control", "from": "2021-07-21", "to": None},
    {"code": "320102001", "level": "lockdown", "from": "2021-07-21", "to": None},
    {"code": "430802", "level": "high", "from": "2021-07-27", "to": "2021-07-30"},
]
days = st.integers(15, 43).map(lambda day: f"2021-07-{day}" if day < 32 else f"2021-08-{day - 31:02}")
moments = st.integers(AT - 2 * DAY, AT + DAY)
odd = st.sampled_from(["", "purple", 0, 1, True, False, 36.5, -1, [], ["red"], {}, {"result": "red"}])


def words(look: Look) -> st.SearchStrategy[Any]:
    return st.sampled_from(RESULTS[look])


@st.composite
def stays(draw: st.DrawFn) -> dict[str, str]:
    one, other = sorted((draw(days), draw(days)))
    return {"code": draw(st.sampled_from(CODES)), "from": one, "to": other}


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


checks = optional(
    **{look.value: words(look) for look in RESULTS if look is not Look.RECORD},
    temperature=st.integers(330, 440),
    temperature_before=st.integers(340, 430),
    health_at=moments,
    travel_at=moments,
    health_how=st.sampled_from(list(HowShown)).map(str),
    origin_from=st.sampled_from(CODES),
    mask_corrected=st.booleans(),
    mask_guided=st.booleans(),
    doses=st.integers(0, 4),
)
REASONS = (
    "no_phone",
    "phone_dead",
    "exempt",
    "not_at_hand",
    "known",
    "thermometer_broken",
    "too_hot",
    "asleep",
    "nothing",
)
purposes = st.sampled_from(["home", "work", "delivery", "medical", "visit", "patrol", "other", "shopping", "school"])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A case as a gate might send it."""
    known = draw(
        optional(
            purpose=purposes | st.just("emergency"),
            unit=st.sampled_from(["compound", "enterprise"]),
            management=st.sampled_from(["open", "closed", "lockdown", "control", "prevention"]),
            record=words(Look.RECORD),
            pass_state=st.sampled_from(PASSES),
            stays=st.lists(stays(), max_size=3),
            skipped=st.dictionaries(st.sampled_from(list(Look)).map(str), st.sampled_from(REASONS), max_size=3),
            past=optional(quota_used=st.integers(0, 3), persuaded_back=st.integers(0, 2)),
        )
    )
    return {
        "at": AT,
        "day": "2021-08-10",
        "direction": draw(st.sampled_from(["in", "out"])),
        "who": draw(st.sampled_from(list(Who)).map(str)),
        "checks": draw(checks),
        **known,
    }


@st.composite
def odd_cases(draw: st.DrawFn) -> dict[str, Any]:
    """A case with something in it that no gate should send, or something not in it."""
    case = draw(cases())
    for unsaid in draw(st.sets(st.sampled_from(["who", "direction"]))):
        del case[unsaid]
    look = draw(st.sampled_from([*Look, "health_at", "travel_at", "temperature_before", "mask_corrected"]))
    case["checks"] = {**case["checks"], str(look): draw(odd)}
    if draw(st.booleans()):
        case["day"] = draw(st.sampled_from(["2021-02-29", "soon", "2021-8-1", "20210810", "2024-02-29"]))
    if draw(st.booleans()):
        case["stays"] = [{"code": "321003", "from": "2021-08-01", "to": draw(st.sampled_from(["", "2021-13-01"]))}]
    return case


areas = st.lists(
    st.builds(
        lambda code, level, one, other: {"code": code, "level": level, "from": one, "to": other},
        st.sampled_from(CODES), st.sampled_from(LEVELS), days, st.none() | days,
    ),
    max_size=5,
)  # fmt: skip
