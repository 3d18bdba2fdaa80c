"""What is typed on the pages of sheets and paper."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.ledger.actions.gate_sheets import FORMS_AT_ONCE
from kakou.ledger.forms import MOST
from kakou.ledger.gatesheet.reading import titled
from kakou.people.forms import ReasonForm
from kakou.web.kit.days import DayField
from kakou.web.kit.importing import PastedForm


class PlainSheetForm(ReasonForm):
    """Why a day's sheet is not masked, and how it goes out."""

    form = forms.ChoiceField(
        label=lazy("How it goes out"), choices=[("sheet", lazy("As a sheet (.xlsx)")), ("paper", lazy("On paper"))]
    )


class FormsForm(forms.Form):
    """How many blank sheets, of which day."""

    day = DayField(label=lazy("For the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    many = forms.IntegerField(label=lazy("How many sheets"), min_value=1, max_value=FORMS_AT_ONCE, initial=1)

    def __init__(self, *args: object, last: dt.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._last = last

    def clean_day(self) -> dt.date:
        """A stack for the days to come, and not for another year by a slip."""
        day: dt.date = self.cleaned_data["day"]
        if day > self._last:
            raise forms.ValidationError(_("That day is too far ahead."))
        return day


class TypeInForm(PastedForm):
    """Lines of paper, from a sheet or from the clipboard."""

    how_to_paste = lazy("With the row of titles, or without it where the columns stand as on the form.")

    form = forms.ChoiceField(
        label=lazy("Form of rows that name none"),
        required=False,
        help_text=lazy("The sheets made here name their form in every row."),
    )
    field_order = ("file", "pasted", "form")

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def with_titles(self, pasted: str) -> str:
        """Rows pasted without titles stand in the columns of the form."""
        return titled(pasted)


class TakeBackForm(forms.Form):
    """Why what was typed in should never have been."""

    reason = forms.CharField(
        label=lazy("Why is it taken back?"),
        help_text=lazy("Kept with your name. No names, numbers or addresses here."),
        max_length=MOST,
        min_length=2,
    )
