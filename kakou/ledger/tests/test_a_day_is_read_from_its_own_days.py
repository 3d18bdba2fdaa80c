"""The page of a day plans and reads the partitions around that day, however many are kept; nothing of it is missed."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.db import connections, transaction

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.chain import fold_chains
from kakou.ledger.actions.days import make_days
from kakou.ledger.models import Passage, Stray
from kakou.ledger.queries import day as days
from kakou.ledger.rules import Clock
from kakou.ledger.tests.gatework import IN, OUT, Crossing, land, upload

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["land"]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
START = dt.datetime(2018, 5, 9, 16, tzinfo=dt.UTC)  # midnight in China


@pytest.fixture
def kept(land):
    """Sixty days."""
    make_days(dt.date(2018, 4, 1), dt.date(2018, 5, 30), using="owner")
    return land


def told(land):
    with acting_as_system():
        window = days.window([land.compound_gate], START, START + DAY)
        return days.day_of(window), list(days.lines(window))


def phoned(gate, at, made, clock):
    """What a phone sent whose clock said `made`."""
    with transaction.atomic(using="owner"):
        return Passage.objects.using("owner").create(
            id=id_at(to_ms(made), uuid4().bytes), node_id=gate, device_id=7, seq=1, prev_hash=b"", hash=uuid4().bytes,
            direction=1, crossed=True, subject=uuid4(), subject_kind=1, happened_at=at, device_at=made, recorded_at=at,
            clock=clock,
        ).id  # fmt: skip


def planned(land, start):
    """The partitions that reading a day's passages names."""
    with acting_as_system():
        window = days.window([land.compound_gate], start, start + DAY)
        return set(re.findall(r"ledger_passage_(\d{8}|other)", days.lines(window).explain()))


def test_today_is_planned_over_the_days_around_it_and_those_made_ahead(kept):
    upload(Crossing(uuid4(), kept.compound_gate, IN, START + HOUR))
    today = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    make_days(today.date() - 60 * DAY, today.date() + 7 * DAY, using="owner")
    read = planned(kept, today)
    assert len(read) <= 1 + 1 + 7 + 1, "the day, one before, those ahead, and the default partition"
    assert min(read) == f"{today - DAY:%Y%m%d}"


def test_a_past_day_is_planned_over_none_that_came_before(kept):
    read = planned(kept, START)
    assert min(read) == "20180508"
    assert "20180407" not in read


def test_it_misses_nothing_that_a_wrong_clock_put_elsewhere(kept):
    at = START + HOUR
    near = phoned(kept.compound_gate, at, at - 20 * HOUR, Clock.SKEWED)
    far = phoned(kept.compound_gate, at, at - 30 * DAY, Clock.SKEWED)
    nowhere = phoned(kept.compound_gate, at, dt.datetime(1999, 1, 1, tzinfo=dt.UTC), Clock.ID_DISAGREES)
    fold_chains(start=b"start", at=at)
    with acting_as_system():
        assert set(Stray.objects.values_list("id", flat=True)) == {far, nowhere}
    day, lines = told(kept)
    assert day.total.entered == 3
    assert {line.id for line in lines} == {near, far, nowhere}


def test_a_correction_made_days_later_counts_instead(kept):
    wrong = Crossing(uuid4(), kept.compound_gate, IN, START + HOUR)
    made = START + 9 * DAY
    right = Crossing(wrong.subject, kept.compound_gate, OUT, START + HOUR, corrects=wrong.id)
    right.id = id_at(to_ms(made), b"a correction")
    upload(wrong, right)
    day, _ = told(kept)
    assert day.total.entered == 0


def test_it_reads_every_day_when_strays_are_too_many_to_name(kept, monkeypatch):
    monkeypatch.setattr(days, "MANY", 1)
    at = START + HOUR
    for _ in range(3):
        phoned(kept.compound_gate, at, at - 30 * DAY, Clock.SKEWED)
    fold_chains(start=b"start", at=at)
    assert told(kept)[0].total.entered == 3


def test_strays_are_forgotten_with_their_passages(kept):
    from kakou.ledger.actions.forgetting import forget_all

    phoned(kept.compound_gate, START, START - 30 * DAY, Clock.SKEWED)
    fold_chains(start=b"start", at=START)
    forget_all(keep_days=90, by=None, at=START + 200 * DAY)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from ledger_stray")
        assert cursor.fetchone() == (0,)
