"""What people type about who answers, and who serves whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as lazy

from kakou.places.models import Unit
from kakou.places.rules import LONGEST_NAME
from kakou.web.kit.days import DayField


class NamedForm(forms.Form):
    """Who answers."""

    title = forms.CharField(
        label=lazy("Office held"), max_length=LONGEST_NAME, help_text=lazy("Such as secretary of the Party branch.")
    )
    name = forms.CharField(label=lazy("Name"), max_length=LONGEST_NAME, help_text=lazy("One person for one place."))
    phone = forms.CharField(
        label=lazy("Telephone on duty"),
        max_length=24,
        required=False,
        help_text=lazy("Shown in full to whoever directs here or keeps the places, masked to others."),
    )


class ServeForm(forms.Form):
    """Which urban community serves this village, and with how many."""

    community = forms.TypedChoiceField(label=lazy("Community that serves it"), coerce=int)
    headcount = forms.IntegerField(
        label=lazy("With how many of its people"), required=False, min_value=0, max_value=100_000,
        help_text=lazy("Leave empty while nobody knows. A count needs its day and where it comes from."),
    )  # fmt: skip
    counted_on = DayField(label=lazy("Counted on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    counted_by = forms.CharField(label=lazy("Where the count comes from"), max_length=LONGEST_NAME, required=False)

    def __init__(self, data: Mapping[str, object] | None, communities: Sequence[Unit]) -> None:
        super().__init__(data)
        named = [(one.node_id, one.name) for one in communities]
        self.fields["community"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
