"""What people type into the pages of places."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.places.rules import TITLES, EntranceState, Management
from kakou.web.kit.days import MomentField


def _choices(kind: type[EntranceState] | type[Management]) -> list[tuple[str, str]]:
    return [(value.value, _(TITLES[value])) for value in kind]


class StateForm(forms.Form):
    """Staffed, sealed with what, emergency only, shut."""

    state = forms.ChoiceField(label=lazy("State"))
    material = forms.CharField(
        label=lazy("Sealed with"), max_length=64, required=False, help_text=lazy("Only for a sealed entrance.")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["state"].choices = _choices(EntranceState)  # type: ignore[attr-defined]


class ManagementForm(forms.Form):
    """Under which rule a unit stands, from when, until when."""

    management = forms.ChoiceField(label=lazy("Rule"))
    starts_at = MomentField(
        label=lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    ends_at = MomentField(
        label=lazy("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=lazy("Leave empty while nobody knows."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["management"].choices = _choices(Management)  # type: ignore[attr-defined]
