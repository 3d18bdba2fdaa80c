import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.places.rules import (
    ENTRANCES_OF,
    MAY_BE_ROOT,
    MAY_CONTAIN,
    TRANSITIONS,
    EntranceKind,
    EntranceState,
    PlaceRefused,
    UnitKind,
    check_code,
    check_entrance_of,
    check_period,
    check_place_in,
    check_place_name,
    check_seal,
    check_state_change,
    check_unit_name,
)


def test_the_articles_tree_can_be_built():
    path = ["county", "street", "community_urban", "urban_village", "village_group", "place"]
    check_place_in(UnitKind.COUNTY, None)
    for outer, inner in itertools.pairwise(path):
        check_place_in(UnitKind(inner), UnitKind(outer))
    for inner in ("compound", "enterprise", "site", "village"):
        check_place_in(UnitKind(inner), UnitKind.COMMUNITY_RURAL)


def test_every_kind_has_a_row_in_every_table():
    assert set(MAY_CONTAIN) == set(ENTRANCES_OF) == set(UnitKind)
    assert set(TRANSITIONS) == set(EntranceState)


def test_every_kind_can_be_reached_from_a_root_and_has_a_checkpoint():
    reached = set(MAY_BE_ROOT).union(*MAY_CONTAIN.values())
    assert reached == set(UnitKind)
    assert all(EntranceKind.ROAD_CHECKPOINT in kinds for kinds in ENTRANCES_OF.values())
    assert set().union(*ENTRANCES_OF.values()) == set(EntranceKind)


@given(st.sampled_from(UnitKind), st.sampled_from([None, *UnitKind]))
def test_the_check_and_the_table_agree(kind, parent):
    allowed = kind in (MAY_BE_ROOT if parent is None else MAY_CONTAIN[parent])
    if allowed:
        check_place_in(kind, parent)
    else:
        with pytest.raises(PlaceRefused):
            check_place_in(kind, parent)


@given(st.sampled_from(EntranceKind), st.sampled_from(UnitKind))
def test_entrances_fit_what_they_lead_into(kind, unit):
    if kind in ENTRANCES_OF[unit]:
        check_entrance_of(kind, unit)
    else:
        with pytest.raises(PlaceRefused):
            check_entrance_of(kind, unit)


@given(st.sampled_from(EntranceState), st.sampled_from(EntranceState), st.sampled_from(["", "铁皮围挡"]))
def test_an_entrance_changes_into_another_state_and_a_seal_says_what_it_is(now, then, material):
    fits = then is not now and (then is EntranceState.SEALED) == bool(material)
    if fits:
        check_state_change(now, then, material=material)
        check_seal(then, material)
    else:
        with pytest.raises(PlaceRefused):
            check_state_change(now, then, material=material)


@pytest.mark.parametrize(
    ("text", "code"), [("320324", "320324"), (" 320324001 ", "320324001"), ("320324001001-a01", "320324001001-A01")]
)
def test_a_code_is_a_division_or_a_local_suffix(text, code):
    assert check_code(text) == code


@pytest.mark.parametrize("text", ["", "3203", "32032400100", "320324-", "３２０３２４", "x"])
def test_another_code_is_refused(text):
    with pytest.raises(PlaceRefused):
        check_code(text)


@pytest.mark.parametrize("text", ["", " ", "x" * 65, "金桥\x00", "金桥\u202e", "a\nb"])
def test_a_name_can_be_printed(text):
    assert check_unit_name(" 金桥社区 ") == "金桥社区"
    with pytest.raises(PlaceRefused):
        check_unit_name(text)


@pytest.mark.parametrize("text", ["东村/一组", "南门、北门", "", "x" * 65])
def test_a_name_of_a_place_is_one_name_in_a_sheet(text):
    assert check_place_name(" 阳光花园-一期 ") == "阳光花园-一期"
    with pytest.raises(PlaceRefused):
        check_place_name(text)


@given(st.datetimes(), st.none() | st.datetimes())
def test_a_period_ends_after_it_begins(start, end):
    if end is None or end > start:
        check_period(start, end)
    else:
        with pytest.raises(PlaceRefused):
            check_period(start, end)
