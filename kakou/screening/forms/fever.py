"""What is said with each step of a fever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.screening.actions.fever import NewStep
from kakou.screening.forms.rules import moment_input
from kakou.screening.pages.words import FEVER_OUTCOMES
from kakou.screening.rules import TEMPERATURE_RANGE
from kakou.screening.rules.fever import BY_HAND, SAYS, FeverStep
from kakou.web.kit.days import MomentField

_COLDEST, _HOTTEST = (Decimal(tenths) / 10 for tenths in TEMPERATURE_RANGE)
MOST = 200  # as audit reasons


class StepForm(forms.Form):
    """One step. `id` is made with the form, so that pressing twice sends one step."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(widget=forms.HiddenInput, choices=[(step.value, step.value) for step in FeverStep])
    tenths = forms.DecimalField(
        label=lazy("Second temperature, °C"), min_value=_COLDEST, max_value=_HOTTEST, decimal_places=1
    )
    place = forms.CharField(label=lazy("Where to"), max_length=MOST)
    whom = forms.CharField(
        label=lazy("Reported to"), max_length=MOST, help_text=lazy("The office or its duty, no telephone number.")
    )
    how = forms.CharField(label=lazy("Fetched by"), max_length=MOST, help_text=lazy("Such as: ambulance 120"))
    outcome = forms.ChoiceField(label=lazy("How it ended"))
    note = forms.CharField(label=lazy("What was arranged"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 2}))
    at = MomentField(
        label=lazy("When"),
        required=False,
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=lazy("Leave empty for now."),
    )

    def __init__(self, step: FeverStep, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("auto_id", f"id_{step.value}_%s")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("tenths", "place", "whom", "how", "outcome", "note"):
            if name not in SAYS[step]:
                del self.fields[name]
        if "outcome" in self.fields:
            offered = [(how.value, _(words)) for how, words in FEVER_OUTCOMES.items() if how in BY_HAND]
            self.fields["outcome"].choices = offered  # type: ignore[attr-defined]

    def step(self, now: dt.datetime) -> NewStep:
        """As the action takes it."""
        given: Mapping[str, object] = self.cleaned_data
        facts: dict[str, str | int] = {
            name: str(given[name]) for name in ("place", "whom", "how", "outcome", "note") if given.get(name)
        }
        if isinstance(tenths := given.get("tenths"), Decimal):
            facts["tenths"] = int(tenths * 10)
        id, at = given["id"], given["at"] or now
        assert isinstance(id, UUID)
        assert isinstance(at, dt.datetime)
        return NewStep(id, FeverStep(str(given["kind"])), min(at, now), facts)
