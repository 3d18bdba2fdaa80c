"""What people type about the days of a site."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from kakou.web.kit.days import DayField

WORKED, REST = "worked", "rest"


class DayForm(forms.Form):
    """A day, whether it is worked, and why."""

    day = DayField(label=lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    what = forms.ChoiceField(
        label=lazy("On that day the site"),
        widget=forms.RadioSelect,
        choices=[(REST, lazy("rests")), (WORKED, lazy("works"))],
    )
    note = forms.CharField(
        label=lazy("Why"), max_length=80, min_length=2, help_text=lazy("For example: lockdown duty, moved holiday.")
    )


class ForgetForm(forms.Form):
    """A day of which nothing is said any more."""

    day = DayField()
