"""People are asked with their consent; the first yes gets it, whoever else says yes at the same moment."""

import threading

import pytest
from django.db import connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.services.rules import Rating
from kakou.skills import actions
from kakou.skills.queries.calls import Stage, listed, seen
from kakou.skills.rules import Answer, HelperBarred, HelpRefused
from kakou.skills.tests.helping import AT, HOUR, Asked, ask, call, driver, fresh, places, say
from kakou.workorders.actions import close_cause
from kakou.workorders.models import WorkOrder

__all__ = ["places"]


def test_the_second_yes_is_thanked_and_stays_at_home(cast, places):
    first, _ = driver(places.garden, 1, cast.worker)
    second, _ = driver(places.garden, 2, cast.worker)
    one = call(places, cast.worker)
    a, b = ask(one, [first, second], cast.worker)
    assert say(b, True) is Answer.YES
    assert say(a, True, cast.worker) is Answer.LATE
    assert (fresh(b).way, fresh(a).way) == ("link", "phone")
    assert fresh(a).answered_by == cast.worker


def test_what_is_said_once_is_said(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    [row] = ask(call(places, cast.worker), [who], cast.worker)
    assert say(row, False) is Answer.NO
    with pytest.raises(HelpRefused):
        say(row, True)


def test_who_has_not_agreed_is_not_asked(cast, places):
    who, paper = driver(places.garden, 1, cast.worker, has_agreed=False)
    one = call(places, cast.worker)
    with pytest.raises(HelperBarred):
        ask(one, [who], cast.worker)
    with acting_as(cast.worker):
        actions.set_agreed(paper, True, by=cast.worker, at=AT)
    assert len(ask(one, [who], cast.worker)) == 1


def test_who_helps_at_one_place_is_not_asked_to_another(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    [row], other = ask(call(places, cast.worker), [who], cast.worker), call(places, cast.worker)
    [later] = ask(other, [who], cast.worker)
    assert say(row, True) is Answer.YES
    assert say(later, True) is Answer.BARRED


def test_hours_and_rating_follow_the_help_and_end_the_call(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    one = call(places, cast.worker)
    [row] = ask(one, [who], cast.worker)
    say(row, True)
    with acting_as(cast.worker):
        with pytest.raises(HelpRefused):
            actions.rate(row, Rating.VERY, by=cast.worker, at=AT)
        with pytest.raises(HelpRefused):
            actions.end_call(one, by=cast.worker, at=AT)
        actions.came(row, by=cast.worker, at=AT)
        actions.served(row, 90, by=cast.worker, at=AT + 2 * HOUR)
        actions.rate(row, Rating.VERY, by=cast.worker, at=AT + 2 * HOUR)
        [told] = seen([fresh(one)])
    assert told.stage is Stage.DONE
    assert (told.taken.row.minutes, told.taken.row.rating) == (90, "very")
    assert fresh(one).ended_at == AT + 2 * HOUR


def test_another_places_secretary_neither_calls_nor_asks(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    one = call(places, cast.worker)
    with pytest.raises(NotAllowed), acting_as(cast.worker):
        actions.ask(one, [who.pk], by=cast.neighbour, at=AT)
    assert not stored()


def stored():
    with acting_as_system():
        return list(Asked.objects.all())


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_of_eight_who_say_yes_at_once_one_comes(cast, places):
    people = [driver(places.garden, number, cast.worker)[0] for number in range(8)]
    one = call(places, cast.worker)
    rows = ask(one, people, cast.worker)
    gate, said = threading.Barrier(len(rows)), []

    def answer(row):
        try:
            gate.wait(timeout=30)
            said.append(say(row, True))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=answer, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == sorted([Answer.YES, *[Answer.LATE] * 7])
    assert sum(row.answer == "yes" for row in stored()) == 1


def away(row, by, *, at=AT):
    with acting_as(by):
        actions.stay_away(row, by=by, at=at)


def test_who_said_yes_and_does_not_come_is_free_and_others_are_asked(cast, places):
    first, _ = driver(places.garden, 1, cast.worker)
    second, _ = driver(places.garden, 2, cast.worker)
    one, other = call(places, cast.worker), call(places, cast.worker)
    [row] = ask(one, [first], cast.worker)
    say(row, True)
    away(row, cast.worker, at=AT + HOUR)
    assert (fresh(row).answer, fresh(row).answered_by) == (Answer.NO, cast.worker)
    [next_one], [elsewhere] = ask(one, [second], cast.worker), ask(other, [first], cast.worker)
    assert (say(next_one, True), say(elsewhere, True)) == (Answer.YES, Answer.YES)


def test_who_is_there_does_not_stay_away(cast, places):
    who, _ = driver(places.garden, 1, cast.worker)
    [row] = ask(call(places, cast.worker), [who], cast.worker)
    with pytest.raises(HelpRefused):
        away(row, cast.worker)
    say(row, True)
    with acting_as(cast.worker):
        actions.came(row, by=cast.worker, at=AT)
    with pytest.raises(HelpRefused):
        away(row, cast.worker)
    with pytest.raises(NotAllowed):
        away(row, cast.neighbour)


def test_nobody_is_sent_once_the_request_is_settled(cast, places):
    first, _ = driver(places.garden, 1, cast.worker)
    second, _ = driver(places.garden, 2, cast.worker)
    one = call(places, cast.worker)
    [row] = ask(one, [first], cast.worker)
    with acting_as_system():
        order = WorkOrder.objects.get(pk=one.order_id)
        assert close_cause(order.kind, order.cause, at=AT)
    assert say(row, True) is Answer.LATE
    with pytest.raises(HelpRefused):
        ask(one, [second], cast.worker)


def test_who_was_too_late_is_asked_again_when_the_first_stays_away(cast, places):
    first, _ = driver(places.garden, 1, cast.worker)
    second, _ = driver(places.garden, 2, cast.worker)
    one = call(places, cast.worker)
    a, b = ask(one, [first, second], cast.worker)
    assert (say(a, True), say(b, True)) == (Answer.YES, Answer.LATE)
    away(a, cast.worker)
    again = ask(one, [second], cast.worker)[0]
    assert (again.pk, again.answer, say(again, True)) == (b.pk, Answer.WAITING, Answer.YES)


def test_a_call_whose_request_is_settled_goes_on_no_more(cast, places):
    one = call(places, cast.secretary)
    with acting_as(cast.secretary):
        assert [row.pk for row in listed(node=None, ended=False)] == [one.pk]
        assert not listed(node=None, ended=True)
    with acting_as_system():
        close_cause("service_request", WorkOrder.objects.get(pk=one.order_id).cause, at=AT + HOUR)
    with acting_as(cast.secretary):
        [over] = seen(listed(node=None, ended=True))
        assert (over.row.pk, over.stage) == (one.pk, Stage.ENDED)
        assert not listed(node=None, ended=False)
