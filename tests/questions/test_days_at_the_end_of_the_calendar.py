"""Days that no calendar here reaches are refused by the form; sums with them are not tried."""

import pytest

from kakou.ledger.forms.orders import SpanForm
from kakou.screening.forms.rules import CodeForm
from kakou.tracing.forms.questions import RankingForm

ENDS = ["9999-12-31", "0001-01-01"]


@pytest.mark.parametrize("day", ENDS)
@pytest.mark.parametrize("form", [SpanForm, RankingForm])
def test_a_span_at_the_end_of_the_calendar_is_refused(form, day):
    given = form({"since": day, "until": day, "reason": "where most met"})
    assert not given.is_valid()
    assert {"since", "until"} <= given.errors.keys()


def test_a_span_of_a_day_is_fine():
    assert SpanForm({"since": "2021-08-10", "until": "2021-08-10"}).is_valid()
    assert not SpanForm({"since": "2021-08-10", "until": "2021-08-09"}).is_valid()


@pytest.mark.parametrize("day", ENDS)
def test_a_code_is_not_looked_at_as_of_then(day):
    assert "at" in CodeForm({"code": "HC1:x", "at": f"{day}T00:00"}).errors
    assert CodeForm({"code": "HC1:x", "at": "2021-08-10T12:45"}).is_valid()
