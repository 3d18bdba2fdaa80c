"""The office's pages: a matrix of units by state, the time to full acknowledgement with its formula, who has not and
how late, all of them reminded in one act; a workbook; and the unit's own page."""

import io
import re
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kakou.access.scope import acting_as, acting_as_system
from kakou.directives import actions
from kakou.directives.models import Directive, Paper, Reminder
from kakou.directives.rules import DirectiveRefused
from kakou.directives.tests.handing import HOUR, MINUTE, handed, places, task
from kakou.kernel.ids import new_id
from kakou.notices.models import Message
from kakou.notices.queries import text_of
from kakou.notices.tests.outgoing import channel_to
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


@pytest.fixture
def ask(client):
    """`ask(staff, path, data, at=…)` → the answer, in English."""

    def asked_for(staff, path="", data=None, *, at=AT):
        with time_machine.travel(at, tick=False):
            sign_in(client, staff)
            client.cookies["django_language"] = "en"
            where = f"/directives/{path}"
            return client.get(where) if data is None else client.post(where, data)

    return asked_for


def typed(places, **changes):
    told = {
        "number": "12", "issuer": "县防控办", "title": "双人值守", "text": "今晚起。",
        "acknowledge_by": "2021-08-10T14:45",
        "deadline": "2021-08-11T12:45", "units": [places.east.pk, places.west.pk], "key": str(new_id()),
    }  # fmt: skip
    return {**told, **changes}


def told():
    with acting_as_system():
        return [text_of(message).body for message in Message.objects.order_by("id")]


def test_it_is_handed_down_by_a_form_with_a_paper(ask, places, cast):
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF", content_type="application/pdf")
    answer = ask(cast.commander, f"new/?place={places.street.pk}", typed(places, paper=paper))
    assert answer.status_code == 302
    with acting_as_system():
        directive = Directive.objects.get()
        assert (directive.acknowledge_by, directive.tasks.count()) == (AT + 2 * HOUR, 2)
        assert Paper.objects.get().directive == directive
    assert ask(cast.commander, f"{directive.pk}/").status_code == 200


def test_what_is_wrong_is_said_and_nothing_is_handed_down(ask, places, cast):
    where = f"new/?place={places.street.pk}"
    for changes, words in (
        ({"text": "打 13812345678"}, "A number of a person stands in it"),
        ({"units": []}, "This field is required"),
        ({"acknowledge_by": "2021-08-10T12:00"}, "acknowledged later than now"),
        ({"paper": SimpleUploadedFile("a.exe", b"MZ")}, "JPEG, PNG or WebP"),
    ):
        answer = ask(cast.commander, where, typed(places, **changes))
        assert answer.status_code == 422 and words in answer.content.decode(), words
        assert "双人值守" in answer.content.decode()
    with acting_as_system():
        assert not Directive.objects.exists()


def test_the_matrix_says_who_has_not_how_late_and_how_long_it_took(ask, places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.secretary):
        actions.acknowledge(task(directive, places.east), by=cast.secretary, at=AT + 25 * MINUTE)
    page = ask(cast.commander, f"{directive.pk}/", at=AT + 3 * HOUR)
    said = page.content.decode()
    assert [(row.task.unit, row.sign.word) for row in page.context["rows"]] == [
        ("西郊社区", "not acknowledged, late"), ("东城社区", "acknowledged"),
    ]  # fmt: skip
    assert page.context["rows"][0].late == HOUR
    assert "last acknowledgement − handing down" in said and "not yet: 1 unit is missing" in said
    with acting_as(cast.neighbour):
        actions.acknowledge(task(directive, places.west), by=cast.neighbour, at=AT + 130 * MINUTE)
    page = ask(cast.commander, f"{directive.pk}/", at=AT + 3 * HOUR)
    assert "2 h 10 min" in page.content.decode()
    assert (page.context["figures"].in_time, page.context["figures"].units) == (1, 2)


def test_all_who_have_not_are_reminded_by_one_message_to_a_channel(ask, places, cast):
    with acting_as_system():
        channel_to("", "mail", places.street.pk, to=("street@example.cn",))
        channel_to("", "mail", places.west.pk, to=("west@example.cn",))
    directive = handed(cast.commander, places, units=[places.east.pk, places.garden.pk, places.west.pk])
    with acting_as(cast.secretary):
        actions.acknowledge(task(directive, places.garden), by=cast.secretary, at=AT + MINUTE)
    assert ask(cast.commander, f"{directive.pk}/remind/", {}, at=AT + HOUR).status_code == 302
    street, west = told()
    assert "东城社区" in street and "花园小区" not in street and "西郊社区" not in street
    assert "西郊社区" in west and "东城社区" not in west
    page = ask(cast.commander, f"{directive.pk}/remind/", {}, at=AT + HOUR + MINUTE)  # a second tap
    assert page.status_code == 302 and len(told()) == 2
    with acting_as_system():
        assert [(one.units, one.channels) for one in Reminder.objects.all()] == [(2, 2)]


def test_where_no_channel_serves_them_it_is_said(ask, places, cast):
    directive = handed(cast.commander, places)
    ask(cast.commander, f"{directive.pk}/remind/", {})
    assert "Nobody is told" in ask(cast.commander, f"{directive.pk}/").content.decode()


def test_the_workbook_has_a_row_to_a_unit(ask, places, cast):
    directive = handed(cast.commander, places)
    with acting_as(cast.secretary):
        actions.finish(task(directive, places.east), text="已到位", by=cast.secretary, at=AT + HOUR)
    answer = ask(cast.commander, f"{directive.pk}/sheet/", at=AT + 3 * HOUR)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        said = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert {"东城社区", "西郊社区", "已到位", "not acknowledged, late"} <= set(re.findall(r"<t[^>]*>([^<]*)</t>", said))


def test_a_unit_acknowledges_from_its_list_and_reports_it_done(ask, places, cast):
    directive = handed(cast.commander, places)
    east = task(directive, places.east)
    said = ask(cast.secretary).content.decode()
    assert f"task/{east.pk}/acknowledge/" in said
    assert ask(cast.secretary, f"task/{east.pk}/acknowledge/", {}).status_code == 302
    assert f"task/{east.pk}/acknowledge/" not in ask(cast.secretary).content.decode()
    refused = ask(cast.secretary, f"task/{east.pk}/done/", {"text": "电话 13812345678"})
    assert refused.status_code == 422 and "电话 13812345678" in refused.content.decode()
    assert ask(cast.secretary, f"task/{east.pk}/done/", {"text": "已到位"}, at=AT + HOUR).status_code == 302
    assert task(directive, places.east).done_at == AT + HOUR
    assert ask(cast.neighbour, f"task/{east.pk}/").status_code == 404


def test_empty_pages_say_what_to_do(ask, places, cast):
    assert "it stands here until it is acknowledged" in ask(cast.secretary, "?show=to-do").content.decode()
    assert "becomes a task for each unit" in ask(cast.commander).content.decode()


def test_another_takes_its_place_with_its_words_and_units_proposed(ask, places, cast):
    directive = handed(cast.commander, places)
    where = f"new/?place={places.street.pk}&replaces={directive.pk}"
    page = ask(cast.commander, where)
    assert "今晚起各卡口双人值守" in page.content.decode()
    assert ask(cast.commander, where, typed(places)).status_code == 302
    former = ask(cast.commander, f"{directive.pk}/").content.decode()
    assert "Replaced by" in former and "remind/" not in former


def test_who_was_told_a_moment_ago_is_left_alone_and_who_was_not_is_told(ask, places, cast):
    with acting_as_system():
        channel_to("", "mail", places.east.pk, to=("east@example.cn",))
    directive = handed(cast.commander, places, units=[places.east.pk, places.west.pk])
    ask(cast.commander, f"{directive.pk}/remind/", {}, at=AT + HOUR)  # no channel serves the west
    with acting_as_system():
        channel_to("", "mail", places.west.pk, to=("west@example.cn",))
    ask(cast.commander, f"{directive.pk}/remind/", {}, at=AT + HOUR + MINUTE)
    assert ["东城社区" in text for text in told()] == [True, False]
    with acting_as(cast.commander), pytest.raises(DirectiveRefused, match="five minutes"):
        actions.remind(directive, by=cast.commander, at=AT + HOUR + 2 * MINUTE)
    with acting_as(cast.commander):
        actions.remind(directive, by=cast.commander, at=AT + HOUR + 5 * MINUTE)
    assert ["东城社区" in text for text in told()] == [True, False, True]
    with acting_as_system():
        assert [(one.units, one.channels) for one in Reminder.objects.order_by("id")] == [(2, 1), (1, 1), (1, 1)]
