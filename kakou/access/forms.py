"""What people type into the pages of access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kakou.access.badges import PinRefused, check_pin
from kakou.access.leases.actions import SPANS
from kakou.access.rules import ROLES, Role

_PIN = forms.PasswordInput(
    attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "6", "pattern": "[0-9]{6}"}
)


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


class DestructionForm(forms.Form):
    """Why the keys of a day shall go."""

    reason = forms.CharField(
        label=_("Why must it become unreadable?"),
        max_length=200,
        min_length=4,
        help_text=_(
            "The reason is kept with your account and the time, for good. No names, numbers or addresses here."
        ),
    )


class DestroyForm(forms.Form):
    """The day, written out by whoever destroys its keys."""

    typed = forms.CharField(
        label=_("Write the day, to say that you mean it"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BadgeForm(forms.Form):
    """The PIN of a new badge, twice."""

    pin = forms.CharField(
        label=_("PIN, six digits"), widget=_PIN, help_text=_("No date, no pattern. Tell it to nobody.")
    )
    again = forms.CharField(label=_("The same PIN again"), widget=_PIN)

    def clean(self) -> dict[str, object]:
        """Raises the form's own error where the two differ, or the PIN is refused."""
        given: dict[str, object] = super().clean() or {}
        pin, again = given.get("pin"), given.get("again")
        if isinstance(pin, str) and isinstance(again, str):
            try:
                check_pin(pin)
            except PinRefused as refusal:
                self.add_error("pin", gettext(refusal.text))
            if pin != again:
                self.add_error("again", gettext("The two PINs differ. Type the same one twice."))
        return given


class RenewalForm(forms.Form):
    """For which gate or phone a code shall be, and how long it may be scanned."""

    whom = forms.ChoiceField(label=_("For"))
    span = forms.TypedChoiceField(
        label=_("May be scanned for"),
        coerce=int,
        help_text=_("Each phone can use it once; it then knows names for 24 hours more."),
    )

    def __init__(
        self, *args: object, gates: Mapping[int, str], phones: Sequence[tuple[int, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        whom, span = self.fields["whom"], self.fields["span"]
        assert isinstance(whom, forms.ChoiceField)
        assert isinstance(span, forms.ChoiceField)
        every = [
            (f"gate:{node}", gettext("%(gate)s: every phone there") % {"gate": name}) for node, name in gates.items()
        ]
        whom.choices = [*every, *((f"phone:{id}", name) for id, name in phones)]
        span.choices = [(hours, gettext("%(n)d hours") % {"n": hours}) for hours in SPANS]


class GrantForm(forms.Form):
    """Which account, and what it may do from now on."""

    username = forms.CharField(
        label=_("Account"),
        max_length=64,
        help_text=_("The name it logs in with. A new one is made on the page Roster."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one.value, gettext(ROLES[one].title)) for one in Role]
