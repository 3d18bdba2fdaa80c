"""What people type to issue and to cancel a pass."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.people.forms import NO_AUTOFILL
from kakou.people.rules.doors import LONGEST_DOOR
from kakou.screening.actions.passes import NewPass
from kakou.screening.forms.rules import day_input
from kakou.screening.models.passes import PassKind
from kakou.screening.pages.words import PASS_KINDS
from kakou.web.kit.days import DayField


class SearchForm(forms.Form):
    """Who is to get a pass."""

    words = forms.CharField(
        label=lazy("Name, telephone, document or plate"),
        max_length=64,
        widget=forms.TextInput(attrs=NO_AUTOFILL),
        help_text=lazy("Initials and the last four digits are enough."),
    )


class PassForm(forms.Form):
    """What kind of pass, of which door, for which days."""

    kind = forms.ChoiceField(label=lazy("Kind"))
    door = forms.CharField(
        label=lazy("Building and door"),
        max_length=LONGEST_DOOR,
        required=False,
        widget=forms.TextInput(attrs=NO_AUTOFILL),
        help_text=lazy("As 3-2-501 or 3栋2单元501. People of one door share one quota; empty: no quota."),
    )
    valid_from = DayField(label=lazy("From"), widget=day_input())
    valid_to = DayField(
        label=lazy("Until, that day included"),
        required=False,
        widget=day_input(),
        help_text=lazy("Leave empty while nobody knows."),
    )

    def __init__(self, kinds: Iterable[PassKind], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = [(kind.value, _(PASS_KINDS[kind])) for kind in kinds]  # type: ignore[attr-defined]

    def new(self) -> NewPass:
        """As the action takes it."""
        given = self.cleaned_data
        return NewPass(PassKind(given["kind"]), given["door"], given["valid_from"], given["valid_to"])


class CancelForm(forms.Form):
    """Why no gate shall take it any more."""

    reason = forms.CharField(
        label=lazy("Why"), max_length=200, min_length=2, help_text=lazy("Such as: lost, moved away, work has ended.")
    )
