"""What an edition says is data with dates and sources; what is wrong in it is told by its field, with what to write."""

import datetime as dt
import json
from copy import deepcopy

import pytest

from kakou.places.rules import EntranceKind, UnitKind
from kakou.tracing.policy import EDITIONS, Grade, Measure, PolicyRefused, edition, in_force, read_policy
from kakou.tracing.policy.model import _content

POLICIES = [edition(name) for name in EDITIONS]


def changed(path, value, name="cn-8"):
    """The JSON of an edition with another value at `path`; a path that is not there is added."""
    content = deepcopy(_content(name))
    *way, last = path.split(".")
    inner = content
    for step in way:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    inner[last] = value
    return content


def values(found, where=""):
    """Every [value, source] of an edition by its place."""
    if isinstance(found, list) and len(found) == 2 and isinstance(found[1], str):
        yield where, found[1]
    elif isinstance(found, dict | list):
        for name, inner in found.items() if isinstance(found, dict) else enumerate(found):
            yield from values(inner, f"{where}.{name}" if where else str(name))


@pytest.mark.parametrize(("name", "days"), [("cn-8", 4), ("cn-9", 2), ("generic", 14)])
def test_the_quoted_look_backs_are_those_of_the_editions(name, days):
    assert edition(name).lookback_days == days


def test_the_look_back_can_be_another_one_as_the_sources_differ():
    assert edition("cn-8", lookback_days=2).lookback_days == 2
    assert edition("cn-8").lookback_days == 4
    with pytest.raises(PolicyRefused, match=r"lookback_days is 29. Write: 0 … 28"):
        edition("cn-8", lookback_days=29)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2020-02-01", "generic"),
        ("2021-05-10", "generic"),
        ("2021-05-11", "cn-8"),
        ("2021-08-10", "cn-8"),
        ("2022-06-27", "cn-8"),
        ("2022-06-28", "cn-9"),
        ("2022-11-10", "cn-9"),
        ("2022-11-11", "generic"),
    ],
)
def test_the_edition_of_the_day_is_in_force(day, name):
    assert in_force(dt.date.fromisoformat(day)).name == name


def test_an_edition_that_is_named_must_hold_on_that_day():
    assert in_force(dt.date(2021, 8, 10), "cn-8").name == "cn-8"
    assert in_force(dt.date(2021, 8, 10), "generic").name == "generic"
    with pytest.raises(
        PolicyRefused, match=r"cn-9 holds from 2022-06-28 to 2022-11-10, not on 2021-08-10.*cn-8, generic"
    ):
        in_force(dt.date(2021, 8, 10), "cn-9")


def test_an_unknown_edition_is_told_with_the_known_ones():
    with pytest.raises(PolicyRefused, match=r"called cn-10. Take one of: cn-8, cn-9, generic"):
        edition("cn-10")


@pytest.mark.parametrize("policy", POLICIES, ids=EDITIONS)
def test_every_kind_of_unit_and_entrance_has_a_rule_of_its_own(policy):
    assert {*UnitKind, *EntranceKind} <= set(policy.places)


@pytest.mark.parametrize("policy", POLICIES, ids=EDITIONS)
def test_every_value_says_where_it_comes_from_and_how_sure_that_is(policy):
    content = _content(policy.name)
    assert {where for where, _ in values(content)} == set(policy.cited)
    assert {key for _, key in values(content)} <= set(content["sources"])
    assert all(source.text and source.sure in "VSK?" for source in policy.cited.values())


def test_what_could_not_be_verified_is_not_told_as_quoted():
    cited = edition("cn-8").cited
    assert cited["lookback_days"].sure == "?"
    assert cited["places.shop.overlap_minutes"].sure == "?"
    assert cited["measures.close.stages.0.days"].sure == "S"


def stages(policy, grade):
    return [(stage.measure, stage.days, stage.tests) for stage in policy.measures[grade].stages]


def test_measures_are_those_of_the_table():
    eighth, ninth = edition("cn-8"), edition("cn-9")
    assert stages(eighth, Grade.CLOSE) == [
        (Measure.CENTRAL_ISOLATION, 14, (1, 4, 7, 14)),
        (Measure.HOME_MONITOR, 7, (2, 7)),
    ]
    assert stages(ninth, Grade.CLOSE) == [
        (Measure.CENTRAL_ISOLATION, 7, (1, 2, 3, 5, 7)),
        (Measure.HOME_MONITOR, 3, (3,)),
    ]
    assert stages(eighth, Grade.SECONDARY) == [(Measure.CENTRAL_ISOLATION, 7, (1, 4, 7))]
    assert stages(ninth, Grade.SECONDARY) == [(Measure.HOME_ISOLATION, 7, (1, 4, 7))]


def test_a_later_edition_says_only_what_changed():
    eighth, ninth = edition("cn-8"), edition("cn-9")
    assert ninth.places == eighth.places
    assert ninth.measures[Grade.COMPANION] == eighth.measures[Grade.COMPANION]


WRONG = [
    ("lookback_days", [29, "8th"], "lookback_days is 29. Write: 0 … 28"),
    ("lookback_days", [True, "8th"], "lookback_days is True. Write: 0 … 28"),
    ("lookback_days", 4, "lookback_days is 4. Write: […, 8th / "),
    ("lookback_days", [4, "hearsay"], "lookback_days is [4, 'hearsay']. Write: […, 8th / "),
    ("valid_from", ["11 May 2021", "8th"], "valid_from is '11 May 2021'. Write: 2021-08-10"),
    ("valid_to", ["2021-05-10", "8th"], "valid_to lies before valid_from."),
    ("title", "8th", "title is '8th'. Write: an object {…}"),
    ("places.shop.proposes", ["secondary", "shop"], "places.shop.proposes is 'secondary'. Write: close / companion / "),
    ("places.shop.overlap_minuts", [1, "shop"], "places.shop.overlap_minuts is not known here."),
    ("places.shop.large", "yes", "places.shop.large is 'yes'. Write: true / false"),
    ("places.shop.why", "because", "places.shop.why is 'because'. Write: household / "),
    ("places.shop.why", 1, "places.shop.why is 1. Write: a text"),
    ("places.shop", {}, "places.shop.proposes is missing."),
    ("otherwise.proposes", ["close", "shop"], "A place without a rule makes nobody a close contact."),
    ("secondary", [["karaoke"], "8th"], "secondary is ['karaoke']. Write: [household, "),
    ("secondary", [["compound"], "8th"], "secondary names compound, where nobody is a close contact."),
    ("measures.close.stages", {}, "measures.close.stages is {}. Write: [{…}, …]"),
    ("measures.close.stages.0.tests", [[1, 15], "8th"], "measures.close.stages.0.tests is [1, 15]. Write: [1, …, 14]"),
    ("measures.close.stages.0.tests", [[7, 4], "8th"], "measures.close.stages.0.tests is [7, 4]."),
    ("measures.close.stages.0.tests", [[1], "8th"], "measures.close takes samples at the end"),
    ("measures.close.release", ["soon", "8th"], "measures.close.release is 'soon'. Write: all_negative / days_over"),
    ("sources.8th.sure", "certainly", "sources.8th.sure is 'certainly'. Write: V / S / K / ?"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "told"), WRONG)
def test_what_is_wrong_is_told_by_its_field_and_with_its_mend(path, value, told):
    with pytest.raises(PolicyRefused) as refused:
        read_policy(changed(path, value))
    assert str(refused.value).startswith(told)


def test_an_office_can_read_an_edition_of_its_own():
    content = json.loads(json.dumps(changed("places.karaoke", {**_content("cn-8")["places"]["shop"], "why": "place"})))
    assert read_policy(content).rule("karaoke").proposes is Grade.CLOSE
