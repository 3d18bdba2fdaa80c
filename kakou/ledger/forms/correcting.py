"""What a person at the desk says that a passage was, instead of what the ledger says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, get_args

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.forms import MOST, PHONE, PLATE
from kakou.ledger.lane import codes
from kakou.ledger.rules import NOBODY, takes_back
from kakou.people.forms import DOCUMENTS, NO_AUTOFILL
from kakou.screening.rules import TEMPERATURE_RANGE
from kakou.web.kit.days import MomentField

_COLDEST, _HOTTEST = (Decimal(tenths) / 10 for tenths in TEMPERATURE_RANGE)
LOOKS = {
    "health": codes.HealthWord, "travel": codes.TravelWord, "vaccination": codes.VaccinationWord,
    "origin": codes.OriginWord, "mask": codes.MaskWord,
}  # fmt: skip
NOBODY_WAS = "nobody"
_MOMENT = "%Y-%m-%dT%H:%M:%S"
_SEEN = (
    "direction", "crossed", "override", "happened", "aboard", "temperature", "health", "travel", "vaccination", "doses",
    "origin", "mask",
)  # fmt: skip
_WHO = ("known_by", "number", "name")
_LOOKS = (*LOOKS, "temperature")
_OF_PEOPLE, _OF_VEHICLES = (*_LOOKS, "doses"), ("aboard",)


class _Happened(MomentField):
    """`kept` where nobody touched it: in the hour that comes twice, when clocks are put back, no text says which."""

    kept: dt.datetime | None = None

    def to_python(self, value: str | dt.datetime | dt.date | None) -> dt.datetime | None:
        """Browsers leave seconds out where there are none."""
        if self.kept is not None and isinstance(value, str):
            shown = timezone.localtime(self.kept).strftime(_MOMENT)
            if value in (shown, shown.removesuffix(":00")):
                return self.kept
        return super().to_python(value)


class CorrectionForm(forms.Form):
    """Filled with what the ledger says; who it was stays, unless somebody else is typed."""

    direction = forms.ChoiceField(
        label=lazy("Way"), choices=[("in", lazy("In")), ("out", lazy("Out")), ("through", lazy("Passing by"))]
    )
    crossed = forms.ChoiceField(
        label=lazy("Did they pass?"),
        choices=[
            ("yes", lazy("They passed")),
            ("no", lazy("They did not pass")),
            (NOBODY_WAS, lazy("Nobody was there: take the row back")),
        ],
    )
    override = forms.CharField(
        label=lazy("Why were they let pass?"), required=False, max_length=MOST,
        help_text=lazy("Needed where the verdict at the gate was not to let them pass. Empty: as it was written."),
    )  # fmt: skip
    happened = _Happened(
        label=lazy("When did it happen?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=_MOMENT),
    )
    temperature = forms.DecimalField(
        label=lazy("Temperature in °C"), required=False, min_value=_COLDEST, max_value=_HOTTEST, decimal_places=1,
        help_text=lazy("Empty: not taken."),
    )  # fmt: skip
    health = forms.ChoiceField(label=lazy("Health code"), required=False)
    travel = forms.ChoiceField(label=lazy("Travel card"), required=False)
    vaccination = forms.ChoiceField(label=lazy("Vaccination"), required=False)
    doses = forms.IntegerField(label=lazy("Doses"), required=False, min_value=0, max_value=9)
    origin = forms.ChoiceField(label=lazy("Where from"), required=False)
    mask = forms.ChoiceField(label=lazy("Mask"), required=False)
    aboard = forms.IntegerField(
        label=lazy("How many sat in it, the driver too"), required=False, min_value=1, max_value=99,
        help_text=lazy("Empty: not counted."),
    )  # fmt: skip
    known_by = forms.ChoiceField(label=lazy("It was somebody else, known by"), required=False)
    number = forms.CharField(
        label=lazy("Number or plate"), required=False, max_length=32, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )
    name = forms.CharField(label=lazy("Name"), required=False, max_length=64, widget=forms.TextInput(attrs=NO_AUTOFILL))
    reason = forms.CharField(
        label=lazy("Why is it corrected?"),
        help_text=lazy("Kept with your name. No names, numbers or addresses here."),
        max_length=MOST,
        min_length=2,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=2000)

    def __init__(self, *args: Any, words: Callable[[str, str], str], now: dt.datetime, is_person: bool, **kwargs: Any):
        """`words`: a look and its value in the words of the rules."""
        super().__init__(*args, **kwargs)
        self._now = now
        for look, values in LOOKS.items():
            said = [(value, words(look, value)) for value in get_args(values)]
            self._offer(look, [("", _("Not looked at")), *said])
        documents = [(kind.value, _(text)) for kind, text in DOCUMENTS.items()]
        others = [(PHONE, _("Telephone")), (PLATE, _("Plate"))]
        self._offer("known_by", [("", _("Nobody else: as it is")), *documents, *others])
        for name in _OF_VEHICLES if is_person else _OF_PEOPLE:
            del self.fields[name]
        kept: _Happened = self.fields["happened"]  # type: ignore[assignment]
        kept.kept = self.initial.get("happened")

    def what(self) -> Iterator[BoundField]:
        """What happened."""
        return (self[name] for name in _SEEN if name in self.fields)

    def who(self) -> Iterator[BoundField]:
        """To whom."""
        return (self[name] for name in _WHO)

    def clean_happened(self) -> dt.datetime:
        """Nothing is recorded before it happens."""
        happened: dt.datetime = self.cleaned_data["happened"]
        if happened > self._now:
            raise forms.ValidationError(_("This has not happened yet. Check the date."))
        return happened

    def clean(self) -> dict[str, Any] | None:
        """A number needs its kind, a kind its number."""
        given = super().clean() or {}
        kind, number = given.get("known_by"), given.get("number")
        if kind and not number:
            self.add_error("number", _("Say the number or the plate."))
        if (number or given.get("name")) and not kind:
            self.add_error("known_by", _("Say what kind of number it is."))
        if (given.get("direction"), given.get("crossed")) == ("through", "no"):
            self.add_error("direction", _("Say which way they were about to go, or below that nobody was there."))
        return given

    def change(self, start: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, as members of an item on the wire; what was not is as in `start`, the row with which the form
        was filled (`queries.versions.said`): who it was and why he was let pass stand in no form.

        A moment that was not touched keeps its milliseconds.
        """
        given = self.cleaned_data
        happened, before = to_ms(given["happened"]), moment_of(start)
        told = {
            "direction": given["direction"], "crossed": given["crossed"] == "yes",
            "checks": self._checks(start["checks"]), "skipped": start.get("skipped"),
            "override": given["override"] or start.get("override"), "subject": self._subject() or start["subject"],
            "happened": before if happened // 1000 == before // 1000 else happened,
        }  # fmt: skip
        told |= {name: given[name] for name in _OF_VEHICLES if name in self.fields}
        return told | dict(NOBODY) if given["crossed"] == NOBODY_WAS else told

    def _checks(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """A look that is said to have been another keeps nothing of what was noted about it."""
        checks = dict(before)
        for look in _LOOKS:
            if look not in self.fields:
                continue
            given = self.cleaned_data[look]
            value = int(given * 10) if isinstance(given, Decimal) else given or None
            if value != before.get(look):
                checks = {name: was for name, was in checks.items() if name not in (look, *_NOTED.get(look, ()))}
                checks |= {} if value is None else {look: value}
        doses = {"doses": self.cleaned_data.get("doses")} if "doses" in self.fields else {}
        return {name: value for name, value in {**checks, **doses}.items() if value is not None}

    def _subject(self) -> dict[str, Any] | None:
        kind, number, name = (self.cleaned_data[field] or None for field in _WHO)
        if kind is None:
            return None
        if kind == PLATE:
            return {"kind": "vehicle", "plate": number}
        shown = {"phone": number} if kind == PHONE else {"document": {"kind": kind, "no": number}}
        return {"kind": "person", **shown} | ({"name": name} if name else {})

    def _offer(self, field: str, choices: Sequence[tuple[str, object]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]


# what stands on the wire beside a look and is about it
_NOTED: Mapping[str, tuple[str, ...]] = {
    "health": ("health_at", "health_how", "health_region"),
    "travel": ("travel_at", "travel_how"),
    "vaccination": ("doses", "dose_on", "vaccine"),
    "origin": ("origin_from",),
    "mask": ("mask_corrected", "mask_guided"),
    "temperature": ("temperature_at", "temperature_by", "thermometer"),
}


def moment_of(said: Mapping[str, Any]) -> int:
    """When it happened by the server's clock, epoch ms."""
    happened: int = said["at"] + said["offset"]
    return happened


def as_said(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the form is filled with."""
    checks = said["checks"]
    heat = checks.get("temperature")
    way, crossed = codes.DIRECTIONS[said["direction"]], said["crossed"]
    is_nobody = takes_back(corrects=said.get("corrects"), direction=way, crossed=crossed)
    return {
        "direction": said["direction"], "crossed": NOBODY_WAS if is_nobody else "yes" if crossed else "no",
        "happened": from_ms(moment_of(said)),
        "temperature": None if heat is None else Decimal(heat) / 10, **{look: checks.get(look, "") for look in LOOKS},
        "doses": checks.get("doses"), "aboard": said.get("aboard"),
    }  # fmt: skip
