"""However a door is written, its people are one household; another door's never are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.people.rules.doors import in_building, same_door

NUMBERS = st.lists(st.integers(1, 3000).map(str), min_size=2, max_size=3)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def ways(numbers):
    """How people write a house, a unit of it if there is one, and a flat."""
    house, *unit, flat = numbers
    middle = "".join(f"{one}单元" for one in unit)
    yield from (sign.join(numbers) for sign in ("-", " ", "/", "#", "，", "—", " - "))
    yield from (
        f"{house}{kind}{middle}{flat}{end}" for kind in ("栋", "幢", "号楼", "座") for end in ("", "室", "号", "户")
    )
    yield f" {house} 栋 {middle} {flat} "
    yield "-".join(numbers).translate(WIDE)


@given(NUMBERS)
def test_however_it_is_written_it_is_one_door(numbers):
    assert {same_door(way) for way in ways(numbers)} == {same_door("-".join(numbers))}


@given(NUMBERS, NUMBERS, st.data())
def test_other_numbers_are_another_door(one, other, data):
    way, another = data.draw(st.sampled_from(list(ways(one)))), data.draw(st.sampled_from(list(ways(other))))
    assert (same_door(way) == same_door(another)) is (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1-12", "11-2"),
        ("1栋12室", "11栋2室"),
        ("1楼12", "1栋12"),
        ("A座12", "B座12"),
        ("东楼12", "西楼12"),
        ("1-1-2", "1-12"),
    ],
)
def test_these_are_two(one, other):
    assert same_door(one) != same_door(other)


@pytest.mark.parametrize(("one", "other"), [("a座12", "A-12"), ("A12", "A座12室"), ("3栋2单元501", "３栋 2单元-501")])
def test_these_are_one(one, other):
    assert same_door(one) == same_door(other)


@given(st.text(max_size=60))
def test_what_is_compared_compares_as_itself(text):
    assert same_door(same_door(text)) == same_door(text)


@pytest.mark.parametrize(
    ("door", "buildings", "inside"),
    [
        ("3栋2单元501", ["3栋"], True),
        ("３-2-501", ["4", "3栋2单元"], True),
        ("30栋2单元501", ["3栋"], False),
        ("3-2-501", ["", "·", "2"], False),
        ("3", ["3-2"], False),
    ],
)
def test_a_door_lies_in_its_building_however_both_are_written(door, buildings, inside):
    assert in_building(door, buildings) is inside
