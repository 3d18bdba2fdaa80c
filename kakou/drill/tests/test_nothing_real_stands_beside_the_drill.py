"""Accounts of the drill need no second factor: the system that has them takes nothing real, at any time."""

import datetime as dt

import pytest
from click.testing import CliRunner

from kakou.access.actions import BesideDrill, create_staff
from kakou.access.management.cli import group as staff_commands
from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.drill import actions
from kakou.ledger.actions.importing import Order, import_readings
from kakou.ledger.models import Passage
from kakou.places.models import Unit
from kakou.places.sheets.importing import import_places
from kakou.places.tests.test_the_tree_is_brought_in_from_a_sheet import sheet

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
AT = dt.datetime(2021, 8, 10, 13, 0, tzinfo=dt.UTC)
ROWS = [["街道", "真街道"]]


@pytest.fixture
def settled(db, small):
    actions.settle(seed=7, at=AT)


def test_no_real_account_is_made_by_whatever_door(settled):
    with pytest.raises(BesideDrill):
        create_staff(username="real", password="correct horse battery", by=None, at=AT)
    done = CliRunner().invoke(staff_commands, ["add", "real", "--role", "administrator"])
    assert isinstance(done.exception, BesideDrill)
    assert not Staff.objects.filter(is_drill=False).exists()


def test_no_places_are_brought_in_but_a_file_may_be_tried(settled):
    with acting_as_system():
        with pytest.raises(BesideDrill):
            import_places(sheet(ROWS), filename="x.xlsx", by=None, at=AT)
        assert import_places(sheet(ROWS), filename="x.xlsx", by=None, at=AT, dry_run=True).added == 1
        assert not Unit.objects.filter(name="真街道").exists()


def test_no_passages_are_brought_in(settled):
    with acting_as_system():
        before = Passage.objects.count()
        with pytest.raises(BesideDrill):
            import_readings([], Order(None, "", "x.csv", b""), by=None, at=AT)
        assert Passage.objects.count() == before


def test_the_drill_does_not_settle_beside_real_accounts(db, small):
    create_staff(username="real", password=None, by=None, at=AT)
    with pytest.raises(BesideDrill):
        actions.settle(seed=7, at=AT)
    assert not Staff.objects.filter(is_drill=True).exists()
