"""The sheet of open loops comes back with what was done: each order it says something of is closed, or none is."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.workorders import actions
from kakou.workorders.actions import Matter
from kakou.workorders.models import Step, WorkOrder
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HOUR = dt.timedelta(hours=1)
SHEET, PAGE = "/ledger/loops/sheet/", "/ledger/loops/import/"
NUMBER = {"en": "Number of the order", "zh-hans": "事项编号"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture(params=["en", "zh-hans"])
def language(request):
    return request.param


@pytest.fixture
def desk(client, district, language):
    """The secretary's browser."""
    sign_in(client, district.cast.secretary)
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def two(district):
    with acting_as_system():
        matters = [Matter(new_id(), district.tree.garden.pk) for _ in range(2)]
        return actions.open_many("gate_help", matters, at=AT - HOUR)


def got(desk, language):
    """The sheet as it is handed out, with the columns of numbers and findings."""
    book = openpyxl.load_workbook(io.BytesIO(desk.get(SHEET).content))
    titles = [cell.value for cell in next(book.active.iter_rows())]
    finding = next(n for n, title in enumerate(titles, 1) if title == words(language))
    return book, titles.index(NUMBER[language]) + 1, finding


def words(language):
    from django.utils.translation import override

    from kakou.ledger.sheets.closing import title_of_fact

    with override(language):
        return title_of_fact("finding")


def filled(desk, language, said):
    """The same sheet, with these findings by order."""
    book, number, finding = got(desk, language)
    for row in book.active.iter_rows(min_row=2):
        if row[number - 1].value in said:
            row[finding - 1].value = said[row[number - 1].value]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent(desk, content, **more):
    return desk.post(PAGE, {"file": SimpleUploadedFile("loops.xlsx", content), **more}, follow=True)


def states(ids):
    with acting_as_system():
        return [WorkOrder.objects.get(pk=id).state for id in ids]


def test_what_is_written_closes_and_what_is_empty_stays_open(desk, language, two):
    answer = sent(desk, filled(desk, language, {str(two[0]): "水已送到"}))
    assert answer.status_code == 200
    assert states(two) == ["closed", "reported"]
    with acting_as_system():
        assert Step.objects.get(order=two[0], kind="closed").facts == {"finding": "水已送到"}


def test_a_sheet_of_one_language_is_taken_by_a_desk_of_the_other(desk, language, two):
    content = filled(desk, language, {str(id): "人已到岗" for id in two})
    desk.cookies["django_language"] = "en" if language == "zh-hans" else "zh-hans"
    sent(desk, content)
    assert states(two) == ["closed", "closed"]


def test_only_checked_changes_nothing(desk, language, two):
    sent(desk, filled(desk, language, {str(two[0]): "done"}), dry_run="on")
    assert states(two) == ["reported", "reported"]


def test_one_wrong_row_is_named_and_none_is_taken(desk, language, two):
    answer = sent(desk, filled(desk, language, {str(two[0]): "done", str(two[1]): "打 13800138001"}))
    assert answer.status_code == 422
    book, number, _ = got(desk, language)
    row = next(row[0].row for row in book.active.iter_rows() if row[number - 1].value == str(two[1]))
    assert f"{row}" in answer.content.decode()
    assert "13800138001" not in answer.content.decode()
    assert states(two) == ["reported", "reported"]


def test_what_somebody_closed_meanwhile_and_what_is_elsewhere_is_told(desk, language, two, district):
    content = filled(desk, language, {str(two[0]): "done"})
    with acting_as_system():
        actions.close_cause("gate_help", WorkOrder.objects.get(pk=two[0]).cause, at=AT)
        elsewhere = actions.open_once("gate_help", new_id(), node=district.tree.orchard.pk, at=AT)
    assert sent(desk, content).status_code == 422
    book = openpyxl.Workbook()
    book.active.append([NUMBER[language], words(language)])
    book.active.append([str(elsewhere), "done"])
    file = io.BytesIO()
    book.save(file)
    assert sent(desk, file.getvalue()).status_code == 422
    assert states([elsewhere]) == ["reported"]


def test_an_order_of_a_kind_that_nobody_knows_any_more_is_told_by_its_row(desk, language, two):
    content = filled(desk, language, {str(two[0]): "done"})
    with acting_as_system():
        WorkOrder.objects.using("owner").filter(pk=two[0]).update(kind="t_of_another_version")
    assert sent(desk, content).status_code == 422
    assert states(two) == ["reported", "reported"]


@pytest.mark.parametrize("number", ["7", "", "=1+1"])
def test_a_number_that_is_none_is_told_by_its_row(desk, language, number):
    book = openpyxl.Workbook()
    book.active.append([NUMBER[language], words(language)])
    book.active.append([number, "done"])
    file = io.BytesIO()
    book.save(file)
    answer = sent(desk, file.getvalue())
    assert answer.status_code == 422
    assert "2" in answer.content.decode()


def test_a_sheet_without_numbers_is_refused(desk, two):
    book = openpyxl.Workbook()
    book.active.append(["What", "Where"])
    book.active.append(["Help", "gate"])
    file = io.BytesIO()
    book.save(file)
    assert sent(desk, file.getvalue()).status_code == 422


def test_whoever_may_not_close_has_no_such_page(client, district):
    sign_in(client, district.cast.recorder)
    assert client.get(PAGE).status_code in (403, 404)
