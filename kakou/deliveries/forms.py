"""What people type into the pages of deliveries."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.audit.rules import checked_reason
from kakou.deliveries.pages.words import bodies, goods
from kakou.deliveries.queries.places import Named, leads_to
from kakou.deliveries.rules import Body, Goods, check_day, check_pieces
from kakou.ledger.forms import told_by
from kakou.people.forms import NO_AUTOFILL
from kakou.people.rules import check_name, normalise_phone, parse_plate
from kakou.people.rules.doors import LONGEST_DOOR, check_door
from kakou.web.kit.days import DayField


class _AtGate(forms.Form):
    """What asks for a gate and a unit behind it."""

    gate = forms.TypedChoiceField(label=lazy("Gate"), coerce=int)
    unit = forms.TypedChoiceField(label=lazy("Whom it is for"), coerce=int)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, gates: Named, units: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gate"].choices = gates  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].initial = units[0][0]

    def clean(self) -> dict[str, Any]:
        """The gate leads to the unit."""
        given = super().clean() or {}
        if {"gate", "unit"} <= given.keys() and not leads_to(given["gate"], given["unit"]):
            self.add_error("gate", _("This gate does not lead there. Choose another gate."))
        return given


class DeliveryForm(_AtGate):
    """A goods vehicle that shall be expected."""

    plate = forms.CharField(
        label=lazy("Plate"), max_length=16, help_text=lazy("For example 苏C12345. Shown with stars."),
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )  # fmt: skip
    body = forms.TypedChoiceField(label=lazy("What kind of vehicle"), coerce=Body)
    goods = forms.TypedChoiceField(label=lazy("What it brings"), coerce=Goods)
    expected_on = DayField(label=lazy("Expected on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    phone = forms.CharField(
        label=lazy("Telephone of the driver (may be left out)"), max_length=32, required=False,
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "type": "tel"}),
    )  # fmt: skip
    field_order = ("unit", "gate", "plate", "body", "goods", "expected_on", "phone")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["body"].choices = bodies()  # type: ignore[attr-defined]
        self.fields["goods"].choices = goods()  # type: ignore[attr-defined]

    def clean_plate(self) -> str:
        """As compared."""
        return told_by(lambda text: parse_plate(text).text, self.cleaned_data["plate"])

    def clean_phone(self) -> str:
        """As compared, or ""."""
        phone: str = self.cleaned_data["phone"]
        return told_by(normalise_phone, phone) if phone else ""

    def clean_expected_on(self) -> dt.date:
        """Within a week."""
        return told_by(lambda _: check_day(self.cleaned_data["expected_on"], today=self.today), "")


class EscortForm(forms.Form):
    """Who drives it in."""

    escort = forms.TypedChoiceField(label=lazy("Who drives it in"), coerce=UUID, widget=forms.RadioSelect)

    def __init__(self, *args: Any, escorts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["escort"].choices = escorts  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why it is not let in, or does not come."""

    reason = forms.CharField(label=lazy("Why"), max_length=200, help_text=lazy("No names, numbers or addresses in it."))

    def clean_reason(self) -> str:
        """As an audit reason."""
        return told_by(checked_reason, self.cleaned_data["reason"])


class ParcelForm(_AtGate):
    """Parcels left for one door."""

    door = forms.CharField(
        label=lazy("Door"), max_length=LONGEST_DOOR, help_text=lazy("As on the parcel: 3栋2单元501. Shown with stars."),
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )  # fmt: skip
    pieces = forms.IntegerField(label=lazy("How many pieces"), min_value=1, initial=1)
    phone = forms.CharField(
        label=lazy("Telephone of whom it is for (may be left out)"), max_length=32, required=False,
        help_text=lazy("As on the parcel: a text message says that it waits here. Sealed, and kept with that alone."),
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "type": "tel"}),
    )  # fmt: skip
    field_order = ("gate", "unit", "door", "pieces", "phone")

    def __init__(self, *args: Any, reach: frozenset[str], **kwargs: Any) -> None:
        """`reach`: by what people may be written to from the gates."""
        super().__init__(*args, **kwargs)
        if "phone" not in reach:
            del self.fields["phone"]

    def clean_phone(self) -> str:
        """As compared, or ""."""
        phone: str = self.cleaned_data["phone"]
        return told_by(normalise_phone, phone) if phone else ""

    def clean_door(self) -> str:
        """As written."""
        return told_by(check_door, self.cleaned_data["door"])

    def clean_pieces(self) -> int:
        """Not more than a van holds."""
        return told_by(lambda _: check_pieces(self.cleaned_data["pieces"]), "")


class DoorForm(forms.Form):
    """The door for which somebody asks at the gate."""

    door = forms.CharField(
        label=lazy("Door that somebody asks for"), max_length=LONGEST_DOOR, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )


class CollectForm(forms.Form):
    """Who took the parcels."""

    name = forms.CharField(
        label=lazy("Who takes it"), max_length=64, widget=forms.TextInput(attrs=NO_AUTOFILL),
        help_text=lazy("Surname and given name; sealed."),
    )  # fmt: skip

    def clean_name(self) -> str:
        """As typed."""
        return told_by(check_name, self.cleaned_data["name"])
