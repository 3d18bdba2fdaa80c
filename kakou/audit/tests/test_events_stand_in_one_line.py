import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.transaction import TransactionManagementError

from kakou.audit.actions import record
from kakou.audit.models import Event
from kakou.audit.queries import end, verify
from kakou.audit.rules import GENESIS, FirstBad, PersonalDataInAudit, Why, canonical

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AT = dt.datetime(2022, 4, 1, 8, 0, 0, 123456, tzinfo=dt.UTC)
events = Event.objects.using("owner")


def happened(count=1, **facts):
    with transaction.atomic():
        for n in range(count):
            record("role.granted", subject=str(n + 1), by=7, at=AT, node=3, **facts)


@pytest.fixture
def tampering():
    """What a database administrator with bad intentions does: switch the triggers off and write."""

    def run(sql, *params):
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute("alter table audit_event disable trigger user")
            cursor.execute(sql, params)
            cursor.execute("alter table audit_event enable trigger append_only")

    return run


def test_an_event_is_stored_as_it_was_told():
    id = uuid.UUID("01900000-0000-7000-8000-000000000001")
    with transaction.atomic():
        record(
            "person.revealed", subject=id, by=7, at=AT, node=3, reason="流调：“核实”", fields=["name", "phone"], ok=True
        )
    event = events.get()
    assert (event.seq, event.at, event.action, event.by, event.node) == (1, AT, "person.revealed", 7, 3)
    assert event.subject == str(id)
    assert event.facts == {"reason": "流调：“核实”", "fields": ["name", "phone"], "ok": True}
    assert bytes(event.prev_hash) == GENESIS
    assert verify() is None


def test_it_is_numbered_without_gaps_and_chained():
    happened(3)
    happened(2)
    rows = list(events.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [bytes(row.prev_hash) for row in rows[1:]] == [bytes(row.hash) for row in rows[:-1]]
    assert verify() is None


def test_what_is_rolled_back_leaves_no_event():
    happened(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        record("role.granted", subject="9", by=7, at=AT)
        raise RuntimeError
    happened(1)
    assert [row.subject for row in events.order_by("seq")] == ["1", "1"]
    assert verify() is None


def test_an_event_outside_a_transaction_is_a_bug():
    with pytest.raises(TransactionManagementError):
        record("role.granted", subject="1", by=7, at=AT)


def test_personal_data_is_refused_before_anything_is_written():
    with pytest.raises(PersonalDataInAudit):
        happened(note="王迪")
    assert not events.exists()


def test_twenty_writers_at_once_make_one_chain():
    start = threading.Barrier(20)

    def write(n):
        start.wait(30)
        try:
            for _ in range(5):
                with transaction.atomic():
                    record("role.granted", subject=str(n), by=n, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    assert end().seq == 100
    assert verify() is None


def test_a_long_transaction_that_told_something_keeps_nobody_waiting():
    told, done = threading.Event(), threading.Event()

    def long():
        try:
            with transaction.atomic():
                record("role.granted", subject="1", by=1, at=AT)
                told.set()
                assert done.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(long)
        assert told.wait(30)
        happened(1)
        assert end().seq == 1
        done.set()
        slow.result(30)
    assert [row.by for row in events.order_by("seq")] == [7, 1]
    assert verify() is None


def test_told_events_are_seen_by_their_own_transaction_and_vanish():
    pending = "select count(*) from audit_told"
    with transaction.atomic(), connection.cursor() as cursor:
        record("role.granted", subject="1", by=1, at=AT)
        assert cursor.execute(pending).fetchone() == (1,)
        assert connections["owner"].cursor().execute(pending).fetchone() == (0,)
    assert connections["owner"].cursor().execute(pending).fetchone() == (0,)


def test_an_event_of_a_rolled_back_savepoint_is_not_told():
    with transaction.atomic():
        record("role.granted", subject="1", by=1, at=AT)
        with pytest.raises(RuntimeError), transaction.atomic():
            record("role.granted", subject="2", by=1, at=AT)
            raise RuntimeError
        record("role.granted", subject="3", by=1, at=AT)
    assert [row.subject for row in events.order_by("seq")] == ["1", "3"]


def test_no_row_is_changed_or_removed_not_even_by_the_owner():
    happened(2)
    for sql in ("update audit_event set by = 8", "delete from audit_event", "delete from audit_event where false"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic("owner"):
            connections["owner"].cursor().execute(sql)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic("owner"):
        cursor = connections["owner"].cursor()
        cursor.execute("alter table audit_event enable trigger append_only_truncate")  # off in test databases only
        cursor.execute("truncate audit_event")
    assert events.count() == 2


def test_who_acts_cannot_write_a_row_of_his_own_making():
    for sql in (
        "insert into audit_event values (1, now(), 'a.b', null, '', null, '{}', '', '')",
        "update audit_event set by = 8",
        "truncate audit_event",
        "select audit_append(now(), 'a.b', 1, '', 1, '{}', '')",
        "delete from audit_told",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(sql)


INSERT = "insert into audit_event select 6, at, action, by, subject, node, facts, %s from audit_event where seq = 5"
LIES = {
    "action": "a.b",
    "by_staff": 8,
    "subject": "2",
    "node": None,
    "facts": "{}",
    "at": AT.replace(microsecond=123457),
}


@pytest.mark.parametrize("column", LIES)
def test_an_event_hashed_as_something_else_is_refused_with_its_transaction(column):
    event = {"at": AT, "action": "role.granted", "by_staff": 7, "subject": "1", "node": 3, "facts": '{"role": "lead"}'}
    text = canonical(AT, "role.granted", 7, "1", 3, {"role": "lead"})
    insert = f"insert into audit_told ({', '.join(event)}, canonical) values (%s, %s, %s, %s, %s, %s, %s)"
    with transaction.atomic():
        connection.cursor().execute(insert, [*event.values(), text])
    with pytest.raises(DatabaseError, match="something else"), transaction.atomic():
        connection.cursor().execute(insert, [*(event | {column: LIES[column]}).values(), text])
    assert events.count() == 1
    assert verify() is None


TAMPERED = {
    "edited fact": ('update audit_event set facts = \'{"role": "commander"}\' where seq = 3', FirstBad(3, Why.EDITED)),
    "edited actor": ("update audit_event set by = 8 where seq = 3", FirstBad(3, Why.EDITED)),
    "edited time": ("update audit_event set at = at + interval '1 microsecond' where seq = 3", FirstBad(3, Why.EDITED)),
    "edited number": ("update audit_event set seq = 99 where seq = 5", FirstBad(5, Why.MISSING)),
    "deleted inside": ("delete from audit_event where seq = 3", FirstBad(3, Why.MISSING)),
    "deleted first": ("delete from audit_event where seq = 1", FirstBad(1, Why.MISSING)),
    "all but last": ("delete from audit_event where seq < 5", FirstBad(1, Why.MISSING)),
    "inserted": (
        INSERT % "hash, prev_hash",
        FirstBad(6, Why.EDITED),
    ),
    "copied": (
        INSERT % "prev_hash, hash",
        FirstBad(6, Why.EDITED),
    ),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_tampering_names_the_first_bad_row(case, tampering):
    sql, expected = TAMPERED[case]
    happened(5, role="gate_recorder")
    tampering(sql)
    assert verify() == expected


def test_a_chain_longer_than_one_chunk_is_read_whole(tampering, monkeypatch):
    monkeypatch.setattr("kakou.audit.queries.CHUNK", 4)
    happened(11)
    told = []
    assert verify(progress=told.append) is None
    assert told == [4, 4, 3]
    tampering("update audit_event set node = 4 where seq = 9")
    assert verify() == FirstBad(9, Why.EDITED)
