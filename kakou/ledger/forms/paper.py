"""What is typed on the pages of sheets and paper."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.ledger.actions.gate_sheets import FORMS_AT_ONCE
from kakou.ledger.forms import MOST
from kakou.ledger.gatesheet.reading import titled
from kakou.people.forms import NO_AUTOFILL, ReasonForm
from kakou.web.kit.days import DayField
from kakou.web.kit.importing import SheetForm


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


class TypeInForm(SheetForm):
    """Lines of paper, from a sheet or from the clipboard."""

    dry_run = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a button of its own
    file = forms.FileField(label=lazy("Sheet (.xlsx or .csv)"), max_length=200, required=False)
    pasted = forms.CharField(
        label=lazy("Or rows copied from Excel"),
        required=False,
        strip=False,
        help_text=lazy("With the row of titles, or without it where the columns stand as on the form."),
        widget=forms.Textarea(attrs={**NO_AUTOFILL, "rows": 4, "spellcheck": "false"}),
    )
    form = forms.ChoiceField(
        label=lazy("Form of rows that name none"),
        required=False,
        help_text=lazy("The sheets made here name their form in every row."),
    )
    field_order = ("file", "pasted", "form")

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["form"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def clean_file(self) -> object:
        """Nothing chosen is nothing wrong as long as something was pasted."""
        return super().clean_file() if self.cleaned_data["file"] else None

    def clean(self) -> dict[str, object]:
        """What was pasted is a text table: Excel puts tabs between cells."""
        given: dict[str, object] = super().clean() or self.cleaned_data
        pasted = str(given.get("pasted") or "")
        if "file" in given and (given["file"] is None) == (not pasted.strip()):
            raise forms.ValidationError(_("Choose a sheet, or paste rows: one of the two."))
        if "file" in given and given["file"] is None:
            given["file"] = ContentFile(titled(pasted).encode(), name="pasted.csv")
        return given


class TakeBackForm(forms.Form):
    """Why what was typed in should never have been."""

    reason = forms.CharField(
        label=lazy("Why is it taken back?"),
        help_text=lazy("Kept with your name. No names, numbers or addresses here."),
        max_length=MOST,
        min_length=2,
    )
