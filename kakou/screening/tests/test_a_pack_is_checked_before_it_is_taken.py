"""A pack that cannot be used is refused by the place of each fault, and nothing of it is taken."""

from __future__ import annotations

import time
from copy import deepcopy

import pytest

from kakou.screening.packs import (
    SHIPPED,
    PackRefused,
    canonical,
    check_pack,
    compare,
    digest,
    in_words,
    problems_of,
    read_version,
    shipped,
    version_of,
)
from kakou.screening.packs.reading import merged

TEXT = {"zh": "字", "en": "word"}


@pytest.fixture
def pack():
    return shipped("cn-2021-08")


def places(content):
    return [problem.where for problem in problems_of(content)]


@pytest.mark.parametrize("code", SHIPPED)
def test_the_shipped_ones_are_sound(code):
    assert places(shipped(code)) == []


@pytest.mark.parametrize(
    ("way", "value", "where"),
    [
        ("edition", 0, "edition"),
        ("pack", "Suining 2021", "pack"),
        ("pack", "321324-2021", "pack"),  # a version is known by its letter first
        ("issued", "tomorrow", "issued"),
        ("title", {"zh": "只有中文"}, "title"),
        ("title", {"zh": "<b>粗</b>", "en": "bold"}, "title.zh"),
        ("params.temperature_limit.value", 37.3, "params.temperature_limit.value"),
        ("params.temperature_limit.value", 400, "params.temperature_limit"),
        ("order", ["codes"], "steps.vaccination"),
        ("order", ["codes", "vaccination", "origin", "mask", "temperature", "record", "x_ray"], "order.x_ray"),
        ("steps.mask.looks.face", {"text": TEXT, "results": {"seen": TEXT}}, "steps.mask.looks.face"),
        ("steps.mask.looks.mask.results.purple", {"zh": "紫", "en": "Purple"}, "steps.mask.looks.mask.purple"),
        ("steps.mask.looks.mask.usual", {"resident": "purple"}, "steps.mask.looks.mask.usual.resident"),
        (
            "steps.temperature.looks.temperature.usual", {"child": "365"},
            "steps.temperature.looks.temperature.usual.child",
        ),
        ("steps.mask.looks.health", {"text": TEXT, "results": {"green": TEXT}}, "steps.mask.looks.health"),
        ("steps.temperature.looks.temperature.most", 500, "steps.temperature.looks.temperature"),
        ("steps.mask.duties.in.resident", "perhaps", "steps.mask.duties.in.resident"),
        ("rules.mask.wrong.needs", ["nose"], "rules.mask.wrong.needs.nose"),
        ("rules.mask.wrong.when", {"or": [True, False]}, "rules.mask.wrong.when.or"),
        ("rules.mask.wrong.when", {">=": [{"var": "checks.temperature"}, 37.3]}, "rules.mask.wrong.when.>=.1"),
        ("rules.mask.wrong.when", {"===": [{"var": "checks.nose"}, "out"]}, "rules.mask.wrong.when"),
        ("rules.mask.wrong.when", {">=": [{"var": "checks.temperature"}, 373]}, "rules.mask.wrong.when"),
        ("rules.mask.wrong.outcome", "arrest", "rules.mask.wrong.outcome"),
        ("rules.mask.wrong.fix", None, "rules.mask.wrong"),
        ("rules.mask.wrong.text.en", "x" * 201, "rules.mask.wrong.text.en"),
        ("surprise", 1, ""),
    ],
)  # fmt: skip
def test_each_fault_is_told_by_its_place(pack, way, value, where):
    put(pack, way, value)
    assert where in places(pack)
    with pytest.raises(PackRefused):
        check_pack(pack)


def put(content, way, value):
    """Set the member at `way`; rules have a dot in their names. None takes it out."""
    if way.startswith("rules."):
        _, first, second, *rest = way.split(".")
        steps = ["rules", f"{first}.{second}", *rest]
    else:
        steps = way.split(".")
    for step in steps[:-1]:
        content = content[step]
    if value is None:
        del content[steps[-1]]
    else:
        content[steps[-1]] = value


@pytest.mark.parametrize("content", [None, [], 3, "pack", {}, {"pack": "x"}])
def test_what_is_no_pack_at_all_is_refused_in_words(content):
    with pytest.raises(PackRefused, match="faults"):
        check_pack(content)


def test_a_deeply_nested_rule_is_refused_and_breaks_nothing(pack):
    rule = True
    for _ in range(200):
        rule = {"!": [rule]}
    pack["rules"]["mask.wrong"]["when"] = rule
    with pytest.raises(PackRefused):
        check_pack(pack)


def test_the_ninth_edition_is_the_eighth_with_what_changed():
    eighth, ninth = shipped("cn-2021-08"), shipped("cn-2022-06")
    changed = {".".join(change.where) for change in compare(eighth, ninth)}
    assert {"params.lookback_days.value", "rules.travel.star", "steps.codes.looks.travel.results.star"} <= changed
    assert ninth["params"]["lookback_days"]["value"] == 7
    assert "travel.star" not in ninth["rules"]
    assert ninth["rules"]["health.red"] == eighth["rules"]["health.red"]


def test_a_copy_is_a_copy():
    mine = shipped("who-poe")
    mine["params"].clear()
    assert shipped("who-poe")["params"]


def test_a_version_is_read_and_whatever_else_is_none():
    assert version_of(shipped("cn-2022-06")) == "cn-2022-06.1"
    assert read_version("cn-2022-06.1") == ("cn-2022-06", 1)
    for other in ("", "drill-1", "cn.x", "cn.", ".1", "cn.-1", "cn.٣", "cn.123456"):
        assert read_version(other) is None


def test_the_digest_does_not_depend_on_how_it_was_written(pack):
    turned = dict(reversed(list(deepcopy(pack).items())))
    assert canonical(turned) == canonical(pack)
    assert digest(turned) == digest(pack)
    turned["edition"] = 2
    assert digest(turned) != digest(pack)


def test_a_merge_patch_is_that_of_rfc_7396():
    """The examples of its appendix A."""
    for target, patch, result in [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ]:
        assert merged(target, patch) == result


@pytest.mark.parametrize(
    "when",
    [
        {"===": [{"var": "checks.health"}, ["green"]]}, {"in": [{"var": "who"}, [["resident"], "visitor"]]},
        {"===": [{"var": "checks.mask_corrected"}, True]}, {"in": [{"var": "who"}, "resident"]},
    ],
)  # fmt: skip
def test_whatever_is_taken_can_be_read_in_words(when):
    """An edition is there for good: a page that cannot show it would never be whole again."""
    content = shipped("cn-2021-08")
    content["rules"]["mask.tried"] = {"needs": [], "when": when, "outcome": "admit", "severity": "info", "text": TEXT}
    check_pack(content)
    assert all(rule.condition for language in ("zh", "en") for rule in in_words(content, language))


def test_a_rule_that_would_keep_a_gate_busy_for_hours_is_refused(pack):
    """Eight lists of thirty inside one another are asked 656 thousand million times, on server and phone."""
    when = {"var": "accumulator"}
    for _ in range(8):
        when = {"reduce": [list(range(30)), when, 0]}
    pack["rules"]["mask.wrong"] |= {"when": {"===": [when, 1]}}
    assert places(pack) == ["rules.mask.wrong.when"]
    pack["rules"]["mask.wrong"] |= {"when": {"===": [{"reduce": [[1, 2, 3], {"var": "current"}, 0]}, 3]}}
    assert places(pack) == []


@pytest.mark.parametrize("way", ["order", "rules.mask.wrong.needs"])
def test_a_list_without_end_is_not_compared_item_by_item(pack, way):
    put(pack, way, ["mask", *range(100_000)])
    before = time.monotonic()
    assert places(pack) == [way]
    assert time.monotonic() - before < 1


@pytest.mark.parametrize("text", ["\ud800", "字\n", "cn-2021-08\n"])
@pytest.mark.parametrize("way", ["pack", "based_on", "title.zh"])
def test_a_text_that_cannot_be_written_down_is_refused(pack, way, text):
    put(pack, way, text)
    assert places(pack) == [way]
