"""劝返之后: who was persuaded back and is seen again, anywhere and by whatever he shows, is one matter a day."""

import random

import pytest
from django.conf import settings
from django.db import connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions import seen_again
from kakou.ledger.actions.seen_again import fold_seen_again
from kakou.ledger.checks.seen_again import WITHIN
from kakou.ledger.models import FoldCursor
from kakou.ledger.queries.checked import people_of, rows_where
from kakou.ledger.stays import effective
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    HOUR,
    MINUTE,
    Phone,
    caught_up,
    garden,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    resident,
    visitor,
)
from kakou.workorders.actions import close
from kakou.workorders.models import Step
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KIND = "seen_again"
LATER = AT + 3 * DAY


@pytest.fixture
def west(garden, cast):
    """The phone of the orchard's gate."""
    return Phone(enrol(cast.neighbour, garden.orchard_gate)[0])


def back(who=1, minutes=0, **more):
    """Somebody is persuaded back."""
    return passage(visitor(who), at=AT + minutes * MINUTE, verdict="persuade_back", **more)


def comes(who=1, minutes=60, **more):
    return passage(visitor(who), at=AT + minutes * MINUTE, **more)


def test_who_is_let_in_elsewhere_is_told_of_there_with_both_passages(phone, west):
    (first,) = phone.send(back())
    (again,) = west.send(comes(minutes=35))
    assert caught_up(fold_seen_again, at=LATER) == 1
    order = order_about(again, KIND)
    facts = {"passage": str(again), "other": str(first), "minutes": 35, "crossed": True}
    assert (order.node_id, order.facts) == (west.node, facts)
    assert caught_up(fold_seen_again, at=LATER) == 0
    assert orders() == [(KIND, "reported")]


def test_beside_an_import_of_years_no_more_is_read_than_what_may_still_be_told(phone, west, monkeypatch):
    spans, sent_away = [], seen_again._sent_away
    monkeypatch.setattr(seen_again, "_sent_away", lambda span: spans.append(span) or sent_away(span))
    phone.send(passage(visitor(3), at=AT - 60 * DAY), back())
    (again,) = west.send(comes())
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == [str(again)]
    assert min(span.first for span in spans) >= LATER - seen_again.OLDEST


def test_he_is_told_of_where_he_is_persuaded_back_again_too(phone, west):
    phone.send(back())
    (again,) = west.send(back(minutes=10))
    west.send(back(minutes=20))
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == [str(again)]
    assert order_about(again, KIND).facts["crossed"] is False


def test_whoever_is_seen_for_the_first_time_or_much_later_or_was_only_held_is_no_matter(phone):
    phone.send(
        back(1), comes(2), comes(1, minutes=int(WITHIN / MINUTE) + 1), comes(3, minutes=-10), back(3),
        passage(visitor(4), verdict="hold"), comes(4), back(5, crossed=True, override="other"), comes(5),
    )  # fmt: skip
    caught_up(fold_seen_again, at=LATER)
    assert orders() == []


def test_one_person_is_one_whatever_he_shows(phone, west, garden):
    person = resident(garden.garden.pk, 7)
    phone.send(passage({"id": person}, verdict="persuade_back", who="resident", direction="out"))
    (again,) = west.send(passage({"phone": "13800130007"}, at=AT + HOUR))
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == [str(again)]


def test_it_is_one_order_a_day_at_the_first_place_whatever_comes_in_first(phone, west):
    late, early = comes(minutes=90), comes(minutes=40)
    west.send(back(), late)
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == [late["id"]]
    phone.send(early, at=LATER)
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == [early["id"]]
    assert orders() == [(KIND, "closed"), (KIND, "reported")]


def test_on_the_next_day_of_the_site_it_is_another_matter(phone):
    _, today, tomorrow = phone.send(back(), comes(minutes=60), comes(minutes=20 * 60))
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == sorted([str(today), str(tomorrow)])


def test_a_correction_that_takes_either_passage_away_closes_it(phone, west):
    gone = {"direction": "through", "crossed": False, "checks": {}, "reasons": [], "correction": "登记错了"}
    sent_away, _ = phone.send(back(1), back(2))
    again, other = west.send(comes(1), comes(2, minutes=61))
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == sorted([str(again), str(other)])
    phone.send(comes(1, minutes=70, corrects=sent_away, **gone))
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == [str(other)]
    west.send(comes(2, minutes=80, corrects=other, **gone))
    caught_up(fold_seen_again, at=LATER)
    assert open_about(KIND) == []
    with acting_as_system():
        assert {step.facts["healed"] for step in Step.objects.filter(kind="closed")} == {"corrected", "explained"}


def test_a_correction_of_the_passage_itself_is_no_second_sight(phone):
    (sent_away,) = phone.send(back())
    phone.send(back(minutes=3, corrects=sent_away, correction="补写原因"))
    caught_up(fold_seen_again, at=LATER)
    assert orders() == []


def test_what_somebody_closed_is_not_told_again_by_an_earlier_passage(phone, cast):
    late, early = comes(minutes=90), comes(minutes=40)
    phone.send(back(), late)
    caught_up(fold_seen_again, at=LATER)
    with acting_as(cast.secretary):
        close(order_about(late["id"], KIND), evidence={"finding": "已回家"}, by=cast.secretary, at=LATER)
    phone.send(early, at=LATER)
    caught_up(fold_seen_again, at=LATER)
    assert orders() == [(KIND, "closed")]


def test_what_was_long_ago_is_asked_no_more_and_still_closes(phone):
    phone.send(back(1), comes(1))
    caught_up(fold_seen_again, at=AT + 9 * DAY)
    assert orders() == []
    sent_away, _ = phone.send(back(2), comes(2))
    caught_up(fold_seen_again, at=LATER)
    gone = {"corrects": sent_away, "correction": "登记错了"}
    phone.send(comes(2, minutes=-5, **gone), at=AT + 9 * DAY)
    caught_up(fold_seen_again, at=AT + 9 * DAY)
    assert orders() == [(KIND, "closed")]


def some_days(seed, garden):
    """Passages of eight visitors over three days, a quarter of them persuaded back, some corrected."""
    dice, made = random.Random(seed), []
    for _ in range(70):
        more = {"verdict": dice.choice(["admit", "admit", "persuade_back", "hold"])}
        if made and dice.random() < 0.25:
            before = dice.choice(made)
            more |= {"corrects": before["id"], "correction": "更正"}
        made.append(comes(dice.randrange(8), dice.randrange(3 * 24 * 60), **more))
    dice.shuffle(made)
    return made, dice


def one_by_one():
    """The slow obvious way: per person and day the first row that holds with one before it that sent him away."""
    with acting_as_system():
        rows = rows_where("true", [])
        people = people_of({row.subject for row in rows})
    holding = {crossing[1] for crossing in effective(row.crossing() for row in rows)}
    held = sorted((row for row in rows if row.id.int in holding), key=lambda row: (row.happened_at, row.id))
    first = {}
    for n, row in enumerate(held):
        sent_away = [
            other for other in held[:n]
            if people.subject(other.subject) == people.subject(row.subject) and other.verdict == 3
            and row.happened_at - other.happened_at <= WITHIN
        ]  # fmt: skip
        if sent_away:
            day = (row.happened_at + 8 * HOUR).date()
            first.setdefault((people.subject(row.subject), day), str(row.id))
    return sorted(first.values())


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_same_in_any_order_and_any_split(phone, garden, seed):
    assert settings.SITE_ZONE == "Asia/Shanghai"
    made, dice = some_days(seed, garden)
    while made:
        phone.send(*[made.pop() for _ in range(min(len(made), dice.randrange(1, 25)))], at=AT + 4 * DAY)
        caught_up(fold_seen_again, at=AT + 4 * DAY, most=dice.choice([1, 10, 1000]))
    found = open_about(KIND)
    assert found
    assert found == one_by_one()
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate workorders_workorder cascade")
    for _ in range(2):
        with acting_as_system():
            FoldCursor.objects.filter(name="seen again").update(xid=0)
        caught_up(fold_seen_again, at=AT + 4 * DAY)
        assert open_about(KIND) == found
