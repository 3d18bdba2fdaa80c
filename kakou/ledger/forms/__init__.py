"""What people type into the ledger's pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.kernel.errors import Refusal
from kakou.kernel.time import to_ms
from kakou.ledger.actions.visits import MOST as MOST_PEOPLE
from kakou.ledger.desk import ANOTHER, REPLACES, Correction
from kakou.ledger.lane.wire import Document, Subject
from kakou.ledger.rules import Purpose
from kakou.ledger.visits import Number, read_number, read_when
from kakou.people.forms import DOCUMENTS, NO_AUTOFILL
from kakou.people.rules import check_name, normalise_phone
from kakou.people.rules.doors import LONGEST_DOOR, check_door
from kakou.screening.rules import TEMPERATURE_RANGE, Verdict
from kakou.web.kit.days import MomentField
from kakou.web.refusals.answers import of_refusal

Fit = TypeVar("Fit")
Choices = Sequence[tuple[str, Any]]
MOST = 200  # as audit reasons


class DiscardForm(forms.Form):
    """Why an item in quarantine stays out of the ledger."""

    reason = forms.CharField(
        label=lazy("Why is it not used?"),
        help_text=lazy("For example: recorded again in another way, a trial, not a passage."),
        max_length=MOST,
        min_length=2,
    )


_WHO = ("known_by", "number", "name", "leave_out")
# what a reason for quarantine asks to be corrected first; whatever is not listed can only be left out
FIRST: Mapping[str, tuple[str, ...]] = {
    "impossible-time": ("happened",),
    "impossible-temperature": ("temperature", "leave_out"),
    "crossed-against-verdict": ("override", "crossed"),
    "other-gate": ("gate",),
    "other-body": ("fresh",),
    "subject-mixed": _WHO,
    "subject-unknown": ("known_by", "number", "name"),
    "document-refused": _WHO,
    "phone-refused": _WHO,
    "plate-refused": _WHO,
    "name-refused": ("name", "leave_out"),
}
_AS_SENT = ("", lazy("As it was sent"))
_COLDEST, _HOTTEST = (Decimal(tenths) / 10 for tenths in TEMPERATURE_RANGE)
PHONE, PLATE, NOBODY = "phone", "plate", "nobody"


class EntryForm(forms.Form):
    """What shall hold instead of what was sent; a field left empty holds as it was sent."""

    fresh = forms.ChoiceField(
        label=lazy("The ledger has another passage under the same id. What is this one?"),
        widget=forms.RadioSelect,
        choices=[
            (REPLACES, lazy("It is right, and replaces the one in the ledger")),
            (ANOTHER, lazy("It is another passage, and both are right")),
        ],
    )
    gate = forms.ChoiceField(label=lazy("At which gate did it happen?"), widget=forms.RadioSelect)
    happened = MomentField(
        label=lazy("When did it happen?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    temperature = forms.DecimalField(
        label=lazy("Temperature in °C"), required=False, min_value=_COLDEST, max_value=_HOTTEST, decimal_places=1
    )
    crossed = forms.ChoiceField(
        label=lazy("Did they pass?"),
        required=False,
        choices=[_AS_SENT, ("yes", lazy("They passed")), ("no", lazy("They did not pass"))],
    )
    override = forms.CharField(label=lazy("Why were they let pass?"), required=False, max_length=MOST)
    known_by = forms.ChoiceField(label=lazy("Who passed is known by"), required=False)
    number = forms.CharField(
        label=lazy("Number or plate"), required=False, max_length=32, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )
    name = forms.CharField(label=lazy("Name"), required=False, max_length=64, widget=forms.TextInput(attrs=NO_AUTOFILL))
    direction = forms.ChoiceField(
        label=lazy("Way"),
        required=False,
        choices=[_AS_SENT, ("in", lazy("In")), ("out", lazy("Out")), ("through", lazy("Passing by"))],
    )
    verdict = forms.ChoiceField(label=lazy("Verdict at the gate"), required=False)
    leave_out = forms.BooleanField(label=lazy("Leave out whatever is unfit, and enter the rest"), required=False)
    reason = forms.CharField(
        label=lazy("How do you know?"),
        help_text=lazy("Kept with your name. No names, numbers or addresses here."),
        max_length=MOST,
        min_length=2,
    )

    def __init__(
        self, *args: object, cause: str, gates: list[tuple[str, str]], verdicts: Mapping[Verdict, str], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._first = FIRST.get(cause, ("leave_out",))
        if "fresh" not in self._first:
            del self.fields["fresh"]
        if not gates:
            del self.fields["gate"]
        documents = [(kind.value, _(text)) for kind, text in DOCUMENTS.items()]
        others = [(PHONE, _("Telephone")), (PLATE, _("Plate")), (NOBODY, _("Nothing: a person nobody knows"))]
        self._offer("gate", gates)
        self._offer("known_by", [_AS_SENT, *documents, *others])
        words = [(verdict.name.lower(), _(text)) for verdict, text in verdicts.items() if verdict]
        self._offer("verdict", [_AS_SENT, *words])

    def first(self) -> list[BoundField]:
        """What this item's cause asks for."""
        return [self[name] for name in self._first if name in self.fields]

    def others(self) -> list[BoundField]:
        """What else may be corrected."""
        return [self[name] for name in self.fields if name not in (*self._first, "reason")]

    def clean(self) -> dict[str, object] | None:
        """A number needs its kind, a kind its number."""
        given = super().clean() or {}
        kind, number = given.get("known_by"), given.get("number")
        if kind and kind != NOBODY and not number:
            self.add_error("number", _("Say the number or the plate."))
        if number and (not kind or kind == NOBODY):
            self.add_error("known_by", _("Say what kind of number it is."))
        return given

    def correction(self, *, token: UUID) -> Correction:
        """What was typed. `token` stands for a person of whom nothing is known."""
        given = self.cleaned_data
        heat = given["temperature"]
        return Correction(
            crossed={"yes": True, "no": False}.get(given["crossed"]),
            direction=given["direction"] or None,
            fresh=given.get("fresh") or None,
            gate=given.get("gate") or None,
            happened=to_ms(given["happened"]) if given["happened"] else None,
            leave_out=given["leave_out"],
            name=given["name"] or None,
            override=given["override"] or None,
            subject=self._subject(token),
            temperature=int(heat * 10) if heat is not None else None,
            verdict=given["verdict"] or None,
        )

    def _subject(self, token: UUID) -> Subject | None:
        kind, number, name = (self.cleaned_data[field] or None for field in ("known_by", "number", "name"))
        if kind is None:
            return None
        if kind == PLATE:
            return Subject(kind="vehicle", plate=number)
        if kind == PHONE:
            return Subject(kind="person", phone=number, name=name)
        if kind == NOBODY:
            return Subject(kind="person", token=token, name=name)
        return Subject(kind="person", document=Document(kind=kind, no=str(number)), name=name)

    def _offer(self, field: str, choices: Sequence[tuple[str, object]]) -> None:
        if field in self.fields:
            self.fields[field].choices = choices  # type: ignore[attr-defined]


class AllowanceForm(forms.Form):
    """How long somebody may stay, or stay out. `whom`: kind and purpose, as "visit:3"."""

    whom = forms.ChoiceField(label=lazy("For whom"))
    hours = forms.DecimalField(
        label=lazy("At most so many hours"),
        required=False,
        min_value=Decimal("0.25"),
        max_value=Decimal(365 * 24),
        decimal_places=2,
        help_text=lazy("Leave empty to take back what was set here: then the unit above decides."),
    )

    def __init__(self, whom: Sequence[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]

    def line(self) -> tuple[str, int, dt.timedelta | None]:
        """Kind, purpose, how long."""
        kind, purpose = self.cleaned_data["whom"].split(":")
        hours = self.cleaned_data["hours"]
        return kind, int(purpose), None if hours is None else dt.timedelta(hours=float(hours))


class ScanForm(forms.Form):
    """Who scanned a place code."""

    phone = forms.CharField(
        label=lazy("Your mobile number"),
        max_length=32,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    name = forms.CharField(
        label=lazy("Your name (may be left out)"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    remember = forms.BooleanField(
        label=lazy("Keep both in this browser for 30 days, so that next time one touch is enough"), required=False
    )

    def clean_phone(self) -> str:
        """As compared."""
        return told_by(normalise_phone, self.cleaned_data["phone"])

    def clean_name(self) -> str:
        """As typed, or ""."""
        name: str = self.cleaned_data["name"]
        return told_by(check_name, name) if name else ""


class VisitForm(forms.Form):
    """A visit announced beforehand: six questions."""

    number = forms.CharField(
        label=lazy("Mobile number or plate of who comes"),
        max_length=32,
        help_text=lazy("The gate knows the visit by it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )
    name = forms.CharField(
        label=lazy("Name of who comes (may be left out)"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    door = forms.CharField(
        label=lazy("To which door"), max_length=LONGEST_DOOR, help_text=lazy("Such as 3-2-501 or 3栋2单元501.")
    )
    purpose = forms.TypedChoiceField(label=lazy("What for"), coerce=lambda value: Purpose(int(value)))
    when = forms.TypedChoiceField(label=lazy("When"), coerce=read_when)
    many = forms.IntegerField(label=lazy("How many people"), min_value=1, max_value=MOST_PEOPLE, initial=1)

    def __init__(self, purposes: Choices, whens: Choices, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field, choices in (("purpose", purposes), ("when", whens)):
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    def clean_number(self) -> Number:
        """A telephone number or a plate."""
        return told_by(read_number, self.cleaned_data["number"])

    def clean_name(self) -> str:
        """As typed, or ""."""
        name: str = self.cleaned_data["name"]
        return told_by(check_name, name) if name else ""

    def clean_door(self) -> str:
        """As written."""
        return told_by(check_door, self.cleaned_data["door"])


class VisitCodeForm(forms.Form):
    """By what an announced visit is found again."""

    code = forms.CharField(label=lazy("Code of the visit"), max_length=16, widget=forms.TextInput(attrs=NO_AUTOFILL))
    last_four = forms.CharField(
        label=lazy("Last four of the number or plate"), max_length=4, min_length=4,
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )  # fmt: skip


class DeclineForm(forms.Form):
    """Which visit a gate does not let come, and why."""

    visit = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("Why"), max_length=MOST, min_length=2, help_text=lazy("Whoever announced the visit reads this.")
    )


def told_by(read: Callable[[str], Fit], text: str) -> Fit:
    """What `read` makes of `text`; its refusal becomes the field's error."""
    try:
        return read(text)
    except Refusal as refusal:
        raise forms.ValidationError(of_refusal(refusal).text) from refusal
