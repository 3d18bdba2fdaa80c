import datetime as dt
import uuid

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.db.utils import DatabaseError

from kakou.kernel.ids import floor_of, id_at
from kakou.kernel.time import to_ms
from kakou.ledger.models import Passage

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TODAY = dt.datetime.now(dt.UTC)


def store(id, at=TODAY, node=1):
    """A row as the lane would write it; the tests' connection may not insert, the owner may."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into ledger_passage (id, node_id, hash, direction, crossed, subject, subject_kind, purpose,"
            " happened_at, device_at, recorded_at, clock, health, travel, vaccination, origin, mask, verdict, reasons,"
            " pack) values (%s, %s, '\\x00', 1, true, %s, 1, 0, %s, %s, %s, 0, 0, 0, 0, 0, 0, 0, '{}', '')",
            [id, node, uuid.uuid4(), at, at, at],
        )


def partition_of(id):
    with connections["owner"].cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from ledger_passage where id = %s", [id])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "verb", ["update ledger_passage set verdict = 9", "delete from ledger_passage", "truncate ledger_passage"]
)
def test_the_pages_may_not_change_or_remove_anything(verb):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


@pytest.mark.parametrize("verb", ["update ledger_passage set verdict = 9", "delete from ledger_passage"])
def test_not_even_the_owner_does_it_by_accident(verb):
    store(id_at(to_ms(TODAY), b"x"))
    owner = connections["owner"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(verb)


def test_a_passage_lies_in_the_day_of_its_id():
    made = id_at(to_ms(TODAY), b"x")
    store(made)
    assert partition_of(made) == f"ledger_passage_{TODAY:%Y%m%d}"


def test_an_id_whose_clock_was_wrong_is_kept_apart_and_not_lost():
    for made in (uuid.uuid4(), id_at(to_ms(TODAY + dt.timedelta(days=1000)), b"x")):
        store(made)
        assert partition_of(made) == "ledger_passage_other"


def test_a_day_made_late_takes_its_passages_over():
    late = TODAY - dt.timedelta(days=40)
    made = id_at(to_ms(late), b"x")
    store(made)
    assert partition_of(made) == "ledger_passage_other"
    with connections["owner"].cursor() as cursor:  # one connection: the row above is not committed yet
        cursor.execute("select ledger_add_day(%s)", [late.date()])
        assert cursor.fetchone() == (True,)
        cursor.execute("select ledger_add_day(%s)", [late.date()])
        assert cursor.fetchone() == (False,)
    assert partition_of(made) == f"ledger_passage_{late:%Y%m%d}"


def test_a_partition_read_by_its_own_name_shows_nothing():
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"select * from ledger_passage_{TODAY:%Y%m%d}")


def test_the_bounds_of_a_day_are_those_of_the_ids():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select pg_get_expr(relpartbound, oid) from pg_class where relname = %s", [f"ledger_passage_{TODAY:%Y%m%d}"]
        )
        [bound] = cursor.fetchone()
    assert str(floor_of(TODAY.date())) in bound
    assert str(floor_of(TODAY.date() + dt.timedelta(days=1))) in bound


def test_the_id_is_unique_over_all_days():
    assert Passage._meta.pk.name == "id"
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select indexdef from pg_indexes where tablename = 'ledger_passage' and indexdef like '%%UNIQUE%%'"
        )
        assert cursor.fetchall()[0][0].endswith("(id)")
