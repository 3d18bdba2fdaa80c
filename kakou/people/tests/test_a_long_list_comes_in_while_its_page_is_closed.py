"""A long list is set aside and taken by the worker: told how far it is, stopped, taken once, whole or not at all."""

import datetime as dt
import re
import threading
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections
from django.test import Client

from kakou.access.actions import TooOften
from kakou.access.incoming import NothingToStop, State, rules, set_aside, stop
from kakou.access.incoming.actions import forget_old
from kakou.access.incoming.models import IncomingList
from kakou.access.incoming.results import Waiting, result_in
from kakou.access.incoming.taking import take_next
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.people.models import CensusImport, Person
from kakou.people.tests.listed import DOCUMENT, NAME, PHONE, csv_of, residents, workbook
from kakou.places.models import Unit
from kakou.web.sheets import Stage, counted, telling
from tests.cast import AT, reconnect, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LATER = AT + 2 * rules.SILENT


@pytest.fixture
def garden(tree):
    with acting_as_system():
        return Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园").node


@pytest.fixture
def desk(garden, cast, monkeypatch):
    monkeypatch.setattr(rules, "LONG", 3)
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.secretary)
    return client


def sent(desk, garden, rows, **more):
    file = SimpleUploadedFile("名单.xlsx", workbook(rows))
    given = {"unit": garden.pk, "category": "resident_registered", "file": file, **more}
    return desk.post("/people/census/new/", given, follow=True)


def aside(garden, by, rows, **more):
    """A list that waits, without its page."""
    chosen = {"node": garden.pk, "category": "resident_registered"}
    given = {"is_try": False, "then": "/", "again": "/", "run": lambda: None, "by": by, "at": AT, **more}
    return set_aside("people", Waiting("名单.csv", chosen, csv_of(rows)), **given)


@contextmanager
def as_the_worker():
    """In its role of the database, as jobs are."""
    before = connections["default"].settings_dict["USER"]
    reconnect("kakou_worker")
    try:
        yield
    finally:
        reconnect(before)


def taken(at=AT, **more):
    with as_the_worker():
        return take_next(**{"clock": lambda: at, **more})


def forgotten(at):
    with as_the_worker():
        return forget_old(at=at)


def people():
    with acting_as_system():
        return Person.objects.count()


def acts():
    with acting_as_system():
        return [one.action for one in Event.objects.order_by("seq") if one.action.startswith(("list.", "people."))]


def beside(act):
    """Done by somebody else at this moment, on a connection of his own."""

    def go():
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()


def test_it_waits_with_its_own_page_and_is_taken_by_the_worker(desk, garden):
    page = sent(desk, garden, residents(5)).content.decode()
    assert people() == 0
    assert "waits its turn" in page
    assert "You may close this page" in page
    assert "every 2s" in page
    [row] = IncomingList.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'access.take_lists'")
        assert cursor.fetchone() == (1,)
    assert "1 list of yours is coming in" in desk.get("/").content.decode()
    assert all(name.encode() not in bytes(row.content) for name in ("名单", str(residents(5)[0][NAME])))

    assert taken()
    assert not taken()
    assert people() == 5
    page = desk.get(f"/incoming/{row.pk}/").content.decode()
    assert "Added 5, changed 0; 0 were the same already." in page
    assert "every 2s" not in page
    assert IncomingList.objects.get().content is None
    assert acts() == ["list.set_aside", "people.imported"]
    assert "List of residents" in desk.get("/incoming/").content.decode()


def test_it_is_checked_without_being_taken(desk, garden):
    sent(desk, garden, residents(5), dry_run="on")
    assert taken()
    assert people() == 0
    [row] = IncomingList.objects.all()
    assert "Would add 5, change 0; 0 are the same already." in desk.get(f"/incoming/{row.pk}/").content.decode()


def test_what_is_wrong_is_told_by_the_same_words_as_of_a_short_list(desk, garden, monkeypatch):
    rows = residents(6)
    rows[1][PHONE], rows[2][DOCUMENT] = "12", 110105199003078030
    table = re.compile(r"<tbody>.*?</tbody>", re.DOTALL)
    sent(desk, garden, rows)
    assert taken()
    [row] = IncomingList.objects.all()
    assert row.state == State.REFUSED
    desk.cookies["django_language"] = "en"
    long = desk.get(f"/incoming/{row.pk}/").content.decode()
    monkeypatch.setattr(rules, "LONG", 1000)
    short = sent(desk, garden, rows).content.decode()
    assert table.findall(long) == table.findall(short)
    assert "Row 3, column K (手机号)" in long
    assert people() == 0


def test_how_far_it_is_is_told_beside_it(garden, cast, monkeypatch):
    monkeypatch.setattr(rules, "BEAT", dt.timedelta(milliseconds=1))
    row = aside(garden, cast.worker, residents(300))
    seen, beat = set(), threading.Event()

    def clock():
        if threading.current_thread() is not threading.main_thread():
            beat.set()
        return AT

    def over():
        for _ in range(2):  # the second of them tells what was known at the first
            beat.clear()
            assert beat.wait(20)
        beside(lambda: seen.add(IncomingList.objects.values_list("stage", "of").get(pk=row.pk)))
        return False

    assert taken(clock=clock, over=over)
    assert {("reading", 0), ("comparing", 300), ("writing", 300)} <= seen
    assert people() == 300


def test_one_that_waits_is_stopped_at_once(desk, garden, cast):
    sent(desk, garden, residents(5))
    [row] = IncomingList.objects.all()
    page = desk.post(f"/incoming/{row.pk}/stop/", follow=True).content.decode()
    assert "nothing of it was taken" in page
    assert (taken(), people(), IncomingList.objects.get().content) == (False, 0, None)
    with pytest.raises(NothingToStop):
        stop(row, by=cast.secretary, at=AT)
    assert "there is nothing to stop" in desk.post(f"/incoming/{row.pk}/stop/", follow=True).content.decode()


def test_one_that_is_being_taken_is_stopped_and_leaves_nothing(garden, cast, monkeypatch):
    monkeypatch.setattr(rules, "BEAT", dt.timedelta(milliseconds=1))
    row = aside(garden, cast.worker, residents(300))
    beat, asked = threading.Event(), []

    def clock():
        if threading.current_thread() is not threading.main_thread():
            beat.set()
        return AT

    def over():
        if not asked:
            asked.append(beside(lambda: stop(row, by=cast.worker, at=AT)))
        for _ in range(2):
            beat.clear()
            assert beat.wait(20)
        return False

    assert taken(clock=clock, over=over)
    row.refresh_from_db()
    assert (row.state, row.content, people()) == (State.STOPPED, None, 0)
    with acting_as(cast.worker):
        assert not CensusImport.objects.exists()
    assert acts() == ["list.set_aside", "list.stopped"]


def test_a_worker_that_goes_down_leaves_it_to_the_next(garden, cast):
    aside(garden, cast.worker, residents(5))
    taken(over=lambda: True)
    assert (IncomingList.objects.get().state, people()) == (State.WAITING, 0)
    assert taken()
    assert people() == 5


def test_whoever_loses_his_database_leaves_it_whole_to_the_next(garden, cast):
    aside(garden, cast.worker, residents(5))

    def over():
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")
        return False

    with pytest.raises(OperationalError):
        taken(over=over)
    connection.close()
    assert (IncomingList.objects.get().state, people()) == (State.RUNNING, 0)
    assert not taken()  # perhaps somebody is at it
    assert taken(LATER)
    assert people() == 5
    with acting_as(cast.worker):
        assert CensusImport.objects.count() == 1


def test_whoever_comes_back_after_another_took_it_takes_nothing(garden, cast):
    row = aside(garden, cast.worker, residents(5))

    def over():
        beside(lambda: IncomingList.objects.filter(pk=row.pk).update(turn=row.pk))
        return False

    assert taken(over=over)
    assert (IncomingList.objects.get().state, people()) == (State.RUNNING, 0)


def test_one_that_kills_whoever_takes_it_is_given_up(garden, cast):
    row = aside(garden, cast.worker, residents(5))
    with as_the_worker():
        IncomingList.objects.filter(pk=row.pk).update(state=State.RUNNING, beat_at=AT, tries=rules.TRIES)
    assert forgotten(LATER) == 1
    assert not taken(LATER)
    row.refresh_from_db()
    assert (row.state, row.content) == (State.LOST, None)


def test_a_file_that_nobody_took_is_gone_after_a_day_and_its_end_after_a_week(desk, garden, cast):
    row = aside(garden, cast.secretary, residents(5))
    assert forgotten(AT + dt.timedelta(hours=23)) == 0
    assert forgotten(AT + dt.timedelta(hours=25)) == 1
    assert IncomingList.objects.get().content is None
    assert "nobody took it within a day" in desk.get(f"/incoming/{row.pk}/").content.decode()
    assert forgotten(AT + dt.timedelta(days=9)) == 1
    assert not IncomingList.objects.exists()
    assert row.due_on > (AT + dt.timedelta(days=8)).date()
    assert acts() == ["list.set_aside", "list.given_up"]


def test_a_fault_of_ours_is_told_and_not_tried_again(garden, cast):
    aside(garden, cast.worker, residents(5), at=AT)
    with as_the_worker():
        IncomingList.objects.update(kind="unknown")
    with pytest.raises(KeyError):
        taken()
    assert (IncomingList.objects.get().state, taken()) == (State.LOST, False)


def test_it_is_taken_in_the_name_of_whoever_sent_it_and_may_no_more(garden, cast):
    aside(garden, cast.neighbour, residents(5))
    assert taken()
    [row] = IncomingList.objects.all()
    assert (row.state, people()) == (State.REFUSED, 0)
    refused = result_in(row).refused
    assert refused is not None
    assert refused[0] == "Your role does not allow this here."


def test_it_is_shown_to_nobody_else(desk, garden, cast):
    row = aside(garden, cast.worker, residents(5))
    assert desk.get(f"/incoming/{row.pk}/").status_code == 404
    assert desk.post(f"/incoming/{row.pk}/stop/").status_code == 404
    assert str(row.pk) not in desk.get("/incoming/").content.decode()


def test_of_one_account_three_wait(garden, cast):
    for _ in range(rules.MOST_WAITING):
        aside(garden, cast.worker, residents(2))
    with pytest.raises(TooOften):
        aside(garden, cast.worker, residents(2))
    aside(garden, cast.secretary, residents(2))


def test_a_sheet_of_places_is_taken_too(garden, cast):
    aside(garden, cast.worker, residents(5))
    sheet = "类型,名称,上级\r\n小区大门,南门,阳光花园\r\n".encode()
    set_aside(
        "places", Waiting("表.csv", {}, sheet), is_try=False, then="/", again="/", run=lambda: None,
        by=cast.secretary, at=AT,
    )  # fmt: skip
    assert [taken(), taken(), taken()] == [True, True, False]
    assert {row.state for row in IncomingList.objects.all()} == {State.DONE}
    assert forgotten(AT + dt.timedelta(days=9)) == 2


def test_rows_are_told_each_hundred_and_at_the_end():
    told = []
    with telling(lambda *how: told.append(how)):
        assert list(counted(range(250), Stage.WRITING, 250)) == list(range(250))
    assert told == [(Stage.WRITING, done, 250) for done in (0, 100, 200, 250)]
