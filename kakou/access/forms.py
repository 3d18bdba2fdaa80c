"""What people type into the pages of access."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EnrolmentForm(forms.Form):
    """Which gate, and what the phone is called there."""

    node = forms.TypedChoiceField(label=_("Gate"), coerce=int)
    name = forms.CharField(
        label=_("Name of the phone"), max_length=64, help_text=_("As it is called at the gate, such as: east gate 1")
    )

    def __init__(self, *args: object, gates: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        gate = self.fields["node"]
        assert isinstance(gate, forms.TypedChoiceField)
        gate.choices = gates
