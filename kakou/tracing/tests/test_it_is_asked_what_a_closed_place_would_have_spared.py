"""Questions about a whole outbreak: asked with a reason, answered in the tracer, shown to each within his scope."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kakou.access.scope import acting_as
from kakou.audit.models import Event
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed
from kakou.tracing.actions.answering import answer_question
from kakou.tracing.actions.questions import NotToBeAnswered, ask_closing, ask_ranking
from kakou.tracing.models import Question
from kakou.tracing.segments import warm_index
from kakou.tracing.tests.casework import DAY, HOUR, NOON, NOW, begun, passed, quarter
from kakou.tracing.tests.tracework import folder
from tests.cast import sign_in

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
__all__ = ["folder", "quarter"]


@pytest.fixture
def met(quarter):
    """Ann is ill; Ben met her in the market, Dan of the west there too, Cai a day before the day asked about."""
    passed(
        quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5), quarter.visit(quarter.dan, 1, 3),
        quarter.visit(quarter.ann, -24, -23), quarter.visit(quarter.cai, -24, -23),
    )  # fmt: skip
    outbreak, _ = begun(quarter)
    return outbreak


def answered(quarter, ask, outbreak, **more):
    queued, by = [], quarter.colleague
    with acting_as(by):
        ask(outbreak, reason="是否关闭菜场", run=queued.append, by=by, at=NOW, **more)
    answer_question(queued[0], warm_index(NOW), at=NOW)
    with acting_as(by):
        return Question.objects.get(pk=queued[0])


def test_it_counts_who_would_be_no_contact_if_the_market_had_been_closed(quarter, met, folder):
    told = answered(quarter, ask_closing, met, place=quarter.market, since=NOON)
    assert told.state == "done" and told.answer["cases"] == 1
    assert (told.answer["there"], told.answer["gone"], told.answer["weaker"]) == (2, 2, 0)
    assert told.answer["now"] == {"close": 3} and told.answer["then"] == {"close": 1}  # Cai met her before
    assert {row[0] for row in told.answer["people"]} == {str(quarter.ben), str(quarter.dan)}
    assert told.answer["pairs"] == 3 + 2  # Ann and Dan came and went together through its gate
    sooner = answered(quarter, ask_closing, met, place=quarter.market, since=NOON - 2 * DAY)
    assert sooner.answer["then"] == {} and sooner.answer["gone"] == 3


def test_a_place_above_closes_all_below_it(quarter, met, folder):
    told = answered(quarter, ask_closing, met, place=quarter.tree.east.pk, since=NOON - 2 * DAY)
    assert told.answer["gone"] == 3


def test_a_later_case_who_met_the_first_there_alone_is_spared(quarter, met, folder):
    from kakou.tracing.actions.cases import CaseFacts, open_case
    from kakou.tracing.rules.standing import CaseState

    with acting_as(quarter.colleague):
        ill = CaseFacts(CaseState.CONFIRMED, onset_on=(NOON + DAY).date(), positive_at=NOON + 25 * HOUR)
        open_case(met, quarter.ben, ill, node=quarter.tree.garden.pk, by=quarter.colleague, at=NOW)
    told = answered(quarter, ask_closing, met, place=quarter.market, since=NOON)
    assert (told.answer["later"], told.answer["spared"], told.answer["cases"]) == (1, 1, 2)


def test_places_are_ranked_by_what_they_carried_and_beside_cases(quarter, met, folder):
    told = answered(quarter, ask_ranking, met, since=NOON - 3 * DAY, until=NOW)
    rows = {row[0]: row[1:] for row in told.answer["places"]}
    # Ann and Ben half an hour, Ben and Dan half an hour, Ann and Dan two hours, and the day before an hour with Cai
    assert rows[quarter.market] == [4 * 3_600, 4, 4, int(3.5 * 3_600), 3]
    assert (told.done, told.total) == (told.total, told.total)


def test_a_question_needs_a_reason_a_day_that_came_and_the_right_to_trace_there(quarter, met):
    by, worker = quarter.investigator, quarter.worker
    with acting_as(by):
        with pytest.raises(ReasonUnfit):
            ask_closing(met, place=quarter.market, since=NOON, reason="", run=print, by=by, at=NOW)
        with pytest.raises(NotToBeAnswered):
            ask_closing(met, place=quarter.market, since=NOW + DAY, reason="预先", run=print, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            ask_closing(met, place=quarter.tree.orchard.pk, since=NOON, reason="别处", run=print, by=by, at=NOW)
        with pytest.raises(NotToBeAnswered):
            ask_ranking(met, since=NOW, until=NOW, reason="无时长", run=print, by=by, at=NOW)
        with pytest.raises(NotToBeAnswered):
            ask_ranking(met, since=NOW - 40 * DAY, until=NOW, reason="太长了", run=print, by=by, at=NOW)
    with acting_as(worker), pytest.raises(NotAllowed):
        ask_ranking(met, since=NOON, until=NOW, reason="想知道", run=print, by=worker, at=NOW)
    assert not Event.objects.using("owner").filter(action="question.asked").exists()


def test_the_answer_shows_each_reader_the_people_of_his_own_places(quarter, met, folder):
    told = answered(quarter, ask_closing, met, place=quarter.market, since=NOON)
    event = Event.objects.using("owner").get(action="question.asked")
    assert event.facts["reason"] == "是否关闭菜场" and event.subject == str(told.pk)
    for staff, more in ((quarter.investigator, "1 more belongs to units"), (quarter.colleague, None)):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, staff)
        page = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", client.get(f"/tracing/question/{told.pk}/").content.decode()))
        assert "李*" in page and "李本" not in page
        assert ("丁*" in page) is (more is None)
        assert more is None or more in page
        sheet = client.get(f"/tracing/question/{told.pk}/sheet/")
        assert sheet.status_code == 200 and sheet.content[:2] == b"PK"


def test_it_is_asked_on_the_page_and_waits_there(quarter, met, folder):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, quarter.investigator)
    page = reverse("tracing:questions", args=[met.pk])
    assert client.get(page).status_code == 200
    wrong = client.post(f"{page}close/", {"place": quarter.market, "since": "2021-08-10", "reason": ""})
    assert wrong.status_code == 422
    asked = client.post(f"{page}close/", {"place": quarter.market, "since": "2021-08-10", "reason": "关不关"})
    assert asked.status_code == 302
    assert "goes on by itself" in client.get(asked["Location"]).content.decode()
    ranked = client.post(f"{page}rank/", {"since": "2021-08-09", "until": "2021-08-10", "reason": "哪里最多"})
    with acting_as(quarter.investigator):
        one = Question.objects.get(kind="ranking")
    answer_question(one.pk, warm_index(NOW), at=NOW)
    for view in ("everybody", "cases"):
        assert "东城菜场" in client.get(ranked["Location"], {"by": view}).content.decode()
    assert client.get(f"/tracing/question/{one.pk}/sheet/").content[:2] == b"PK"
