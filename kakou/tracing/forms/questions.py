"""What is asked about a whole outbreak."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.screening.forms.rules import day_input
from kakou.tracing.forms.cases import reason_field
from kakou.tracing.policy import midnight
from kakou.web.kit.days import DayField
from kakou.web.queries import site_zone

WHY = lazy("It stands in the audit beside your name.")


class ClosingForm(forms.Form):
    """Which place, from which day on."""

    place = forms.TypedChoiceField(label=lazy("Which place"), coerce=int, help_text=lazy("And everything below it."))
    since = DayField(label=lazy("Closed from this day on"), widget=day_input())
    reason = reason_field(lazy("Why do you ask?"), help_text=WHY)

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", _("Choose")), *places]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """As the action takes it."""
        given = self.cleaned_data
        return {"place": given["place"], "since": midnight(given["since"], site_zone()), "reason": given["reason"]}


class RankingForm(forms.Form):
    """From which day to which, both included."""

    since = DayField(label=lazy("From"), widget=day_input())
    until = DayField(label=lazy("To and including"), widget=day_input())
    reason = reason_field(lazy("Why do you ask?"), help_text=WHY)

    def asked(self) -> dict[str, Any]:
        """As the action takes it."""
        given = self.cleaned_data
        since, until = (midnight(day, site_zone()) for day in (given["since"], given["until"] + dt.timedelta(days=1)))
        return {"since": since, "until": until, "reason": given["reason"]}
