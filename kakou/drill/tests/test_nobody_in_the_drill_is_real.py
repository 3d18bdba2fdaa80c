"""R90: the article's people, places and firms never come out, and every paper is outside what is given out."""

import hashlib
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.drill.rules import MOST_PEOPLE
from kakou.drill.world import World, dice_of, names, papers
from kakou.drill.world.folk import BORN_BEFORE
from kakou.people.rules import PlateKind, parse_plate

# Digests, so that the names themselves are not carried on here.
OF_THE_ARTICLE = {
    "ab8cf08c", "c545595a", "636b675a", "328451ab", "7000d256", "45fe264f", "b35eeacf",
    "a0ddcc68", "ed90f327", "c1d46208", "32e3321c", "6744c526", "7effea5a",
}  # fmt: skip

NEVER_GIVEN_OUT = "329[1-9]"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def people(count=3000):
    world = World(7)
    return [world.person(number) for number in range(count)]


def test_no_name_of_a_person_or_place_is_the_articles():
    listed = [*names.URBAN, *names.RURAL, *names.COMPOUNDS, *names.URBAN_VILLAGES, *names.VILLAGES, *names.ENTERPRISES]
    every = {*listed, names.COUNTY, names.STREET, *(person.name for person in people(20_000))}
    assert not {digest(name) for name in every} & OF_THE_ARTICLE


def test_documents_pass_the_check_and_come_from_nowhere():
    world = World(7)
    for person in [*people(), *(world.person(MOST_PEOPLE - number) for number in range(1, 2000))]:
        if person.document is None or person.document.kind == papers.PASSPORT_KIND:
            continue
        no = person.document.no
        assert no.startswith("3299") or person.number >= 45_000
        assert re.match(NEVER_GIVEN_OUT, no)
        if len(no) == 18:
            assert papers.check_digit(no[:17]) == no[17]
            assert no[6:14] == f"{person.born:%Y%m%d}"
            assert int(no[16]) % 2 == person.man


def test_documents_phones_and_plates_are_each_ones_own():
    papers_differ(people(20_000))


def test_they_are_so_in_the_largest_drill_where_numbers_could_repeat():
    world, turn = World(7), 405_000  # after so many residents every number but the birthday begins again
    papers_differ([world.person(first + number) for first in range(0, MOST_PEOPLE, turn) for number in range(3_000)])
    papers_differ([world.person(number) for number in range(0, MOST_PEOPLE, 97)])


@given(st.lists(st.integers(0, MOST_PEOPLE - 1), min_size=2, max_size=40, unique=True))
def test_no_two_plates_of_residents_are_equal_whoever_drives_electric(numbers):
    dice = dice_of(7, "any")
    ordinary, electric = ([papers.plate(number, kind, dice) for number in numbers] for kind in (False, True))
    for plates in (ordinary, electric):
        assert len(set(plates)) == len(plates)


def test_no_callers_share_a_telephone_or_a_document():
    keys = [f"v{resident}.{738_000 + day}" for resident in (0, 1, 17, 999_999) for day in range(61)]
    keys += [f"{kind}{number}" for kind in "cde" for number in (0, 1, 999, 50_001, 90_000)]
    keys += [f"x{incident}.{guest}" for incident in range(40) for guest in (0, 1, 199)]
    callers = [World(7).caller(key, papers_shown="document") for key in keys]
    residents = people()
    phones = [one.phone for one in callers] + [one.phone for one in residents if one.phone]
    documents = [one.document.no for one in callers] + [one.document.no for one in residents if one.document]
    for shared in (phones, documents):
        assert len(shared) == len(set(shared))
    assert all(re.fullmatch(r"154[1-7]\d{7}", one.phone) for one in callers)
    assert all(re.fullmatch(r"3299\d{13}[\dX]|X[A-H]\d{7}", one.document.no) for one in callers)


@settings(max_examples=300)
@given(st.integers(0, papers.CALLERS - 1), st.integers(0, papers.CALLERS - 1))
def test_no_two_callers_numbers_are_scattered_to_one(one, other):
    assert (papers.scattered(one) == papers.scattered(other)) == (one == other)


def papers_differ(folk):
    documents = [person.document.no for person in folk if person.document]
    phones = [person.phone for person in folk if person.phone]
    plates = [person.car.plate for person in folk if person.car]
    trucks = [World(7).truck(number).plate for number in range(200)]
    for papers_ in (documents, phones, [*plates, *trucks]):
        assert len(papers_) == len(set(papers_))
    assert all(re.fullmatch(r"1540\d{7}", phone) for phone in phones)
    shape = r"苏Y([DF][\dA-HJ-NP-Z]\d{4}|[\dA-HJ-NP-Z]{2}\d{3})"
    assert all(re.fullmatch(shape, plate) for plate in [*plates, *trucks])
    assert {parse_plate(plate).kind for plate in plates} == {PlateKind.STANDARD, PlateKind.NEW_ENERGY_SMALL}


def test_the_hard_names_are_there():
    found = [person.name for person in people(20_000)]
    assert any("·" in name for name in found)
    assert any(name.isascii() for name in found)
    assert any(ord(character) > 0xFFFF for name in found for character in name)


def test_everybody_is_born_before_the_article():
    assert all(person.born < BORN_BEFORE for person in people())
