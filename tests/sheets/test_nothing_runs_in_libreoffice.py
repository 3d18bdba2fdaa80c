"""Whatever we hand out as a sheet is opened in LibreOffice: nothing in it runs, every cell says what was written, and
brought in again it changes nothing."""

import ast
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.test import Client

from kakou.access.models import Staff
from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.gate_sheets import Printing, make_forms
from kakou.ledger.gatesheet.papers import sheet_of
from kakou.ledger.gatesheet.reading import changed
from kakou.ledger.gatesheet.tests.test_out_and_in_again_changes_nothing import came_in, told
from kakou.ledger.models import Passage
from kakou.ledger.queries.gate_sheet import day_sheet
from kakou.people.actions import NewPerson, add_person
from kakou.people.census.handing_out import census_sheet
from kakou.people.rules import Category, Facts
from kakou.people.tests.listed import BUILDING, HEAD, NAME, RELATION, residents, workbook
from kakou.people.tests.test_the_residents_list_is_brought_in import (
    figures,
    garden,
    in_plain,
    register,
    released,
    take,
)  # fmt: skip
from kakou.places.models import Entrance, Unit
from kakou.places.sheets.importing import import_places
from kakou.places.sheets.writing import places_sheet
from kakou.web.queries import site_zone
from kakou.web.sheets import write_csv, write_xlsx
from tests.cast import AT, sign_in
from tests.journeys.test_every_page_stands import everybody, first_task
from tests.sheets.libreoffice import opened, runs, texts, texts_of_csv, texts_of_odf

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
__all__ = ["everybody", "garden"]
KAKOU = Path(__file__).resolve().parents[2] / "kakou"
LINK, COMMAND = '=HYPERLINK("http://127.0.0.1:9/x","点我")', "+cmd|' /C calc'!A0"
HOSTILE = (
    LINK, COMMAND, "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", '=DDE("soffice";"a";"b")',
    '=WEBSERVICE("http://127.0.0.1:9/")', "=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@A1", "＝1+1", "＋1", "－1",
    "＠SUM(A1)", "\t=1+1", " =1+1", "；=1+1", "a;=1+1", 'a";=1+1', "'=1+1", "{=1+1}", "of:=1+1", "=IMPORTXML(1;2)",
    "https://127.0.0.1:9/x", "mailto:a@b.cn", "javascript:alert(1)", "<b>1</b>", "&lt;", "#REF!", "TRUE", "=\t1+1",
    "一行\n=1+1", "_x003D_1+1",
)  # fmt: skip
PLAIN = (
    "110105199003078027", "11010519491231002X", "013800138001", "0301", "1E5", "1.0", "2021-08-10", "08:30:15", "1/2",
    "阿卜杜热合曼·买买提", "𠮷㛃", "长" * 2_000, "36.5", "苏C·***45", "110105********002X", "００１", "-", "无",
    "1,234", "¥5", "50%",
)  # fmt: skip


def saves_of(book):
    """What each way of saving says, in words that are compared."""
    return {"xlsx": texts(book.xlsx), "fods": texts_of_odf(book.fods), "csv": texts_of_csv(book.csv)}


def differing(written, saved):
    """(way, row, column, written, read) of every cell that says something else."""
    found = []
    for way, rows in saves_of(saved).items():
        high = max(len(rows), len(written))
        wide = max((len(row) for row in [*rows, *written]), default=0)
        cell = lambda table, row, column: table[row][column] if row < len(table) and column < len(table[row]) else ""  # noqa: E731
        found += [
            (way, row, column, cell(written, row, column), cell(rows, row, column))
            for row in range(high) for column in range(wide)
            if cell(written, row, column) != cell(rows, row, column)
        ]  # fmt: skip
    return found


def wrong(books, saved):
    """What runs, and what says something else than was written, of any of these."""
    return [
        (name, one)
        for name, book in books.items()
        for one in (*runs(saved[name]), *differing(texts(book), saved[name]))
    ]


def test_a_sheet_that_is_hostile_is_told_from_one_that_is_not(tmp_path):
    """Else nothing found would mean nothing."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["=1+1", "x", 5])
    book.active["B1"].hyperlink = "https://example.cn/"
    book.save(out)
    found = " ".join(runs(opened({"bad": out.getvalue()}, tmp_path)["bad"]))
    for what in ("xlsx: xl/worksheets/sheet1.xml: <f>", "<hyperlink>", "fods: a float", "fods: a {"):
        assert what in found, found


def test_of_every_text_that_somebody_can_write_nothing_runs_and_nothing_changes(tmp_path, record_property):
    lines = [[text, str(nth), text] for nth, text in enumerate((*HOSTILE, *PLAIN))]
    books = {
        "cells": write_xlsx(lines, ["a", LINK, "c"]),
        "titles": write_xlsx([list(map(str, range(len(HOSTILE))))], [text.strip() for text in HOSTILE]),
        "struck": write_xlsx(lines, ["a", "b", "c"], struck=set(range(len(lines)))),
    }
    saved = opened(books, tmp_path)
    assert wrong(books, saved) == []
    assert differing([["a", LINK, "c"], *lines], saved["cells"]) == []
    assert differing([["a", "b", "c"], *lines], saved["struck"]) == []
    record_property("cells_in_libreoffice", sum(len(row) for book in books.values() for row in texts(book)))


def test_nor_does_anything_run_in_a_text_file(tmp_path):
    book = {"text": write_csv([[text, str(nth)] for nth, text in enumerate(HOSTILE)], ["a", LINK])}
    found = runs(opened(book, tmp_path, "csv")["text"])
    assert [one for one in found if "formula" in one or "<f>" in one or "fods: a {" in one or "hyperlink" in one] == []


def test_every_sheet_of_ours_is_written_in_one_place():
    """So that what holds for it holds for all."""
    writers = {
        str(path.relative_to(KAKOU))
        for path in KAKOU.rglob("*.py")
        if not {"tests", "node_modules"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"xlsxwriter", "openpyxl"} & {name.name.split(".")[0] for name in node.names}
        | {getattr(node, "module", "")} & {"xlsxwriter", "openpyxl"}
    }
    assert writers == {"web/sheets/writing.py"}


@pytest.fixture
def hostile(district, everybody):
    """Names that are formulas wherever names are free."""
    Unit._base_manager.using("owner").filter(node=district.tree.garden).update(name=LINK)
    Entrance._base_manager.using("owner").filter(node=district.tree.garden_gate).update(name=COMMAND)
    Staff._base_manager.using("owner").filter(username="recorder").update(display="@SUM(1+1)")
    with acting_as(district.cast.worker):
        facts = Facts("买买提·艾力", phone="13800138111", address="-2+3+cmd|' /C calc'!A0")
        new = NewPerson(district.tree.garden.pk, facts, Category.RESIDENT_REGISTERED)
        add_person(new, by=district.cast.worker, at=AT)
    return everybody


def every_sheet(district, who):
    """Each that a page hands out: name → workbook."""
    gate = district.tree.garden_gate.pk
    with acting_as(district.cast.worker):
        printing = Printing("东门", "社区", "zh", site_zone())
        [form], _ = make_forms(gate, AT.date(), printing, many=1, by=district.cast.worker, at=AT)
    why = {"reason": "for the inspection", "form": "sheet"}
    client = Client()
    sign_in(client, who)
    day = "?day=2021-08-10"
    asked = {
        "residents": client.get("/people/census/sheet/"),
        "residents-plain": client.post(f"/people/census/plain/?place={district.tree.garden.pk}", why),
        "places": client.get("/places/sheet/"),
        "roster": client.get("/staff/roster/sheet/"),
        "gate-day": client.get(f"/ledger/gate-sheet/{gate}/sheet/{day}"),
        "gate-day-plain": client.post(f"/ledger/gate-sheet/{gate}/plain/{day}", why),
        "form": client.get(f"/ledger/paper/form/{form.pk}/sheet/"),
        "loops": client.get("/ledger/loops/sheet/"),
        "board": client.get("/ledger/loops/board/sheet/"),
        "areas": client.get("/screening/areas/file/"),
        "parcels": client.get("/parcels/sheet/"),
        "follow-up": client.get("/tracing/follow-up/sheet/"),
        "directive": client.get(f"/directives/{first_task().directive_id}/sheet/"),
    }
    assert {name: answer.status_code for name, answer in asked.items()} == dict.fromkeys(asked, 200)
    return {name: answer.content for name, answer in asked.items()}


def test_in_no_sheet_of_any_page_does_anything_run(district, hostile, tmp_path, record_property):
    with time_machine.travel(AT, tick=True):
        books = every_sheet(district, hostile)
    cells = {name: [text for row in texts(book) for text in row if text] for name, book in books.items()}
    bad = {name: [text for text in told if text[0] in "=+-@"] for name, told in cells.items()}
    assert {"residents", "places", "loops", "gate-day", "residents-plain"} <= {
        name for name, told in bad.items() if told
    }
    assert wrong(books, opened(books, tmp_path)) == []
    record_property("sheets_in_libreoffice", len(books))
    record_property("cells_of_sheets_in_libreoffice", sum(map(len, cells.values())))


def test_residents_saved_by_libreoffice_come_in_again_and_change_nothing(
    garden, cast, tree, at, tmp_path, record_property
):
    rows = residents(300)
    alone = rows[-1]
    alone[BUILDING], alone[NAME], alone[HEAD], alone[RELATION] = (
        "东区" * 20,
        "阿依古丽·买买提",
        "阿依古丽·买买提",
        "户主",
    )
    assert figures(take(workbook(rows), cast, garden, at)) == (300, 0, 0)
    before = register()
    released(garden, cast.secretary, 300, tree, at)
    with acting_as(cast.secretary):
        books = {
            "masked": census_sheet([garden.pk], language="en"),
            "plain": in_plain(garden, "for the inspection", cast.secretary, at),
        }
    saved = opened(books, tmp_path)
    for book in saved.values():
        assert runs(book) == []
        assert figures(take(book.xlsx, cast, garden, at)) == (0, 0, 300)
        assert figures(take(book.csv, cast, garden, at, name="名单.csv")) == (0, 0, 300)
    assert register() == before
    record_property("residents_through_libreoffice", 300)


def test_so_do_the_places_and_the_day_of_a_gate(district, tmp_path):
    start, end = AT - dt.timedelta(hours=12, minutes=45), AT + dt.timedelta(hours=11, minutes=15)  # the site's day
    with acting_as_system():
        gate = district.tree.garden_gate.pk
        day = day_sheet(gate, AT.date(), start=start, end=end, zone=site_zone(), language="zh")
        assert len(day.lines) == Passage.objects.filter(node_id=gate, happened_at__range=(start, end)).count() > 20
        books = {
            "places": places_sheet(AT, language="zh", within=None, may_call=[]),
            "masked": sheet_of(day.lines, "zh", masked=True),
            "plain": sheet_of(day.lines, "zh", masked=False),
        }
    saved = opened(books, tmp_path)
    with acting_as_system():
        done = import_places(saved["places"].xlsx, filename="places.xlsx", by=None, at=AT)
    assert (done.added, done.changed) == (0, 0)
    for name in ("masked", "plain"):
        read, _ = came_in(saved[name].xlsx)
        assert [changed(row.cells, *told(line, "zh")) for row, line in zip(read, day.lines, strict=True)] == [
            [] for _ in day.lines
        ]
