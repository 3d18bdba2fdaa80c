"""A contact told in an interview: who, Enter; the one who is meant, Enter; and the form stands ready for the next."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from kakou.access.models import Use
from kakou.access.scope import acting_as, acting_as_system
from kakou.tracing.models import Exposure, Involved
from kakou.tracing.queries.cases import outbreaks
from kakou.tracing.tests.outbreakwork import case, outbreak, people_in, places, registered
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["case", "outbreak", "places"]


class Fields(HTMLParser):
    """What a browser would send if Enter were pressed in the main form."""

    def __init__(self, page):
        super().__init__()
        self.sent, self.focus, self._select, self._in = {}, None, None, False
        self.feed(page[page.index("<main") :])

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._in = told.get("method") == "post"
        if not self._in:
            return
        if "autofocus" in told:
            self.focus = told["name"]
        if tag == "input" and (told.get("type") not in ("radio", "checkbox") or "checked" in told) and "name" in told:
            value = told.get("value", "")
            if told["name"] == "found":
                self.sent.setdefault("found", []).append(value)
            else:
                self.sent[told["name"]] = value
        if tag == "select":
            self._select = told["name"]
        if tag == "option" and self._select and ("selected" in told or self._select not in self.sent):
            self.sent[self._select] = told["value"]

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None


@pytest.fixture
def desk(cast, outbreak, case):
    """The investigator at the page; time stands at that of the cast."""
    import time_machine

    from tests.cast import AT

    with time_machine.travel(AT, tick=False):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, cast.investigator)
        yield client


def url(outbreak):
    return f"/tracing/outbreak/{outbreak.pk}/interview/"


def enter(client, page, at, **typed):
    """Type into some fields and press Enter."""
    fields = Fields(page)
    return client.post(at, {**fields.sent, **typed}, follow=True)


def test_two_enters_keep_one_who_is_in_the_register_and_the_next_begins_with_the_same_case(
    desk, outbreak, case, places
):
    li = registered(places.garden, "李国强", phone="13800138002")
    zhao = registered(places.orchard, "赵敏", phone="13800138003")
    page = desk.get(url(outbreak)).content.decode()
    assert Fields(page).focus == "words"
    first = enter(desk, page, url(outbreak), words="8002", last="08-09 14:30").content.decode()
    assert Fields(first).focus == "who"
    assert Fields(first).sent["who"] == str(li.pk)
    assert "李国强" not in first
    assert "李**" in first
    kept = enter(desk, first, url(outbreak)).content.decode()
    assert people_in(outbreak) == [("李国强", "proposed", "close")]
    assert Fields(kept).focus == "words"
    sent = Fields(kept).sent
    assert (sent["words"], sent["last"], sent["case"]) == ("", "08-09 14:30", str(case.pk))
    second = enter(desk, kept, url(outbreak), words="zm", grade="companion").content.decode()
    enter(desk, second, url(outbreak))
    assert people_in(outbreak) == [("李国强", "proposed", "close"), ("赵敏", "proposed", "companion")]
    with acting_as_system():
        row = Involved.objects.get(subject=zhao.pk)
        assert (row.origin, row.node_id) == ("interview", places.orchard.pk)
        assert Exposure.objects.get(target=row).source_id == case.pk


def test_nobody_found_is_written_down_at_once(desk, outbreak, case, places):
    page = desk.get(url(outbreak)).content.decode()
    first = enter(desk, page, url(outbreak), words="13900139001", last="8月9日").content.decode()
    sent = Fields(first).sent
    assert (sent["who"], sent["phone"], sent["unit"]) == ("new", "13900139001", str(places.garden.pk))
    enter(desk, first, url(outbreak), name="孙丽")
    assert people_in(outbreak) == [("孙丽", "proposed", "close")]


def test_other_words_look_again_instead_of_keeping_somebody(desk, outbreak, case, places):
    registered(places.garden, "李国强", phone="13800138002")
    zhao = registered(places.garden, "赵敏", phone="13800138003")
    page = desk.get(url(outbreak)).content.decode()
    first = enter(desk, page, url(outbreak), words="8002", last="8月9日").content.decode()
    second = enter(desk, first, url(outbreak), words="8003").content.decode()
    assert people_in(outbreak) == []
    assert Fields(second).sent["who"] == str(zhao.pk)


def test_what_is_wrong_is_told_at_its_field_and_the_choice_stays(desk, outbreak, case, places):
    li = registered(places.garden, "李国强", phone="13800138002")
    page = desk.get(url(outbreak)).content.decode()
    first = enter(desk, page, url(outbreak), words="8002", last="").content.decode()
    for last in ("", "tomorrow", "2021-08-11"):
        answer = enter(desk, first, url(outbreak), last=last)
        assert answer.status_code == 422
        assert Fields(answer.content.decode()).sent["who"] == str(li.pk)
    new = enter(desk, first, url(outbreak), who="new", last="8月9日", name="孙丽", document="1234")
    assert new.status_code == 422
    assert 'id="id_document_error"' in new.content.decode()
    assert people_in(outbreak) == []


def test_one_whose_document_is_known_is_not_registered_twice(desk, outbreak, case, places):
    registered(places.garden, "李国强", document="110105198511234570")
    page = desk.get(url(outbreak)).content.decode()
    first = enter(desk, page, url(outbreak), words="nobody like that", last="8月9日").content.decode()
    answer = enter(desk, first, url(outbreak), name="李国强", document="110105198511234570")
    assert answer.status_code == 422
    assert 'id="id_document_error"' in answer.content.decode()


def test_looking_by_a_whole_value_is_counted_as_everywhere(desk, cast, outbreak, case, places):
    page = desk.get(url(outbreak)).content.decode()
    enter(desk, page, url(outbreak), words="13800138002")
    with acting_as(cast.investigator):
        assert Use.objects.filter(staff=cast.investigator, what="people.search").count() == 1


def test_a_name_typed_by_a_stranger_is_only_text(desk, outbreak, case, places):
    page = desk.get(url(outbreak)).content.decode()
    first = enter(desk, page, url(outbreak), words='"><script>', last="8月9日").content.decode()
    assert not re.search(r"<script>(?!.*src)", first[first.index("<main") :])


def test_mates_are_proposed_by_a_button_of_the_case(desk, cast, outbreak, case, places):
    registered(places.garden, "甲", address="3-2-501")
    answer = desk.post(f"/tracing/person/{case.pk}/mates/", follow=True)
    assert "1 of the household" in answer.content.decode()
    assert people_in(outbreak) == [("甲", "proposed", "close")]
    with acting_as(cast.investigator):
        assert len(outbreaks()) == 1
