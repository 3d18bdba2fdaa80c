"""R90: the article's people, places and firms never come out, and every paper is outside what is given out."""

import hashlib
import re

from kakou.drill.rules import MOST_PEOPLE
from kakou.drill.world import World, names, papers
from kakou.drill.world.folk import BORN_BEFORE

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
    world = World(7)
    turns = range(0, MOST_PEOPLE, 45_000)
    papers_differ([world.person(first + number) for first in turns for number in range(MOST_PEOPLE - turns[-1])])


def papers_differ(folk):
    documents = [person.document.no for person in folk if person.document]
    phones = [person.phone for person in folk if person.phone]
    plates = [person.car.plate for person in folk if person.car]
    trucks = [World(7).truck(number).plate for number in range(200)]
    for papers_ in (documents, phones, [*plates, *trucks]):
        assert len(papers_) == len(set(papers_))
    assert all(re.fullmatch(r"1540\d{7}", phone) for phone in phones)
    assert all(re.fullmatch(r"苏Y([DF]\d{5}|[A-HJ-NP-Z]\d{4})", plate) for plate in [*plates, *trucks])


def test_the_hard_names_are_there():
    found = [person.name for person in people(20_000)]
    assert any("·" in name for name in found)
    assert any(name.isascii() for name in found)
    assert any(ord(character) > 0xFFFF for name in found for character in name)


def test_everybody_is_born_before_the_article():
    assert all(person.born < BORN_BEFORE for person in people())
