"""Retention takes passages and stays; their times go from the files with them, and codes of nobody too."""

import datetime as dt
from uuid import UUID

import pytest

from kakou.ledger.actions.forgetting import forget_all
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.tracing.engine.columns import EPOCH
from kakou.tracing.models import BuiltDay, ChangedDay, PersonCode, PersonKey
from kakou.tracing.segments import building, warm, warm_index
from kakou.tracing.segments.keeping import Kept
from kakou.tracing.tests.tracework import DAY, HOUR, NOON, anew, folder, land, told

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "land"]
IN, OUT = Direction.IN, Direction.OUT
ANN, BEN, CAT = (UUID(int=n << 96) for n in (1, 2, 3))
SOON, LATER = NOON + 60 * DAY, NOON + 95 * DAY
CANARY = dt.timedelta(seconds=4321)


@pytest.fixture
def year(land, folder):
    """Ann passed long ago; Ben came long ago and left not long ago; Cat came not long ago."""
    gate = land.compound_gate
    upload(Crossing(ANN, gate, IN, NOON + CANARY), Crossing(ANN, gate, OUT, NOON + 2 * CANARY))
    upload(Crossing(BEN, gate, IN, NOON), Crossing(BEN, gate, OUT, SOON), Crossing(CAT, gate, IN, SOON + HOUR))
    fold_all(SOON)
    return told(SOON)


def files_with(folder, moment):
    """The files that hold a moment."""
    held = (int(moment.timestamp()) - EPOCH).to_bytes(4, "little")
    return [path.name for path in folder.rglob("*") if path.is_file() and held in path.read_bytes()]


def test_its_times_are_gone_at_once_though_nobody_builds(year, folder, monkeypatch):
    assert files_with(folder, NOON + CANARY)
    forget_all(keep_days=90, by=None, at=LATER)
    assert files_with(folder, NOON + CANARY) == []
    assert files_with(folder, SOON + HOUR), "what is young stays"
    monkeypatch.setattr(warm, "_KEPT", Kept())  # the tracer was down, and starts
    left = told(LATER)
    assert {row[1] for row in left} == {BEN, CAT}
    assert files_with(folder, NOON + CANARY) == []


def test_who_holds_the_index_open_forgets_before_he_answers(year, folder, monkeypatch):
    forget_all(keep_days=90, by=None, at=LATER)
    left = told(LATER)
    assert ANN not in {row[1] for row in left}
    assert left == anew(LATER, monkeypatch)


def test_a_stay_that_the_ledger_still_holds_stays(year, land, folder):
    forget_all(keep_days=90, by=None, at=LATER)
    stay = [row for row in told(LATER) if row[1] == BEN and row[2] == land.compound]
    assert [row for row in year if row[1] == BEN and row[2] == land.compound] == stay


def test_codes_and_keys_of_nobody_go(year, folder):
    assert set(PersonCode.objects.values_list("subject", flat=True)) == {ANN, BEN, CAT}
    forget_all(keep_days=90, by=None, at=LATER)
    warm_index(LATER)
    assert set(PersonCode.objects.values_list("subject", flat=True)) == {BEN, CAT}
    assert set(PersonKey.objects.values_list("key", flat=True)) == {BEN, CAT}


def test_days_of_which_nothing_is_left_go_and_the_list_of_codes_is_begun_anew(year, folder, monkeypatch):
    monkeypatch.setattr(building, "SPARE", 0)
    forget_all(keep_days=90, by=None, at=LATER + 60 * DAY)
    left = told(LATER + 60 * DAY)
    assert {row[1] for row in left} == {CAT}, "she is inside: somebody is asked what became of her"
    assert BuiltDay.objects.count() == 1
    assert left == told(LATER + 60 * DAY)
    assert not ChangedDay.objects.exists()
    assert (folder / "index" / "persons.i64").stat().st_size == 8
