import pytest
from django.utils.translation import gettext, override

from kakou.tracing.pictures import followup
from kakou.tracing.pictures.followup import SAMPLES, SIGNS, TESTED, Calendar, Cell, Line, Sample, Sign, grid
from kakou.tracing.pictures.parts import Part
from kakou.tracing.pictures.tests.samples import DAY, FIRST, a_calendar


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_two_signs_share_a_letter(language):
    with override(language):
        letters = [look.letter or gettext(look.word)[:1] for look in SIGNS.values()]
        marks = [mark for _, mark in SAMPLES.values()]
        assert len(set(letters)) == len(letters)
        assert len(set(marks)) == len(marks)
        assert gettext(TESTED)[:1] not in letters


def test_every_cell_has_its_word_and_what_was_not_asked_is_not_normal():
    calendar = a_calendar()
    shown = grid(calendar, str)
    assert len(shown.rows) == len(calendar.lines)
    assert all(len(row.cells) == len(calendar.days) for row in shown.rows)
    for line, row in zip(calendar.lines, shown.rows, strict=True):
        for day, cell in zip(calendar.days, row.cells, strict=True):
            assert cell.word == SIGNS[line.cells.get(day, Cell()).sign].word
    assert {head.day for head in shown.heads if head.today} == {calendar.today}


def test_a_positive_test_alarms_and_is_said_in_the_table():
    line = Line("王**", Part.CLOSE, {FIRST: Cell(Sign.FEVER, Sample.POSITIVE)})
    calendar = Calendar("calendar", (FIRST, FIRST + DAY), (line,))
    (row,) = grid(calendar, str).rows
    assert [cell.alarm for cell in row.cells] == [True, False]
    assert followup.table(calendar, str).rows == (("王**", "Close contact", "Feverish, test positive", "Not due"),)


def test_an_empty_calendar_can_be_drawn():
    assert followup.svg(Calendar("calendar", (FIRST,), ()), str).startswith("<svg")
