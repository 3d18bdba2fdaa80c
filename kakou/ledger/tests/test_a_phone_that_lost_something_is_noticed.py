import datetime as dt

import pytest
from django.db import connection, connections

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.kernel.ids import id_at
from kakou.kernel.time import to_ms
from kakou.ledger.actions.chain import START, anchor_heads, close_emptied_quarantines, fold_chains
from kakou.ledger.models import ChainState
from kakou.ledger.rules import Clock
from kakou.ledger.tasks import is_end_of_day
from kakou.workorders.actions import close
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import STILL_OPEN
from tests.cast import enrol

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]), pytest.mark.usefixtures("as_worker"),
]  # fmt: skip
AT = dt.datetime(2021, 8, 10, 4, 45, tzinfo=dt.UTC)


@pytest.fixture
def device(cast, tree):
    return enrol(cast.lead, tree.garden_gate)[0]


def hash_of(seq, body=0):
    return START if seq == 0 else bytes([seq, 0xA0 + body]) * 16


def arrive(device, *seqs, clock=0, body=0, prev=None, at=AT):
    """Passages as the lane commits them."""
    with connections["owner"].cursor() as cursor:
        for seq in seqs:
            id = id_at(to_ms(AT), f"{seq} {body}".encode())
            cursor.execute(
                "insert into ledger_passage (id, node_id, device_id, seq, prev_hash, hash, direction, crossed, subject,"
                " subject_kind, purpose, happened_at, device_at, recorded_at, clock, health, travel, vaccination,"
                " origin, mask, verdict, reasons, pack) values (%s, %s, %s, %s, %s, %s, 1, true, %s, 1, 0, %s, %s, %s,"
                " %s, 0, 0, 0, 0, 0, 1, '{}', '')",
                [
                    id,
                    device.node_id,
                    device.pk,
                    seq,
                    prev or hash_of(seq - 1),
                    hash_of(seq, body),
                    id,
                    at,
                    at,
                    at,
                    clock,
                ],
            )


def keep_apart(device, seq):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into ledger_quarantined (id, node_id, device_id, seq, prev_hash, digest, contract, reason, place,"
            " payload, recorded_at) values (%s, %s, %s, %s, %s, %s, 1, 'other-body', '', '', %s)",
            [id_at(to_ms(AT), b"q"), device.node_id, device.pk, seq, hash_of(seq - 1), hash_of(seq), AT],
        )


def fold(at=AT):
    return fold_chains(start=START, at=at)


def orders():
    with connection.cursor() as cursor:
        connections["owner"].ensure_connection()
    with connections["owner"].cursor() as cursor:
        cursor.execute("select kind, state from workorders_workorder order by kind")
        return dict(cursor.fetchall())


def close_by_hand(kind, lead):
    with acting_as_system():
        (order,) = WorkOrder.objects.filter(kind=kind, state__in=STILL_OPEN)
        close(order, evidence={"found": "电话丢了又找到"}, by=lead, at=AT)


def causes(kind):
    with acting_as_system():
        rows = WorkOrder.objects.filter(kind=kind, state__in=STILL_OPEN)
        return sorted(cause.partition(":")[2] for cause in rows.values_list("cause", flat=True))


def test_a_gap_opens_one_order_and_closes_when_it_fills(device):
    arrive(device, 1, 2, 5)
    assert fold() == 3
    assert orders() == {"chain_gap": "reported"}
    arrive(device, 4)
    fold()
    assert orders() == {"chain_gap": "reported"}
    arrive(device, 3)
    fold()
    assert orders() == {"chain_gap": "closed"}
    assert fold() == 0


def test_an_item_in_quarantine_is_no_gap_and_is_shown(device):
    arrive(device, 1, 3)
    keep_apart(device, 2)
    fold()
    assert orders() == {"quarantine": "reported"}
    with connections["owner"].cursor() as cursor:
        cursor.execute("select action, facts->>'code' from audit_event where action = 'passage.quarantined'")
        assert cursor.fetchall() == [("passage.quarantined", "other-body")]


def test_the_order_closes_when_somebody_has_decided_on_every_item(device):
    keep_apart(device, 1)
    fold()
    assert close_emptied_quarantines(at=AT) == 0
    with connections["owner"].cursor() as cursor:
        cursor.execute("update ledger_quarantined set state = 'set_aside'")
    assert close_emptied_quarantines(at=AT) == 1
    assert orders() == {"quarantine": "closed"}


def test_two_items_of_one_number_are_a_fork(device):
    arrive(device, 1, 2)
    arrive(device, 2, body=7)
    fold()
    assert orders() == {"chain_fork": "reported"}


def test_a_later_fork_is_told_though_an_earlier_one_was_closed_by_hand(device, cast):
    arrive(device, 1, 2, 3)
    arrive(device, 2, body=7)
    fold()
    close_by_hand("chain_fork", cast.secretary)
    arrive(device, 4)
    fold()
    assert causes("chain_fork") == []
    arrive(device, 3, body=7)
    fold()
    assert causes("chain_fork") == ["3"]


def test_a_gap_that_somebody_closed_stays_closed_and_the_next_one_opens(device, cast):
    arrive(device, 1, 3)
    fold()
    close_by_hand("chain_gap", cast.secretary)
    arrive(device, 4)
    fold()
    assert causes("chain_gap") == []
    arrive(device, 8)
    fold()
    assert causes("chain_gap") == ["5"]
    arrive(device, 5)
    fold()
    assert causes("chain_gap") == ["6"], "what is still missing is open, by its first number"
    arrive(device, 6, 7)
    fold()
    assert causes("chain_gap") == []


def test_it_goes_on_in_a_database_restored_from_a_backup(device):
    """There transactions are counted anew, below the cursor; and what is known comes along once more."""
    arrive(device, 1, 2, 3)
    keep_apart(device, 4)
    fold()
    with connections["owner"].cursor() as cursor:
        cursor.execute("update ledger_foldcursor set xid = xid + 1000000000000 where name = 'chain'")
    later = AT + dt.timedelta(minutes=1)
    assert fold(later) == 4, "all of it is read again"
    assert orders() == {"quarantine": "reported"}
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from audit_event where action = 'passage.quarantined'")
        assert cursor.fetchone() == (1,)
    arrive(device, 3, body=7, at=later)
    arrive(device, 6, at=later)
    fold(later)
    assert orders() == {"quarantine": "reported", "chain_fork": "reported", "chain_gap": "reported"}
    assert (causes("chain_fork"), causes("chain_gap")) == (["3"], ["5"])


def test_it_folds_what_a_backup_held_unfolded(device):
    arrive(device, 1)
    fold()
    arrive(device, 3)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update ledger_foldcursor set xid = xid + 1000000000000 where name = 'chain'")
        cursor.execute("alter table ledger_passage disable trigger append_only")
        cursor.execute("update ledger_passage set xid = '2000000000000'::xid8 where seq = 3")
        cursor.execute("alter table ledger_passage enable trigger append_only")
    fold(AT + dt.timedelta(minutes=1))
    assert causes("chain_gap") == ["2"]


def test_a_late_item_says_nothing_of_the_clock_as_it_is(device):
    arrive(device, 1, 3, clock=int(Clock.SKEWED))
    fold()
    arrive(device, 2)
    fold()
    assert orders() == {"chain_gap": "closed", "clock_trouble": "reported"}


def test_a_wrong_clock_is_a_matter_until_it_is_right(device):
    arrive(device, 1, clock=int(Clock.SKEWED))
    fold()
    assert orders() == {"clock_trouble": "reported"}
    arrive(device, 2, clock=int(Clock.CORRECTED | Clock.STALE))
    fold()
    assert orders() == {"clock_trouble": "closed"}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "Etc/UTC"])
def test_the_day_of_the_heads_ends_where_the_site_is(settings, zone):
    settings.SITE_ZONE = zone
    quarters = range(5, 60, 15)
    days = [dt.datetime(2021, month, 8, tzinfo=dt.UTC) for month in (1, 7)]
    for day in days:
        ticks = [day + dt.timedelta(hours=hour, minutes=minute) for hour in range(24) for minute in quarters]
        assert sum(is_end_of_day(int(tick.timestamp())) for tick in ticks) == 1


def test_the_head_of_the_day_enters_the_audit(device):
    arrive(device, 1, 2)
    fold()
    assert anchor_heads(at=AT) == 1
    assert anchor_heads(at=AT) == 0
    with connections["owner"].cursor() as cursor:
        cursor.execute("select subject, facts->>'seq', facts->>'head' from audit_event where action = 'chain.head'")
        assert cursor.fetchall() == [(str(device.pk), "2", hash_of(2).hex())]
    assert Event._meta.db_table == "audit_event"
    assert ChainState._meta.pk.name == "device_id"
