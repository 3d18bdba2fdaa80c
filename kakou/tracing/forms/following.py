"""What came of a day's call or test, as it is typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as lazy

from kakou.screening.forms.rules import day_input
from kakou.tracing.actions.following import TEMPERATURES
from kakou.tracing.forms.cases import reason_field
from kakou.tracing.rules.following import Finding
from kakou.web.kit.days import DayField

COLDEST, HOTTEST = (tenths / 10 for tenths in TEMPERATURES)
MANY = 200  # of one household, far more than there are


class AnswerForm(forms.Form):
    """One answer. `was`: what stood there when the page was read."""

    finding = forms.TypedChoiceField(choices=[(one.value, one.value) for one in Finding], coerce=Finding)
    was = forms.TypedChoiceField(choices=[(one.value, one.value) for one in Finding], coerce=Finding)
    temperature = forms.DecimalField(
        label=lazy("Temperature, °C"), required=False, min_value=COLDEST, max_value=HOTTEST, decimal_places=1
    )
    note = forms.CharField(label=lazy("Remark"), required=False, max_length=200)

    def answer(self) -> dict[str, Any]:
        """As the action takes it."""
        given = self.cleaned_data
        warm = given["temperature"]
        tenths = int(warm * 10) if warm is not None else None
        return {"finding": given["finding"], "was": given["was"], "tenths": tenths, "note": given["note"]}


class ReasonForm(forms.Form):
    """Why somebody is released too early, or said to be lost."""

    reason = reason_field(lazy("Why"), required=False)


class AddTestForm(forms.Form):
    """A test besides the plan."""

    day = DayField(label=lazy("Day"), widget=day_input())


def chosen(given: list[str]) -> list[UUID]:
    """Ids that were sent along; what is none is left out."""
    found = []
    for text in given[:MANY]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
