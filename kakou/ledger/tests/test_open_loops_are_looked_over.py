"""Open loops by hole, state and kind; the board of a unit; how orders fared; and both as sheets."""

import datetime as dt

import pytest
import time_machine

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.web.sheets import read_sheet
from kakou.workorders import actions
from kakou.workorders.actions import Matter
from kakou.workorders.models import WorkOrder
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HOUR = dt.timedelta(hours=1)
LIST, BOARD = "/ledger/loops/", "/ledger/loops/board/"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def ask(request, client, district):
    """`ask(staff, path)` → the answer, in either language."""

    def asked(staff, path):
        sign_in(client, staff)
        client.cookies["django_language"] = request.param
        return client.get(path)

    asked.language = request.param
    return asked


@pytest.fixture
def some(district):
    """One late, one begun, one closed: of a gate's supplies."""
    node = district.tree.garden.pk
    with acting_as_system():
        late, begun, closed = actions.open_many(
            "gate_supplies", [Matter(new_id(), node) for _ in range(3)], at=AT - 3 * HOUR
        )
    who = district.cast.secretary
    with acting_as(who):
        actions.begin(WorkOrder.objects.get(pk=begun), by=who, at=AT - 3 * HOUR)
        actions.close(WorkOrder.objects.get(pk=closed), evidence={"finding": "送到"}, by=who, at=AT - 2 * HOUR)
    return late, begun, closed


def shown(answer):
    return [row.open.order.pk for row in answer.context["rows"]]


def test_a_hole_shows_its_orders_and_its_count(ask, district, some):
    late, begun, _ = some
    who, place = district.cast.secretary, f"?place={district.tree.garden.pk}"
    answer = ask(who, LIST + place + "&hole=overdue&kind=gate_supplies")
    assert set(shown(answer)) == {late, begun}
    assert dict(answer.context["holes"])["no_exit"].endswith(" 0")  # as its link shows: of that kind
    assert (answer.context["open"], answer.context["late"]) == (2, 2)
    answer = ask(who, LIST + place + "&hole=no_exit")
    words = dict(answer.context["holes"])
    assert words["no_exit"].endswith(" 1")
    assert shown(answer) == [district.order]
    nobody = ask(who, LIST + place + "&hole=nobody")
    assert (shown(nobody), words["nobody"][-2:]) == ([], " 0")
    assert (
        "Everything open has an owner" if ask.language == "en" else "未闭环事项都有人负责"
    ) in nobody.content.decode()
    assert len(shown(ask(who, LIST + place + "&hole=nonsense"))) == len(shown(ask(who, LIST + place)))


def test_the_board_counts_what_its_links_show(ask, district, some):
    answer = ask(district.cast.secretary, f"{BOARD}?place={district.tree.garden.pk}")
    assert answer.status_code == 200
    for column in answer.context["columns"]:
        for line in column.lines:
            assert len(shown(ask(district.cast.secretary, line.href))) == line.cell.many
        assert column.many == len(shown(ask(district.cast.secretary, column.href)))
    counted = {line.cell.state.value: line.cell[2:4] for c in answer.context["columns"] for line in c.lines
               if line.cell.kind == "gate_supplies"}  # fmt: skip
    assert counted == {"reported": (1, 1), "in_progress": (1, 1)}
    assert answer.context["oldest"][0].open.order.pk in some


def test_rates_stand_beside_their_formulas(ask, district, some):
    answer = ask(district.cast.secretary, f"{BOARD}?place={district.tree.garden.pk}")
    every, *kinds = answer.context["told"]
    [supplies] = [one for one in kinds if one.title in ("A gate needs supplies", "卡口需要物资")]
    assert (supplies.opened, list(supplies.shares)) == (3, ["2 / 3 · 66 %", "1 / 3 · 33 %", "0 / 3 · 0 %", "—"])
    assert every.opened >= supplies.opened
    page = answer.content.decode()
    assert all(formula in page for _, formula in answer.context["formulas"])


def test_a_span_is_asked_for_and_a_wrong_one_is_told(ask, district, some):
    who = district.cast.secretary
    none = ask(who, BOARD + "?since=2021-07-01&until=2021-07-31").context["told"]
    assert [one.opened for one in none] == [0]
    for wrong in (
        "since=2021-08-01&until=2021-07-31",
        "since=soon&until=2021-07-31",
        "since=2019-01-01&until=2021-07-31",
    ):
        answer = ask(who, f"{BOARD}?{wrong}")
        assert (answer.status_code, bool(answer.context["form"].errors), answer.context["told"]) == (422, True, [])


def test_the_list_and_the_rates_are_sheets_too(ask, district, some):
    who, place = district.cast.secretary, f"?place={district.tree.garden.pk}"
    sheet = read_sheet(ask(who, f"{LIST}sheet/{place}&kind=gate_supplies").content, filename="a.xlsx")
    assert len(list(sheet.rows())) == 2
    told = read_sheet(ask(who, f"{BOARD}sheet/{place}").content, filename="b.xlsx")
    rows = [[str(value) for value in row.values] for row in told.rows()]
    [supplies] = [row for row in rows if row[0] in ("A gate needs supplies", "卡口需要物资")]
    assert supplies[1:11] == ["3", "2", "3", "66", "1", "3", "33", "0", "3", "0"]
    assert "÷" in str(rows[-6:])


def test_a_neighbour_counts_his_own_only(ask, district, some):
    answer = ask(district.cast.neighbour, BOARD)
    assert (answer.context["columns"], [one.opened for one in answer.context["told"]]) == ([], [0])
    assert ask(district.cast.neighbour, f"{BOARD}?place={district.tree.garden.pk}").status_code == 404
