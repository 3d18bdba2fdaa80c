import datetime as dt
import uuid

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import floor_of, id_at
from kakou.ledger.actions.days import make_days
from kakou.ledger.models import Passage

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
BLANK = {
    "seq": 1, "prev_hash": b"", "hash": b"", "direction": 1, "crossed": True, "subject_kind": 1, "purpose": 0,
    "clock": 0, "health": 0, "travel": 0, "vaccination": 0, "origin": 0, "mask": 0, "verdict": 1, "reasons": [],
    "pack": "p",
}  # fmt: skip


def stored(node: int, day: dt.date, recorded: dt.datetime | None = None, using: str = "default") -> uuid.UUID:
    at = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    id = id_at(int(at.timestamp() * 1000), b"x")
    with acting_as_system():
        Passage(
            id=id, node_id=node, subject=id, happened_at=at, device_at=at, recorded_at=recorded or at, **BLANK
        ).save(using=using, force_insert=True)
    return id


def where(id: uuid.UUID) -> str:
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from ledger_passage where id = %s", [id])
        return cursor.fetchone()[0]


def test_its_day_is_there_already():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select to_regclass('ledger_passage_' || to_char(now() at time zone 'utc', 'YYYYMMDD'))")
        assert cursor.fetchone()[0] is not None
        cursor.execute("select ledger_floor('2021-08-10'::date)")
        assert cursor.fetchone()[0] == floor_of(dt.date(2021, 8, 10))


def test_it_moves_out_of_the_default_partition_when_its_day_is_made(tree):
    day = dt.date(2019, 5, 1)
    id = stored(tree.garden_gate.pk, day)
    assert where(id) == "ledger_passage_other"
    assert make_days(day, day) == 1
    assert where(id) == "ledger_passage_20190501"
    assert make_days(day, day) == 0


@pytest.mark.parametrize("verb", ["update ledger_passage set seq = 2", "delete from ledger_passage"])
def test_it_is_never_changed_not_even_by_the_owner(verb):
    stored(1, dt.date(2019, 5, 1), using="owner")
    with pytest.raises(DatabaseError, match="only ever added"), connections["owner"].cursor() as cursor:
        cursor.execute(verb)


def test_its_partition_cannot_be_read_past_the_wall(tree):
    stored(tree.garden_gate.pk, dt.date(2019, 5, 1))
    make_days(dt.date(2019, 5, 1), dt.date(2019, 5, 1))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_passage")
        assert cursor.fetchone() == (0,)
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("select count(*) from ledger_passage_20190501")


def test_it_is_forgotten_when_its_time_is_over():
    now = dt.datetime.now(dt.UTC)
    old = stored(1, dt.date(2019, 5, 1), using="owner")
    make_days(dt.date(2019, 5, 1), dt.date(2019, 5, 2), using="owner")
    late = stored(1, dt.date(2019, 5, 2), recorded=now, using="owner")  # an import of today keeps its old day
    stray = stored(1, dt.date(2001, 1, 1), using="owner")
    with connections["owner"].cursor() as cursor:
        cursor.execute("select ledger_forget(%s)", [now - dt.timedelta(days=90)])
        assert cursor.fetchone() == (2,)
        cursor.execute("select id from ledger_passage")
        left = {row[0] for row in cursor.fetchall()}
    assert late in left
    assert not {old, stray} & left


def test_it_is_forgotten_whatever_else_has_a_name_that_ends_in_digits():
    """Names of indexes end in eight hex digits, sometimes all of them decimal and no date."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("create index web_event_some_87077223 on web_event (node_id)")
        cursor.execute("select ledger_forget(now() - interval '90 days')")
        assert cursor.fetchone() is not None


def test_nobody_of_the_pages_may_forget():
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("select ledger_forget(now() - interval '90 days')")
