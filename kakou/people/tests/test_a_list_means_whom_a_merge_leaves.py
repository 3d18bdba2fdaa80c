"""Two rows were merged: by whichever of them a list means the person, it writes to the one who is left."""

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.people import queries
from kakou.people.actions import NewPerson, add_person, merge_people, part_subjects
from kakou.people.census import import_census, undo_import
from kakou.people.models import CensusImport, Person, SameSubject
from kakou.people.rules import Category, Facts
from kakou.people.tests.listed import DOCUMENT, residents, workbook
from kakou.places.models import Unit
from kakou.web.sheets import SheetProblems
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
CARD, FOREIGN, STRANGE = (str(row[DOCUMENT]) for row in residents(3))
NEW = "13800002222"


@pytest.fixture
def wang(tree, cast):
    """The list knew her without a card; the gate wrote down her card and an old telephone, at another door."""
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园")
    with acting_as(cast.worker):
        listed = Facts("王晓梅", phone="13800001111", address="1-1")
        at_gate = Facts("王晓梅", ("10", CARD), "13800009999", "2-2")
        stays, hidden = (
            add_person(NewPerson(tree.garden.pk, one, Category.RESIDENT_REGISTERED), by=cast.worker, at=AT)
            for one in (listed, at_gate)
        )
        merge_people(stays, hidden, by=cast.worker, at=AT)
    return stays, hidden


@pytest.fixture
def take(tree, cast):
    """Bring in rows; how many were new, changed, the same."""

    def act(titles, *rows):
        with acting_as(cast.worker):
            done = import_census(
                workbook(rows, titles), filename="名单.xlsx", node=tree.garden.pk, by=cast.worker, at=AT
            )
        return done.added, done.changed, done.same

    return act


def in_plain(person):
    with acting_as_system():
        row = Person.objects.get(pk=person.pk)
        return [queries.plain_field(row, field) for field in queries.PERSON_FIELDS]


WAYS = {
    "by the card that the hidden row has": (
        ["姓名", "身份证号", "手机号"],
        lambda stays, hidden: ["王晓梅", CARD, NEW],
    ),
    "by the number of the hidden row": (["编号", "姓名", "手机号"], lambda stays, hidden: [hidden.pk, "王晓梅", NEW]),
    "by her own number, with the card": (
        ["编号", "姓名", "身份证号", "手机号"],
        lambda stays, hidden: [stays.pk, "王晓梅", CARD, NEW],
    ),
    "by name and door of the hidden row": (["姓名", "门牌", "手机号"], lambda stays, hidden: ["王晓梅", "2-2", NEW]),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_new_telephone_is_hers_by_whichever_row_she_is_meant(wang, take, way):
    stays, hidden = wang
    before, (titles, row) = in_plain(hidden), WAYS[way]
    cells = [str(cell) for cell in row(stays, hidden)]
    assert take(titles, cells) == (0, 1, 0)
    assert in_plain(stays)[:3] == ["王晓梅", "", f"+86{NEW}"]
    assert in_plain(hidden) == before
    assert take(titles, cells) == (0, 0, 1)


def test_what_was_changed_so_is_taken_back_and_parting_restores_both(wang, take, cast):
    stays, hidden = wang
    before = in_plain(stays), in_plain(hidden)
    assert take(["姓名", "身份证号", "手机号"], ["王晓梅", CARD, NEW]) == (0, 1, 0)
    with acting_as(cast.worker):
        undo_import(CensusImport.objects.get(), by=cast.worker, at=AT)
        part_subjects(SameSubject.objects.get(), by=cast.worker, at=AT)
    assert (in_plain(stays), in_plain(hidden)) == before
    assert take(["姓名", "身份证号", "手机号"], ["王晓梅", CARD, NEW]) == (0, 1, 0)
    assert (in_plain(stays), in_plain(hidden)[2]) == (before[0], f"+86{NEW}")


def test_a_masked_sheet_that_was_handed_out_before_the_merge_says_the_same(wang, take):
    """Its stars are those of the row that is hidden now."""
    stays, hidden = wang
    titles = ["编号", "姓名", "身份证号", "手机号", "门牌"]
    with acting_as_system():
        told = queries.shown(hidden)
    assert take(titles, [str(hidden.pk), told.name, told.document, told.phone, told.address]) == (0, 0, 1)
    with pytest.raises(SheetProblems):
        take(titles, [str(hidden.pk), told.name, told.document, "137****0000", told.address])
    assert in_plain(stays) == ["王晓梅", "", "+8613800001111", "1-1"]


def test_both_her_rows_in_one_list_are_one_person_twice(wang, take):
    stays, hidden = wang
    with pytest.raises(SheetProblems) as refused:
        take(["编号", "姓名", "手机号"], [str(stays.pk), "王晓梅", NEW], [str(hidden.pk), "王晓梅", "13800003333"])
    assert [(one.row, one.letter) for one in refused.value.problems] == [(3, "B")]


def test_the_card_of_somebody_else_is_still_told_at_its_cell(wang, take, tree, cast):
    stays, _ = wang
    take(["姓名", "身份证号", "门牌"], ["李大", FOREIGN, "3-3"])
    with pytest.raises(SheetProblems) as refused:
        take(["编号", "姓名", "身份证号"], [str(stays.pk), "王晓梅", FOREIGN])
    assert [(one.row, one.letter) for one in refused.value.problems] == [(2, "C")]


def test_who_has_another_card_than_her_hidden_row_is_somebody_else(wang, take):
    """Two of one name behind one door: she has a card already, so the other card is not hers."""
    stays, _ = wang
    assert take(["姓名", "身份证号", "门牌"], ["王晓梅", STRANGE, "1-1"]) == (1, 0, 0)
    assert in_plain(stays) == ["王晓梅", "", "+8613800001111", "1-1"]
