"""Whoever asks for something opens one request and exactly one order, however often it is sent; nothing of what was
said is kept in plain."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.services import actions
from kakou.services.models import Request
from kakou.services.queries import requests as queries
from kakou.services.queries.following import four_of
from kakou.services.rules import Category, Channel, Picture, TextRefused, read_code
from kakou.services.tests.asking import DAY, HOUR, LAMP, PHONE, asked, fresh, order_of, places, report, stored
from kakou.vault.sealing import key_id_of
from kakou.workorders import actions as orders
from kakou.workorders.models import WorkOrder
from tests.canaries import CANARIES, database_leaks, heard, leaks
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


def open_orders():
    with acting_as_system():
        return list(WorkOrder.objects.filter(kind="service_request"))


def test_the_community_around_the_place_receives_it_and_answers_within_days_of_work(places, cast):
    request = asked(places.garden.pk)
    order = order_of(request)
    assert (request.place_id, request.node_id, request.handler_id) == (places.garden.pk, places.east.pk, places.east.pk)
    assert (order.cause, order.node_id, order.owner) == (str(request.pk), places.east.pk, cast.secretary)
    assert (order.state, order.due_clock, order.due_at) == ("reported", "accept", AT + DAY)
    assert read_code(request.code) == request.code


def test_what_is_an_emergency_is_due_in_a_minute(places):
    order = order_of(asked(places.garden.pk, category=Category.MEDICAL))
    assert (order.urgency, order.due_at) == ("emergency", AT + dt.timedelta(minutes=1))


def test_an_enterprise_is_the_street_offices_and_a_gate_stands_for_its_compound(places):
    request = asked(places.garden_gate.pk, category=Category.ENTERPRISE)
    assert (request.place_id, request.node_id) == (places.garden_gate.pk, places.street.pk)


def test_sent_twice_it_is_one_request_and_one_order_whatever_it_says_then(places):
    key = new_id()
    first = actions.open_request(report(places.garden.pk), key=key, at=AT)
    again = actions.open_request(report(places.garden.pk, text="别的话"), key=key, at=AT + HOUR)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.request.pk == again.request.pk
    assert len(stored()) == len(open_orders()) == 1


def test_a_code_that_is_somebodys_is_not_given_again(places, monkeypatch):
    codes = iter(["100000007", "100000007", "482915374"])
    monkeypatch.setattr("kakou.services.actions.opening.random_code", lambda: next(codes))
    assert [asked(places.garden.pk).code, asked(places.garden.pk).code] == ["100000007", "482915374"]
    assert len(open_orders()) == 2


def test_what_cannot_be_taken_leaves_nothing_behind(places, tree):
    with pytest.raises(TextRefused):
        asked(places.garden.pk, text=" \n ")
    with pytest.raises(TextRefused):
        asked(places.garden.pk, text="看\u202e不见")
    with pytest.raises(NotFound):
        asked(10**8)
    with pytest.raises(NotFound):
        asked(tree.orchard_gate.pk)  # a node on which nothing stands
    assert stored() == open_orders() == []


def test_who_writes_it_down_for_somebody_must_be_allowed_to_there(places, cast):
    told = report(places.garden.pk, channel=Channel.PHONE)
    for who in (cast.neighbour, cast.recorder):
        with acting_as(who), pytest.raises(NotAllowed):
            actions.open_request(told, key=new_id(), by=who, at=AT)
    with acting_as(cast.worker):
        made = actions.open_request(told, key=new_id(), by=cast.worker, at=AT).request
    assert (made.recorded_by, made.channel) == (cast.worker, "phone")
    # for an enterprise too, which the street office answers: the worker sees it no more
    with acting_as(cast.worker):
        up = actions.open_request(replace(told, category=Category.ENTERPRISE), key=new_id(), by=cast.worker, at=AT)
        with pytest.raises(NotFound):
            queries.request_at(up.request.pk)
    assert Event.objects.using("owner").filter(action="request.opened", by=cast.worker.pk).count() == 2


def test_nothing_that_was_said_is_in_the_database_or_on_its_way_there_in_plain(places, cast):
    one = CANARIES[0]
    text = f"{one.name} 住 {one.address}，电话 {one.phone}，身份证 {one.document}，车 {one.plate}"
    with heard() as statements:
        request = asked(places.garden.pk, text=text, phone=one.phone, name=one.name)
    assert not leaks(statements=statements.getvalue())
    assert not database_leaks()
    with acting_as(cast.secretary):
        seen = queries.seen(fresh(request))
    assert not [leak for leak in leaks(seen=f"{seen.text} {seen.phone}") if "phone" in leak or "document" in leak]
    assert (LAMP not in seen.text, seen.name[0]) == (True, one.name[0])


def test_the_last_four_are_kept_as_a_hash_of_use_for_one_request_only(places):
    one, other = asked(places.garden.pk), asked(places.garden.pk)
    assert bytes(one.last_four) == four_of(one.pk, PHONE[-4:]) != bytes(other.last_four)
    assert asked(places.garden.pk, phone="").last_four is None


def test_all_of_it_is_sealed_under_the_key_of_its_day(places):
    request = asked(places.garden.pk)
    assert request.due_on == AT.date() + dt.timedelta(days=90)
    assert key_id_of(bytes(request.text_sealed)) == key_id_of(bytes(request.contact_sealed))


def test_a_photo_waits_for_its_request_and_is_claimed_once(places, cast):
    photo = actions.hold_photo(Picture("png", b"picture"), place=places.garden.pk, at=AT)
    first = actions.open_request(report(places.garden.pk), key=new_id(), at=AT, photo=photo).request
    second = actions.open_request(report(places.garden.pk), key=new_id(), at=AT, photo=photo).request
    with acting_as(cast.secretary):
        assert actions.show_photo(fresh(first), by=cast.secretary, at=AT) == ("image/png", b"picture")
        with pytest.raises(NotFound):
            queries.photo_of(fresh(second))
    with acting_as(cast.secretary), pytest.raises(NotAllowed):
        actions.show_photo(fresh(first), by=cast.enterprise, at=AT)


def test_it_is_seen_where_its_order_is_and_by_who_received_it(places, cast):
    request = asked(places.garden.pk)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        queries.request_at(request.pk)
    with acting_as(cast.secretary):
        orders.accept(request.order, by=cast.secretary, at=AT)
        orders.dispatch(request.order, unit=places.west.pk, by=cast.secretary, at=AT)
    for who in (cast.neighbour, cast.secretary):
        with acting_as(who):
            assert queries.seen(queries.request_at(request.pk)).text == LAMP
    with acting_as(cast.neighbour):
        orders.give_back(queries.request_at(request.pk).order, reason="不在本村", by=cast.neighbour, at=AT)
        with pytest.raises(NotFound):
            queries.request_at(request.pk)
    assert fresh(request).handler_id == places.east.pk


def test_raw_sql_of_somebody_without_a_scope_sees_no_request(places):
    asked(places.garden.pk)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from services_request")
        assert cursor.fetchone() == (0,)


def test_the_contact_is_shown_for_a_reason_to_who_may_and_that_is_written_down(places, cast):
    request = asked(places.garden.pk, name="王小明")
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        actions.reveal_contact(fresh(request), reason="回访", by=cast.worker, at=AT)
    with acting_as(cast.secretary):
        shown = actions.reveal_contact(fresh(request), reason="回访诉求人", by=cast.secretary, at=AT)
    assert (shown.phone, shown.name) == (PHONE, "王小明")
    event = Event.objects.using("owner").get(action="request.revealed")
    assert (event.by, event.subject, event.facts) == (cast.secretary.pk, str(request.pk), {"reason": "回访诉求人"})


def test_alike_reports_are_suggested_and_others_are_not(places, cast):
    lamp = asked(places.garden.pk)
    again = asked(places.garden.pk, text="3号楼门口路灯不亮了", at=AT + HOUR)
    asked(places.garden.pk, text="垃圾没有清运", category=Category.ENVIRONMENT, at=AT + HOUR)
    asked(places.garden.pk, at=AT + 20 * DAY)
    asked(places.orchard.pk, at=AT)
    with acting_as(cast.commander):
        found = queries.alike_to(fresh(lamp))
    assert [one.seen.row.pk for one in found] == [again.pk]


def test_the_model_knows_every_code_is_one_of_its_own(places):
    assert len({asked(places.garden.pk).code for _ in range(5)}) == 5
    with acting_as_system():
        assert Request.objects.count() == 5
