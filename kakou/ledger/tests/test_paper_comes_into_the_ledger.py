"""A gate's day goes out and comes in unchanged; what was written on paper is typed in once, and taken back by rows."""

import datetime as dt
import io
import zipfile
from dataclasses import replace
from itertools import product

import pypdfium2
import pytest
from django.db import connection, connections

from kakou.access.exporting import NeedsSecond, claim
from kakou.access.exporting import rules as exporting
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed
from kakou.ledger.actions.correcting import correct
from kakou.ledger.actions.gate_sheets import EXPORT, Printing, make_forms, plain_sheet, print_plain, print_sheet
from kakou.ledger.actions.paper import forget_paper, take_sheet, type_in
from kakou.ledger.actions.taking_back import UndoRefused, take_back
from kakou.ledger.gatesheet import OF_A_FORM, papers, words
from kakou.ledger.gatesheet.forms import LineRef
from kakou.ledger.gatesheet.numbering import State
from kakou.ledger.gatesheet.papers import sheet_of
from kakou.ledger.models import PaperEntry, PaperRow, Passage
from kakou.ledger.queries import day as days
from kakou.ledger.queries.gate_sheet import day_sheet
from kakou.ledger.queries.paper import from_paper, ref_of
from kakou.ledger.rules import Clock, SubjectKind
from kakou.ledger.tests.deskwork import MINUTE, Phone, passage, resident, settled, visitor
from kakou.web.queries import site_zone
from kakou.web.sheets import SheetProblems, write_csv
from tests.cast import AT, enrol, reconnect, sign_in, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = dt.date(2021, 8, 10)
START = dt.datetime(2021, 8, 9, 16, tzinfo=dt.UTC)
END = START + dt.timedelta(days=1)
NOON = AT - dt.timedelta(hours=1)  # 11:45 at Suining
WHY = "typed in at the wrong gate"
LINE = {
    "time": "11:45", "name": "阿卜杜热合曼·买买提", "phone": "13900130007", "way": "进", "passed": "放行",
    "recorder": "王组长",
}  # fmt: skip


@pytest.fixture
def garden(tree):
    """The two compounds, in the role of the pages."""
    return settled(tree)


@pytest.fixture
def phone(garden, cast):
    """The phone of the garden's gate."""
    return Phone(enrol(cast.lead, garden.garden_gate)[0])


def sheet(gate, language="zh"):
    return day_sheet(gate, DAY, start=START, end=END, zone=site_zone(), language=language)


def how(language="zh"):
    return Printing("花园小区 东门", "社区", language, site_zone())


def forms(gate, by, many=1):
    made, _ = make_forms(gate, DAY, how(), many=many, by=by, at=AT)
    return [ref_of(form) for form in made]


def typed(form, *rows):
    """A sheet with these lines of a form."""
    titles = [words.COLUMNS[name][0] for name in OF_A_FORM]
    lines = [{"number": str(nth), "id": str(LineRef(form, nth)), **row} for nth, row in enumerate(rows, 1)]
    return write_csv([[line.get(name, "") for name in OF_A_FORM] for line in lines], titles)


def brought(data, gate, by, **more):
    name = "x.xlsx" if data[:2] == b"PK" else "x.csv"
    return type_in(data, filename=name, gate=gate, form=None, by=by, at=AT, **more)


def refused(data, gate, by):
    with pytest.raises(SheetProblems) as problems:
        brought(data, gate, by)
    return [(one.title, one.text) for one in problems.value.problems]


def acts():
    with connection.cursor() as cursor:
        cursor.execute("select action from audit_told where action ~ '^(gate_sheet|paper)' order by id")
        return [action for (action,) in cursor.fetchall()]


def counted(gate):
    window = days.window([gate], START, END)
    total = days.day_of(window).total
    return total.entered, total.left, total.turned_back


def busy(phone, by):
    """Somebody registered, a visitor turned back, a vehicle with somebody in it, and one row corrected."""
    home = resident(phone.node)
    car = {"kind": "vehicle", "plate": "苏CD1234"}
    [known, _, driven] = phone.send(
        passage({"id": home}, at=NOON),
        passage(visitor(1), at=NOON, verdict="persuade_back"),
        passage(car, at=NOON + MINUTE, checks={}, aboard=1),
    )
    phone.send(passage(visitor(2), at=NOON + MINUTE, rides=driven))
    row = Passage.objects.get(pk=known)
    correct(row, change={"direction": "out"}, seen={known}, reason="按错了方向", by=by, at=AT)
    return known


def test_a_day_goes_out_and_comes_in_again_and_nothing_changes(garden, phone, cast):
    """Masked from whoever may bring it in, in plain from whoever may unmask."""
    with acting_as(cast.worker):
        known = busy(phone, cast.worker)
        lines = sheet(phone.node).lines
        before = Passage.objects.count()
    ways = ((True, cast.worker), (True, cast.secretary), (False, cast.secretary))
    for language, (masked, by) in product(("zh", "en"), ways):
        with acting_as(by):
            outcome = brought(sheet_of(sheet(phone.node, language).lines, language, masked=masked), phone.node, by)
            assert (outcome.added, outcome.same, outcome.id) == (0, 5, None)
    with acting_as(cast.worker):
        assert Passage.objects.count() == before
        assert not PaperEntry.objects.exists()
        told = sheet_of(sheet(phone.node).lines, "zh", masked=True)
    assert [one.number for one in lines] in ([1, 1, 2, 3, 4], [1, 2, 2, 3, 4])
    [replaced] = [one for one in lines if one.state is State.REPLACED]
    [holds] = [one for one in lines if one.number == replaced.number and one.state is State.HOLDS]
    assert (replaced.id, replaced.way, holds.way, holds.why) == (known, "in", "out", "按错了方向")
    assert {line.plate for line in lines} == {"", "苏CD1234"}
    assert told[:2] == b"PK"


def test_a_cell_that_says_something_else_is_told_and_nothing_is_taken(garden, phone, cast):
    with acting_as(cast.worker):
        busy(phone, cast.worker)
        day = sheet(phone.node)
        changed = [*day.lines[:-1], replace(day.lines[-1], way="out")]
        assert refused(sheet_of(changed, "zh", masked=True), phone.node, cast.worker) == [("进/出", words.CHANGED)]
    with acting_as(cast.neighbour), pytest.raises(NotAllowed):
        brought(sheet_of(day.lines, "zh", masked=True), phone.node, cast.neighbour)
    assert acts()[-1] == "gate_sheet.tried"


def test_a_line_is_taken_once_says_whence_it_came_and_is_taken_back_by_rows(garden, phone, cast):
    gate = phone.node
    with acting_as(cast.worker):
        [form] = forms(gate, cast.worker)
        turned_back = {"name": "王迪", "phone": "13900130008", "passed": "劝返", "reason": "不是住户"}
        data = typed(form, LINE, LINE | turned_back)
        tried = brought(data, gate, cast.worker, dry_run=True)
        assert (tried.added, tried.id, Passage.objects.count()) == (2, None, 0)
        first = brought(data, gate, cast.worker)
        again = brought(data, gate, cast.worker)
        assert ((first.added, first.same), (again.added, again.same, again.id)) == ((2, 0), (0, 2, None))
        rows = list(Passage.objects.order_by("happened_at"))
        assert [(row.device_id, row.verdict, row.clock & Clock.IMPORTED, row.crossed) for row in rows] == [
            (None, 0, 16, True), (None, 0, 16, False),
        ]  # fmt: skip
        told = from_paper([row.pk for row in rows])[rows[0].pk]
        assert (str(told.ref), told.written_by) == (f"{form}/01", "王组长")
        assert sheet(gate).lines[1].by_hand == "不是住户"
        assert counted(gate) == (1, 0, 1)
        otherwise = typed(form, LINE | {"way": "出"})
        assert refused(otherwise, gate, cast.worker) == [("编号", words.SAID_OTHERWISE)]
        entry = PaperEntry.objects.get()
        with pytest.raises(ReasonUnfit):
            take_back(entry, reason="13900130007", by=cast.worker, at=AT)
        take_back(entry, reason=WHY, by=cast.worker, at=AT)
        take_back(entry, reason=WHY, by=cast.worker, at=AT)
        day = sheet(gate)
        assert Passage.objects.count() == 4
        assert counted(gate) == (0, 0, 0)
        assert (day.totals.counted, day.totals.replaced) == (0, 4)
        assert [line.why for line in day.lines if line.note == "taken_back"] == [WHY, WHY]
        anew = brought(otherwise, gate, cast.worker)
        assert (anew.added, counted(gate)) == (1, (0, 1, 0))
    assert acts() == [
        "paper.printed", "gate_sheet.tried", "paper.typed_in", "gate_sheet.tried", "paper.taken_back", "paper.typed_in",
    ]  # fmt: skip


def test_what_a_phone_recorded_in_the_same_minute_is_not_taken_twice_nor_taken_back(garden, phone, cast):
    home = resident(phone.node, 7)
    with acting_as(cast.worker):
        phone.send(passage({"id": home}, at=NOON + dt.timedelta(seconds=20)))
        [form] = forms(phone.node, cast.worker)
        outcome = brought(typed(form, LINE | {"phone": "13800130007"}), phone.node, cast.worker)
        assert (outcome.added, outcome.same, Passage.objects.count()) == (0, 1, 1)
        assert not PaperRow.objects.get().is_new
        take_back(PaperEntry.objects.get(), reason=WHY, by=cast.worker, at=AT)
        assert counted(phone.node) == (1, 0, 0)


def test_people_of_a_second_form_ride_in_the_vehicle_of_the_first(garden, phone, cast):
    """A bus on two forms, typed in one after the other; and once more, which changes nothing."""
    bus, second = LINE | {"plate": "苏CD1234"}, LINE | {"plate": "苏CD1234", "name": "王迪", "phone": "13900130008"}
    with acting_as(cast.worker):
        one, other = forms(phone.node, cast.worker, many=2)
        brought(typed(one, bus), phone.node, cast.worker)
        assert brought(typed(other, second), phone.node, cast.worker).added == 1
        assert brought(typed(other, second), phone.node, cast.worker).added == 0
        [driven], people = driven_and_riding()
        assert [row.detail["rides"] for row in people] == [str(driven.pk)] * 2
        assert [line.plate for line in sheet(phone.node).lines] == ["苏CD1234"] * 3


def test_people_on_paper_ride_in_the_vehicle_that_a_phone_recorded(garden, phone, cast):
    with acting_as(cast.worker):
        [sent] = phone.send(passage({"kind": "vehicle", "plate": "苏CD1234"}, at=NOON, checks={}, aboard=1))
        [form] = forms(phone.node, cast.worker)
        brought(typed(form, LINE | {"plate": "苏CD1234"}), phone.node, cast.worker)
        [driven], [rider] = driven_and_riding()
        assert (driven.pk, rider.detail["rides"]) == (sent, str(sent))
        take_back(PaperEntry.objects.get(), reason=WHY, by=cast.worker, at=AT)
        assert counted(phone.node) == (1, 0, 0), "the vehicle is the phone's"


def driven_and_riding():
    rows = Passage.objects.order_by("happened_at")
    return [list(rows.filter(subject_kind=kind)) for kind in (SubjectKind.VEHICLE, SubjectKind.PERSON)]


def test_what_was_corrected_since_stands_in_the_way_of_taking_it_back(garden, phone, cast):
    with acting_as(cast.worker):
        [form] = forms(phone.node, cast.worker)
        brought(typed(form, LINE), phone.node, cast.worker)
        row = Passage.objects.get()
        correct(row, change={"direction": "out"}, seen={row.pk}, reason="写错方向", by=cast.worker, at=AT)
        with pytest.raises(UndoRefused):
            take_back(PaperEntry.objects.get(), reason=WHY, by=cast.worker, at=AT)


def test_forms_of_other_gates_or_of_nobody_and_the_same_person_twice_are_told(garden, phone, cast):
    with acting_as(cast.worker):
        [form] = forms(phone.node, cast.worker)
        other = form._replace(gate=garden.orchard_gate.pk)
        assert refused(typed(other, LINE), phone.node, cast.worker) == [("编号", words.OTHER_GATE)]
        assert refused(typed(form._replace(number=9), LINE), phone.node, cast.worker) == [("编号", words.NO_FORM)]
        assert refused(typed(form, LINE, LINE), phone.node, cast.worker) == [("时间", words.SAME_TWICE)]
    for nobody in (cast.recorder, cast.administrator, cast.stranger):
        with acting_as(nobody), pytest.raises(NotAllowed):
            brought(typed(form, LINE), phone.node, nobody)


def text_of(pdf):
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_every_printing_has_the_next_number_and_only_a_reason_unmasks(garden, phone, cast):
    with acting_as(cast.worker):
        busy(phone, cast.worker)
        day = sheet(phone.node)
        first = text_of(print_sheet(day, how(), part=1, by=cast.worker, at=AT))
        with pytest.raises(NotAllowed):
            print_plain(day, how(), reason="for the police", by=cast.worker, at=AT)
    with acting_as(cast.secretary):
        day = sheet(phone.node, "en")
        [only] = print_plain(day, how("en"), reason="for the police", by=cast.secretary, at=AT)
        second = text_of(only)
        assert plain_sheet(day, "en", reason="for the police", by=cast.secretary, at=AT)[:2] == b"PK"
    assert "当日第 1 份" in first
    assert "13900130001" not in first
    assert "第 1 页" in first
    assert "copy 2 of this day" in second
    assert "13900130001" in second
    assert acts() == ["gate_sheet.printed", "gate_sheet.handed_plain", "gate_sheet.printed", "gate_sheet.handed_plain"]


def test_a_long_day_goes_out_unmasked_whole_in_numbered_parts(garden, phone, cast, client, monkeypatch):
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 2)
    with acting_as(cast.worker):
        busy(phone, cast.worker)
    with acting_as(cast.secretary):
        many = len(sheet(phone.node).lines)
    here = f"/ledger/gate-sheet/{phone.node}/plain/?day={DAY}"
    sign_in(client, cast.secretary)
    parts = -(-many // 2)
    assert parts > 2
    assert client.get(here).context["parts"] == parts
    answer = client.post(here, {"form": "paper", "reason": "for the police"})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = [f"gate-{phone.node}-{DAY}-{number}-{parts}.pdf" for number in range(1, parts + 1)]
    assert archive.namelist() == names
    texts = [text_of(archive.read(name)) for name in names]
    for number, text in enumerate(texts, start=1):
        assert f"part {number} of {parts}" in text or f"第 {number} 部分" in text
    whole = "".join(texts)
    assert all(f"1390013000{nth}" in whole for nth in (1, 2))
    assert acts() == ["gate_sheet.handed_plain", *["gate_sheet.printed"] * parts]


def test_a_day_of_many_is_unmasked_by_two_once_and_of_that_day_alone(garden, phone, cast, client, monkeypatch):
    monkeypatch.setattr(exporting, "FEW", 0)
    with acting_as(cast.worker):
        busy(phone, cast.worker)
    office, here = staff("office", Role.COMMANDER, garden.street), f"/ledger/gate-sheet/{phone.node}/plain/?day={DAY}"
    given = {"form": "sheet", "reason": "for the police"}
    sign_in(client, cast.secretary)
    assert client.post(here, given)["Location"] == f"/exports/?place={phone.node}"
    sign_in(client, office)
    [row] = client.get("/exports/").context["rows"]
    assert (row.asked.detail, row.may_settle) == (DAY.isoformat(), True)
    client.post(f"/exports/{row.asked.pk}/settle/", {"decision": "release"})
    sign_in(client, cast.secretary)
    [row] = client.get("/exports/").context["rows"]
    assert row.take == here
    with acting_as(cast.secretary), pytest.raises(NeedsSecond):  # another day is asked for anew
        claim(EXPORT, node=phone.node, detail="2021-08-09", count=5, reason=WHY, by=cast.secretary, at=AT)
    assert client.post(here, given).content[:2] == b"PK"
    assert client.post(here, given).status_code == 302


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_a_line_said_besides_is_destroyed_when_it_is_due(garden, phone, cast):
    with acting_as(cast.worker):
        [form] = forms(phone.node, cast.worker)
        brought(typed(form, LINE), phone.node, cast.worker)
    before = connections["default"].settings_dict["USER"]
    reconnect("kakou_worker")
    try:
        assert forget_paper(by=None, at=AT + dt.timedelta(days=89)) == 0
        assert forget_paper(by=None, at=AT + dt.timedelta(days=91)) == 1
    finally:
        reconnect(before)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_long_sheet_is_taken_by_the_worker(garden, phone, cast):
    with acting_as(cast.worker):
        [form] = forms(phone.node, cast.worker)
    before = connections["default"].settings_dict["USER"]
    reconnect("kakou_worker")
    try:
        with acting_as(cast.worker):
            chosen = {"node": phone.node, "form": ""}
            done = take_sheet(typed(form, LINE), "x.csv", chosen, False, cast.worker, AT)
    finally:
        reconnect(before)
    assert (done.added, done.same) == (1, 0)
    with acting_as(cast.worker):
        assert counted(phone.node) == (1, 0, 0)


def test_the_pages_lead_from_the_day_to_the_sheet_and_from_paper_to_the_ledger(garden, phone, cast, client):
    gate = phone.node
    with acting_as(cast.worker):
        busy(phone, cast.worker)
    sign_in(client, cast.worker)
    query = f"?day={DAY}"
    assert f"/ledger/gate-sheet/{gate}/" in client.get(f"/ledger/today/?place={gate}&day={DAY}").content.decode()
    assert client.get(f"/ledger/gate-sheet/{gate}/{query}").status_code == 200
    assert client.get(f"/ledger/gate-sheet/{gate}/sheet/{query}").content[:2] == b"PK"
    assert client.post(f"/ledger/gate-sheet/{gate}/print/{query}", {"part": "1"}).content[:4] == b"%PDF"
    assert client.post(f"/ledger/paper/{gate}/forms/", {"day": DAY, "many": 2}).content[:4] == b"%PDF"
    assert client.post(f"/ledger/paper/{gate}/forms/", {"day": "2031-01-01", "many": 2}).status_code == 422
    page = client.get(f"/ledger/paper/{gate}/{query}").content.decode()
    assert f"KP{gate}-20210810-02" in page
    pasted = "\t".join(LINE.get(name, "3" if name == "number" else "") for name in OF_A_FORM)
    given = {"pasted": pasted, "form": f"KP{gate}-20210810-02"}
    there = f"/ledger/paper/{gate}/type-in/{query}"
    assert "阿***" in client.post(there, given | {"dry_run": "on"}).content.decode()
    wrong = client.post(there, given | {"pasted": pasted.replace("进", "里")})
    assert (wrong.status_code, "进 (in), 出 (out)" in wrong.content.decode()) == (422, True)
    assert client.post(there, given).status_code == 302
    with acting_as(cast.worker):
        entry = PaperEntry.objects.get().pk
    assert client.get(f"/ledger/paper/entry/{entry}/").status_code == 200
    assert client.post(f"/ledger/paper/entry/{entry}/undo/", {"reason": WHY}).status_code == 302
    assert client.get(f"/ledger/gate-sheet/{gate}/plain/").status_code in (403, 404)
