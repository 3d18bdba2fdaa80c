"""Five thousand residents from one sheet: forty errors named, taken, undone, taken again; time grows with the rows."""

from __future__ import annotations

import time

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.people.census import census_sheet, import_census, undo_import
from kakou.people.models import CensusImport, Person
from kakou.people.tests.listed import planted, residents, workbook
from kakou.places.models import Unit
from kakou.web.sheets import SheetProblems
from tests.cast import AT

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "owner"])]
MANY = 5000


@pytest.fixture
def take(tree, cast):
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园")

    def taken(data):
        with acting_as(cast.worker):
            return import_census(data, filename="a.xlsx", node=tree.garden.pk, by=cast.worker, at=AT)

    return taken


def test_five_thousand_with_forty_errors(take, cast, tree):
    rows = residents(MANY)
    wrong, cells, _ = planted(rows, 40)
    with pytest.raises(SheetProblems) as refused:
        take(workbook(wrong))
    assert {(one.row, one.letter) for one in refused.value.problems} == cells
    right = workbook(rows)
    for turn in range(2):
        done = take(right)
        assert (done.added, done.changed, done.same) == (MANY, 0, 0)
        if turn == 0:
            with acting_as(cast.worker):
                undo_import(CensusImport.objects.get(), by=cast.worker, at=AT)
                assert not Person.objects.exists()
    with acting_as(cast.secretary):
        out = census_sheet([tree.garden.pk], language="zh")
    done = take(out)
    assert (done.added, done.changed, done.same) == (0, 0, MANY)


def test_a_row_of_a_long_list_costs_no_more_than_one_of_a_short_list(take):
    """By processor time: what would be compared with every other row would cost eight times as much."""

    def cost(seed, many):
        data = workbook(residents(many, seed=seed))
        began = time.process_time()
        take(data)
        first = time.process_time()
        take(data)
        return (first - began) / many, (time.process_time() - first) / many

    cost(1, 100)  # readings of characters are loaded
    short, long = cost(2, 500), cost(3, 4000)
    for a, b in zip(short, long, strict=True):
        assert b < 2.5 * a
