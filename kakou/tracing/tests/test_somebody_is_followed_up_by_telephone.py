"""A day's calls: one number at a time, an answer with one tap, a household at once, and everything can be put right."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kakou.access.scope import acting_as
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.tracing.actions import following
from kakou.tracing.actions.cases import take_step
from kakou.tracing.models import FollowUp, Involved
from kakou.tracing.queries.following import households
from kakou.tracing.rules.following import Finding, Task
from kakou.tracing.rules.standing import Move, StepRefused
from kakou.tracing.tests.followwork import followed, outbreak, places
from kakou.tracing.tests.outbreakwork import DAY, registered
from tests.cast import AT, sign_in

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
__all__ = ["followed", "outbreak", "places"]
LIST = "/tracing/follow-up/"


@pytest.fixture
def desk(followed, time_machine):
    time_machine.move_to(AT, tick=False)
    client = Client(headers={"accept-language": "en"})
    sign_in(client, followed.cast.worker)
    return client


def post(client, name, due, **data):
    return client.post(reverse(f"tracing:{name}", args=[due.pk]), data)


def later(desk, followed, time_machine, at):
    """Days later, after a new login."""
    time_machine.move_to(at, tick=False)
    sign_in(desk, followed.cast.worker)


def text(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.content.decode()))


def test_the_list_shows_masked_names_by_household(followed, desk):
    answer = desk.get(LIST)
    assert answer.status_code == 200
    page = text(answer)
    assert "household of 2" in page and re.search(r"138\*+8001", page)
    assert "李本" not in page and "13800138001" not in page
    assert "丁" not in page  # Dan is another community's


def test_a_call_is_answered_with_one_button_and_the_next_takes_the_focus(followed, desk):
    item = followed.call(followed.ben)
    form = re.search(
        rf'<form method="post" action="{LIST}{item.pk}/tell/[^>]*>.*?</form>', desk.get(LIST).content.decode()
    )[0]
    then = re.search(r'name="next" value="([^"]*)"', form)[1]
    answer = desk.post(f"{LIST}{item.pk}/tell/", {"finding": "normal", "was": "due", "next": then}, follow=True)
    with acting_as(followed.cast.worker):
        assert FollowUp.objects.get(pk=item.pk).finding == "normal"
    page = answer.content.decode()
    assert re.search(r'id="do-([^"]+)"[^>]*autofocus', page)[1] == then
    assert "Undo" in text(answer)


def test_undo_makes_it_due_again(followed, desk):
    item = followed.call(followed.ben)
    post(desk, "follow_up_tell", item, finding="symptoms", was="due")
    post(desk, "follow_up_back", item)
    with acting_as(followed.cast.worker):
        assert FollowUp.objects.get(pk=item.pk).finding == "due"


def test_a_household_is_told_of_at_once_all_or_none(followed, desk):
    items = [followed.call(followed.ben), followed.call(followed.cai)]
    answer = post(desk, "all_well", items[0], item=[one.pk for one in items])
    assert answer.status_code == 302
    assert {one.finding for one in followed.items(followed.cai, day=items[1].day, task="call")} == {"normal"}
    again = post(desk, "all_well", items[0], item=[one.pk for one in items])
    assert again.status_code == 422 or "told" not in again["Location"]


def test_who_was_quicker_is_not_overwritten(followed):
    worker, item = followed.cast.worker, followed.call(followed.ben)
    with acting_as(worker):
        following.tell_finding(item, Finding.FEVER, tenths=381, was=Finding.DUE, by=worker, at=AT)
        with pytest.raises(StepRefused):
            following.tell_finding(item, Finding.NORMAL, was=Finding.DUE, by=worker, at=AT)
        with pytest.raises(StepRefused):
            following.tell_all([item], Finding.NORMAL, by=worker, at=AT)
        assert FollowUp.objects.get(pk=item.pk).tenths == 381


@pytest.mark.parametrize(
    ("finding", "tenths"),
    [(Finding.NORMAL, 373), (Finding.FEVER, 372), (Finding.NEGATIVE, None), (Finding.NORMAL, 500)],
)
def test_an_answer_goes_with_the_question_and_the_temperature(followed, finding, tenths):
    worker, item = followed.cast.worker, followed.call(followed.ben)
    with acting_as(worker), pytest.raises(StepRefused):
        following.tell_finding(item, finding, tenths=tenths, by=worker, at=AT)


def test_what_is_refused_is_told_on_the_list(followed, desk):
    item = followed.call(followed.ben)
    answer = post(desk, "follow_up_tell", item, finding="normal", was="due", temperature="38.2")
    assert answer.status_code == 422
    assert "37.3" in text(answer)
    assert post(desk, "follow_up_tell", item, finding="fever", was="due", temperature="warm").status_code == 422


def test_the_number_is_shown_to_who_must_call_and_audited(followed, desk):
    item = followed.call(followed.ben)
    page = post(desk, "follow_up_number", item)
    assert "tel:+8613800138001" in page.content.decode() and "李本" in text(page)
    told = Event.objects.using("owner").get(action="follow_up.number_shown")
    assert (told.subject, told.facts["reason"]) == (str(item.pk), "follow-up call")
    assert "no-store" in page["Cache-Control"]


def test_the_number_of_nobody_else_is_shown(followed):
    worker, today = followed.cast.worker, followed.call(followed.ben)
    tomorrow = followed.items(followed.ben, task="call")[1]
    with acting_as(worker):
        for item in (tomorrow, following.tell_finding(today, Finding.NORMAL, by=worker, at=AT)):
            with pytest.raises(StepRefused):
                following.number_to_call(item, by=worker, at=AT)
    foreign = followed.call(followed.dan)
    with acting_as(worker), pytest.raises(NotAllowed):
        following.number_to_call(foreign, by=worker, at=AT)
    assert not Event.objects.using("owner").filter(action="follow_up.number_shown").exists()


def test_who_was_not_reached_may_be_called_again_that_day_only(followed):
    worker, item = followed.cast.worker, followed.call(followed.ben)
    with acting_as(worker):
        tried = following.tell_finding(item, Finding.NOT_REACHED, by=worker, at=AT)
        assert following.number_to_call(tried, by=worker, at=AT).phone == "+8613800138001"
        with pytest.raises(StepRefused):
            following.number_to_call(tried, by=worker, at=AT + DAY)


def test_without_a_telephone_one_is_sent_to_the_door(followed):
    (one,) = followed.add(registered(followed.tree.garden, "钱静").pk)
    with acting_as(followed.cast.worker), pytest.raises(NotFound):
        following.number_to_call(followed.call(one), by=followed.cast.worker, at=AT)


def test_a_household_is_one_telephone_in_one_unit(followed):
    with acting_as(followed.cast.investigator):
        rows = list(
            FollowUp.objects.filter(task="call", day=followed.call(followed.ben).day).select_related("involved")
        )
        found = households(rows)
    who = [{row.involved_id for row in house} for house in found]
    assert {followed.ben.pk, followed.cai.pk} in who
    assert any(house == {followed.dan.pk} for house in who)


def test_overdue_comes_first_and_three_days_not_reached_offer_to_look_for_him(followed, desk, time_machine):
    worker = followed.cast.worker
    for number, item in enumerate(followed.items(followed.ben, task="call")[:3]):
        with acting_as(worker):
            following.tell_finding(item, Finding.NOT_REACHED, by=worker, at=AT + number * DAY)
    later(desk, followed, time_machine, AT + 3 * DAY)
    page = desk.get(LIST)
    assert "Not reached for three days in a row." in text(page)
    assert text(page).index("overdue since") < text(page).rindex("Well")
    item = followed.items(followed.ben, task="call")[3]
    assert post(desk, "follow_up_lost", item, reason="").status_code == 422
    assert post(desk, "follow_up_lost", item, reason="去过家里，邻居不知").status_code == 302
    with acting_as(worker):
        assert Involved.objects.get(pk=followed.ben.pk).standing == "lost"


def all_told(followed, whose, until, but=()):
    worker = followed.cast.worker
    with acting_as(worker):
        for item in FollowUp.objects.filter(involved=whose, day__lte=until).exclude(task="release"):
            if item.pk not in but:
                finding = Finding.NORMAL if item.task == Task.CALL else Finding.NEGATIVE
                following.tell_finding(item, finding, by=worker, at=AT + 60 * DAY)


def test_somebody_is_released_when_all_is_negative(followed, desk, time_machine):
    (last,) = followed.items(followed.ben, task="release")
    all_told(followed, followed.ben, last.day)
    later(desk, followed, time_machine, AT + (last.day - AT.date()))
    assert post(desk, "follow_up_release", last, reason="").status_code == 302
    with acting_as(followed.cast.worker):
        assert Involved.objects.get(pk=followed.ben.pk).standing == "released"
        assert FollowUp.objects.get(pk=last.pk).finding == "done"
        with pytest.raises(StepRefused):
            following.take_back(last, by=followed.cast.worker, at=AT)


def test_a_release_without_the_last_result_says_what_it_waits_for_and_takes_a_reason(followed, desk, time_machine):
    (last,) = followed.items(followed.ben, task="release")
    test = followed.items(followed.ben, task="test")[-1]
    all_told(followed, followed.ben, last.day, but={test.pk})
    later(desk, followed, time_machine, AT + (last.day - AT.date()))
    assert "A test of the plan has no result yet." in text(desk.get(LIST))
    assert post(desk, "follow_up_release", last).status_code == 422
    assert post(desk, "follow_up_release", last, reason="疾控中心批准").status_code == 302


def test_a_release_that_is_taken_back_is_due_again(followed):
    worker, tracer = followed.cast.worker, followed.cast.investigator
    (last,) = followed.items(followed.ben, task="release")
    all_told(followed, followed.ben, last.day)
    when = AT + (last.day - AT.date())
    with acting_as(worker):
        following.release(FollowUp.objects.select_related("involved").get(pk=last.pk), by=worker, at=when)
    with acting_as(tracer):
        take_step(Involved.objects.get(pk=followed.ben.pk), Move.TAKEN_BACK, reason="解除过早", by=tracer, at=when)
        assert FollowUp.objects.get(pk=last.pk).finding == "due"


def test_a_positive_test_leads_to_the_page_that_makes_it_a_case(followed, desk, time_machine):
    test = followed.items(followed.ben, task="test")[0]
    later(desk, followed, time_machine, AT + max(test.day - AT.date(), 0 * DAY))
    answer = desk.post(
        reverse("tracing:follow_up_tell", args=[test.pk]), {"finding": "positive", "was": "due"}, follow=True
    )
    assert f'href="/tracing/person/{followed.ben.pk}/' in answer.content.decode()
    assert "who traces makes it a case" in text(answer)


def test_a_test_can_be_added_and_what_was_told_put_right(followed, desk):
    item = followed.call(followed.ben)
    extra = (AT + 2 * DAY).date()
    assert post(desk, "follow_up_test", item, day=extra.isoformat()).status_code == 302
    assert followed.items(followed.ben, task="test", day=extra)
    post(desk, "follow_up_tell", item, finding="normal", was="due")
    done = desk.get(LIST, {"show": "done"})
    assert "Put it right" in text(done)
    post(desk, "follow_up_tell", item, finding="symptoms", was="normal", note="咳嗽")
    assert "咳嗽" in text(desk.get(LIST, {"show": "done"}))


def test_the_sheets_and_the_picture_are_masked_and_noted(followed, desk):
    for path in (f"{LIST}sheet/", f"{LIST}calendar/xlsx/", f"{LIST}calendar/svg/"):
        answer = desk.get(path)
        assert answer.status_code == 200
        assert "李本".encode() not in answer.content
    assert Event.objects.using("owner").filter(action="follow_up.handed_out").count() == 3
    assert desk.get(f"{LIST}calendar/pdf/").status_code == 404


def test_the_calendar_shows_a_week_in_words(followed, desk):
    item = followed.call(followed.ben)
    post(desk, "follow_up_tell", item, finding="fever", was="due", temperature="38.1")
    page = text(desk.get(f"{LIST}calendar/"))
    assert "Feverish" in page
    assert "Feverish" not in text(desk.get(f"{LIST}calendar/", {"day": "2021-09-20"}))


def test_the_list_asks_no_more_for_more_people(followed, desk):
    def asked():
        with CaptureQueriesContext(connection) as told:
            assert desk.get(LIST).status_code == 200
        return len(told)

    asked()
    few = asked()
    followed.add(*(registered(followed.tree.garden, "赵甲", phone=f"1390013{number:04d}").pk for number in range(12)))
    assert asked() == few
