"""“My day”: what is overdue stands first; closing one opens the next and says so; a mistake is undone at once."""

import datetime as dt
import re

import pytest
import time_machine

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.ledger.pages.my_day import DONE_ROWS, ROWS
from kakou.workorders import actions
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PAGE = "/ledger/loops/day/"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def ask(request, client, district):
    """`ask(staff, path, data)` → the answer, in either language, redirects followed."""

    def asked(staff, path="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = request.param
        path = path if path.startswith("/") else PAGE + path
        return client.get(path, follow=True) if data is None else client.post(path, data, follow=True)

    asked.language = request.param
    return asked


@pytest.fixture(autouse=True)
def alone(district):
    """Nobody answers for what else is open in the district."""
    with acting_as_system():
        WorkOrder.objects.exclude(pk=district.order).update(owner=None)


@pytest.fixture
def three(district):
    """The secretary's: one overdue, one due today, one due tomorrow and later."""
    node = district.tree.garden.pk
    with acting_as_system():
        late = actions.open_once("gate_help", new_id(), node=node, at=AT - HOUR)
        today = actions.open_once("two_gates_at_once", new_id(), node=node, at=AT)
        later = district.order
    return late, today, later


def parts(answer):
    return {part: [line.row.open.order.pk for line in lines] for part, _, lines in answer.context["parts"]}


def opened(answer):
    return [line.row.open.order.pk for _, _, lines in answer.context["parts"] for line in lines if line.opens]


def state(order):
    with acting_as_system():
        return WorkOrder.objects.get(pk=order).state


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_what_is_overdue_stands_first_with_its_age_and_place(ask, district, three):
    late, today, later = three
    answer = ask(district.cast.secretary)
    assert parts(answer) == {"late": [late], "today": [today], "later": [later]}
    assert answer.context["tally"] == (1, 1, 1, 0)
    assert opened(answer) == []
    page = text_of(answer)
    assert ("open for 1 hour" if ask.language == "en" else "已开 1 小时") in page
    assert "阳光小区" in page


def test_closing_one_opens_the_next_and_says_what_was_closed(ask, district, three):
    late, today, _later = three
    answer = ask(district.cast.secretary, f"{late}/close/", {"finding": "已送到", "next": today})
    assert state(late) == "closed"
    assert opened(answer) == [today]
    assert (answer.context["moved"].order.pk, answer.context["moved"].may_undo) == (late, True)
    assert [row.open.order.pk for row in answer.context["done"]] == [late]
    assert answer.context["tally"] == (0, 1, 1, 1)
    assert "autofocus" in answer.content.decode()


def test_when_the_next_one_is_gone_the_first_opens(ask, district, three):
    late, today, later = three
    with acting_as(district.cast.worker):
        actions.close(WorkOrder.objects.get(pk=today), evidence={"finding": "x1"}, by=district.cast.worker, at=AT)
    answer = ask(district.cast.secretary, f"{late}/close/", {"finding": "已送到", "next": today})
    assert opened(answer) == [later]


def test_a_mistake_is_undone_and_stands_open_again(ask, district, three):
    late, today, _later = three
    ask(district.cast.secretary, f"{late}/close/", {"finding": "已送到", "next": today})
    answer = ask(district.cast.secretary, f"{late}/reopen/", {})
    assert (state(late), opened(answer), answer.context["done"]) == ("reopened", [late], [])
    with acting_as_system():
        assert Step.objects.get(order=late, kind="reopened").facts["reason"]
    assert ask(district.cast.secretary, f"{late}/reopen/", {}).status_code == 422  # it is open


@pytest.mark.parametrize("finding", ["", "打 13800138001"])
def test_what_is_missing_or_unfit_is_told_where_it_is_written_and_nothing_is_closed(ask, district, three, finding):
    late, today, _later = three
    answer = ask(district.cast.secretary, f"{late}/close/", {"finding": finding, "next": today})
    assert (answer.status_code, state(late), opened(answer)) == (422, "reported", [late])
    [line] = [line for _, _, lines in answer.context["parts"] for line in lines if line.opens]
    assert line.form.errors


def test_one_that_somebody_else_closed_meanwhile_is_told(ask, district, three):
    late, *_ = three
    with acting_as(district.cast.worker):
        actions.close(WorkOrder.objects.get(pk=late), evidence={"finding": "x1"}, by=district.cast.worker, at=AT)
    answer = ask(district.cast.secretary, f"{late}/close/", {"finding": "已送到"})
    assert (answer.status_code, answer.context["wrong"].order) == (422, late)


def helped(district, kind, node, helper):
    """An order with which somebody helps."""
    with acting_as_system():
        id = actions.open_once(kind, new_id(), node=node.pk, at=AT)
    with acting_as(district.cast.secretary):
        actions.join(WorkOrder.objects.get(pk=id), helper=helper, by=district.cast.secretary, at=AT)
    return id


def test_who_helps_sees_it_and_closes_it_where_he_may(ask, district):
    order = helped(district, "gate_supplies", district.tree.garden, district.cast.worker)
    [line] = [line for _, _, lines in ask(district.cast.worker).context["parts"] for line in lines]
    assert (line.row.open.order.pk, line.helps, line.move is not None) == (order, True, True)


def test_who_helps_and_may_not_close_it_is_led_to_it(ask, district):
    order = helped(district, "gate_supplies", district.tree.garden_gate, district.cast.recorder)
    answer = ask(district.cast.recorder)
    [line] = [line for _, _, lines in answer.context["parts"] for line in lines]
    assert (line.row.open.order.pk, line.helps, line.move) == (order, True, None)
    assert ask(district.cast.recorder, f"{order}/close/", {"finding": "送到"}).status_code == 403


def test_what_closes_with_its_matter_is_opened_instead(ask, district):
    with acting_as_system():
        audit = actions.open_once("spot_audit", new_id(), node=district.tree.garden_gate.pk, at=AT)
        WorkOrder.objects.filter(pk=audit).update(owner=district.cast.secretary)
    answer = ask(district.cast.secretary)
    [line] = [x for _, _, lines in answer.context["parts"] for x in lines if x.row.open.order.pk == audit]
    assert line.move is None
    assert f'href="/ledger/loops/{audit}/"' in answer.content.decode()
    assert ask(district.cast.secretary, f"{audit}/close/", {"finding": "x1"}).status_code == 422


def test_an_empty_day_says_what_to_do(ask, district):
    page = text_of(ask(district.cast.neighbour))
    assert ("Nothing waits for you" if ask.language == "en" else "您没有待办") in page


def test_no_order_of_another_place_is_seen_or_closed(ask, district, three):
    late, *_ = three
    assert ask(district.cast.neighbour, f"{late}/close/", {"finding": "x1"}).status_code == 404
    assert ask(district.cast.neighbour, f"?moved={late}").context["moved"] is None
    assert ask(district.cast.secretary, f"?place={district.north.pk}").context["parts"] == []


def test_a_long_day_is_cut_into_pages_and_its_counts_are_whole(ask, district):
    node, me = district.tree.garden.pk, district.cast.secretary
    with acting_as_system():
        ids = actions.open_many("gate_supplies", [Matter(new_id(), node) for _ in range(ROWS + DONE_ROWS + 5)], at=AT)
    with acting_as(me):
        for order in WorkOrder.objects.filter(pk__in=ids[: DONE_ROWS + 2]):
            actions.close(order, evidence={"finding": "送到"}, by=me, at=AT)
    answer = ask(me)
    assert answer.context["tally"].done == DONE_ROWS + 2
    assert (len(answer.context["done"]), answer.context["done_more"]) == (DONE_ROWS, 2)
    assert sum(map(len, parts(answer).values())) == ROWS
    rest = ask(me, "?page=2")
    assert sum(map(len, parts(rest).values())) == 4  # three, and the one that the district has
    last = parts(answer)["today"][-1]
    assert opened(ask(me, f"{last}/close/?page=1", {"finding": "送到"})) == [parts(answer)["today"][0]]
