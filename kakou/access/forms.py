"""What people type into the pages of access."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kakou.access.rules import ROLES, Role


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


class GrantForm(forms.Form):
    """Which account, and what it may do from now on."""

    username = forms.CharField(
        label=_("Account"),
        max_length=64,
        help_text=_("The name it logs in with. A new one is made on the machine: kakou staff add."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one.value, gettext(ROLES[one].title)) for one in Role]
