"""A sheet that was handed out says nothing new when it comes back, masked or in plain, in either language."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.ledger.gatesheet import COLUMNS, TITLES
from kakou.ledger.gatesheet.lines import Line, cells_of
from kakou.ledger.gatesheet.numbering import State
from kakou.ledger.gatesheet.papers import sheet_of
from kakou.ledger.gatesheet.reading import KnownRow, SheetReader, changed
from kakou.ledger.gatesheet.tests.sheets import SITE, lines
from kakou.ledger.gatesheet.words import language_of
from kakou.web.sheets import Problems, read_sheet, write_csv

LANGUAGES = st.sampled_from(["zh", "en"])


def came_in(data, name="sheet.xlsx"):
    """The rows of a sheet and its language."""
    sheet, problems = read_sheet(data, filename=name), Problems()
    reader = SheetReader(sheet, SITE, None)
    found = [reader.read(row, problems) for row in sheet.rows()]
    problems.refuse_if_any()
    return found, language_of(reader.titles)


def told(line, language):
    return [dict(zip(COLUMNS, cells_of(line, language, masked=masked), strict=True)) for masked in (False, True)]


@settings(max_examples=60, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=5), LANGUAGES, st.booleans())
def test_not_one_cell_differs(day, language, masked):
    rows, read = came_in(sheet_of(day, language, masked=masked))
    assert read == language
    assert [row.id for row in rows] == [line.id for line in day]
    for row, line in zip(rows, day, strict=True):
        assert isinstance(row, KnownRow)
        assert changed(row.cells, *told(line, language)) == []


@settings(max_examples=30, deadline=None)
@given(lines(), LANGUAGES, st.booleans())
def test_nor_does_one_of_a_text_file(line, language, masked):
    [row], read = came_in(write_csv([cells_of(line, language, masked=masked)], TITLES[language]), "sheet.csv")
    assert read == language
    assert changed(row.cells, *told(line, language)) == []


@settings(max_examples=30, deadline=None)
@given(lines(), LANGUAGES, st.sampled_from([name for name in COLUMNS if name != "id"]))
def test_a_cell_that_somebody_wrote_over_is_found(line, language, name):
    cells = cells_of(line, language, masked=True)
    cells[list(COLUMNS).index(name)] = "somebody wrote this"
    [row], _ = came_in(write_csv([cells], TITLES[language]), "sheet.csv")
    assert [cell.column.title for cell in changed(row.cells, *told(line, language))] == [
        TITLES[language][list(COLUMNS).index(name)]
    ]


@given(lines(), LANGUAGES)
def test_masked_shows_nobody(line, language):
    said = {"address": "", "coming_from": "", "by_hand": "", "reasons": (), "recorder": "", "why": ""}
    who = {"name": "王小明", "document": "320324196206140017", "document_kind": "10", "phone": "13800138000"}
    cells = cells_of(replace(line, **said, **who, plate="苏CD12345"), language, masked=True)
    for secret in ("小明", "19620614", "1380013", "D1234"):
        assert not any(secret in cell for cell in cells[:-1])


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "\t=1", "－１"])
def test_nothing_in_it_runs(text):
    line = Line(UUID(int=1), 1, State.HOLDS, "2021-08-10", "08:30:00", "in", "passed", {}, name=text)
    sheet = read_sheet(sheet_of([line], "zh", masked=False), filename="x.xlsx")
    [row] = sheet.rows()
    assert all(isinstance(value, str) for value in row.cells.values() if value is not None)
