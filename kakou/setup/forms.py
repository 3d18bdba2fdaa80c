"""What is typed into the first steps."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kakou.places.models import Unit
from kakou.places.rules import LONGEST_NAME, MAY_BE_ROOT, MAY_CONTAIN, TITLES, UnitKind

PLAIN = {"autocapitalize": "none", "spellcheck": "false"}
ACCOUNT_NAME = RegexValidator(r"\A[\w.@+-]+\Z", _("Letters, digits and . @ + - _ only."))


def zones() -> list[tuple[str, str]]:
    """Every zone of a place on earth, by name."""
    return [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith("Etc/")]


def _password() -> forms.CharField:
    return forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class OpeningForm(forms.Form):
    """The code from the console, the first account, and what the site is called."""

    code = forms.CharField(
        label=_("Code from the console"), max_length=40,
        help_text=_("Sixteen letters and digits, where `kakou serve` was started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    username = forms.CharField(
        label=_("Account"), max_length=64, validators=[ACCOUNT_NAME], help_text=_("The name you log in with."),
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "username"}),
    )  # fmt: skip
    password = _password()
    again = _password()
    site = forms.CharField(
        label=_("Name of the site"), max_length=LONGEST_NAME,
        help_text=_("The topmost place: a street office, a village, a factory."),
    )  # fmt: skip
    kind = forms.TypedChoiceField(label=_("What it is"), coerce=UnitKind, initial=UnitKind.STREET.value)
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("In it a day begins and ends."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["password"].label = gettext("Password")
        self.fields["again"].label = gettext("The same password again")
        self.fields["password"].help_text = gettext("Ten characters at least, not only digits.")
        kind, zone = self.fields["kind"], self.fields["zone"]
        assert isinstance(kind, forms.TypedChoiceField)
        assert isinstance(zone, forms.ChoiceField)
        kind.choices = [(one.value, gettext(TITLES[one])) for one in UnitKind if one in MAY_BE_ROOT]
        zone.choices, zone.initial = zones(), settings.SITE_ZONE

    def clean(self) -> dict[str, object]:
        """The two passwords are one, and a good one."""
        given: dict[str, object] = super().clean() or {}
        password = given.get("password")
        if isinstance(password, str) and "again" in given:
            if password != given["again"]:
                self.add_error("again", gettext("The two passwords differ. Type the same one twice."))
            try:
                validate_password(password)
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return given


class SiteForm(forms.Form):
    """Name and zone; the zone while no phone counts its days by it."""

    site = forms.CharField(label=_("Name of the site"), max_length=LONGEST_NAME)
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("In it a day begins and ends."))

    def __init__(self, *args: object, fixed: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices, zone.initial = zones(), settings.SITE_ZONE
        if fixed:
            del self.fields["zone"]


class GateForm(forms.Form):
    """One unit with its entrance; the kind of the entrance follows from the unit's."""

    inside = forms.TypedChoiceField(label=_("Inside"), coerce=int)
    kind = forms.ChoiceField(
        label=_("What it is"), required=False, help_text=_("Left empty, the gate belongs to the place above itself.")
    )
    name = forms.CharField(label=_("Its name"), max_length=LONGEST_NAME, required=False)
    entrance = forms.CharField(
        label=_("Name of its gate"), max_length=LONGEST_NAME, required=False,
        help_text=_("Such as: south gate. Left empty, the place is added without one, to put others inside."),
    )  # fmt: skip

    def __init__(self, *args: object, units: list[Unit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        inside, kind = self.fields["inside"], self.fields["kind"]
        assert isinstance(inside, forms.TypedChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        inside.choices = [(unit.node_id, unit.name) for unit in units]
        fitting = frozenset[UnitKind]().union(*(MAY_CONTAIN[UnitKind(unit.kind)] for unit in units))
        kind.choices = [("", "—"), *((one.value, gettext(TITLES[one])) for one in UnitKind if one in fitting)]
        self.order_fields(["inside", "kind", "name", "entrance"])

    def clean(self) -> dict[str, object]:
        """A unit has a name; something is added at all."""
        given: dict[str, object] = super().clean() or {}
        if given.get("kind") and not given.get("name"):
            self.add_error("name", gettext("Say what it is called."))
        if not given.get("kind") and not given.get("entrance"):
            self.add_error("entrance", gettext("Say what the gate is called, or what place is to be added."))
        return given
