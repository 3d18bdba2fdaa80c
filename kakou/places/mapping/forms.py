"""What people type about where a place lies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.places.geo import DATUMS, Datum, Position, Shape, ShapeRefused, checked_position, read_shape
from kakou.places.rules import TITLES, ShapeSource
from kakou.web.kit.days import DayField
from kakou.web.kit.importing import SheetForm
from kakou.web.refusals.answers import of_refusal

BAIDU = "bd09"
_TYPED = {"autocomplete": "off", "inputmode": "decimal"}


class _DatumField(forms.ChoiceField):
    """Asked and never guessed; Baidu's is known by name and not taken."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=lazy("Datum of the numbers"),
            choices=lambda: [*((datum.value, _(words)) for datum, words in DATUMS.items()), (BAIDU, _("BD-09: Baidu"))],
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """A Datum."""
        told = super().clean(value)
        if told == BAIDU:
            raise forms.ValidationError(_("Positions of Baidu are not taken. Export them as GCJ-02 or WGS-84."))
        return Datum(told) if told else told


class ShapesForm(SheetForm):
    """A file of shapes."""

    file = forms.FileField(label=lazy("File (.geojson)"), max_length=200)
    datum = _DatumField()
    measured_on = DayField(label=lazy("Measured on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    field_order = ("file", "datum", "measured_on", "dry_run")


class PointForm(forms.Form):
    """Where one place lies, as a point."""

    lon = forms.FloatField(label=lazy("Longitude, degrees"), widget=forms.TextInput(attrs=_TYPED))
    lat = forms.FloatField(label=lazy("Latitude, degrees"), widget=forms.TextInput(attrs=_TYPED))
    datum = _DatumField()
    source = forms.ChoiceField(label=lazy("Who says so"))
    measured_on = DayField(label=lazy("Measured on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    zoom = forms.IntegerField(required=False, min_value=0, max_value=8, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            (one.value, _(TITLES[one])) for one in (ShapeSource.SURVEYED, ShapeSource.PICKED)
        ]

    def clean(self) -> dict[str, Any]:
        """The position in WGS 84 beside what was typed."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if {"lon", "lat", "datum"} <= given.keys():
            try:
                given["at"] = checked_position(given["lon"], given["lat"], given["datum"])
            except ShapeRefused as refused:
                self.add_error("lon", f"{of_refusal(refused).text} {_(refused.fix)}")
        return given

    def shape(self) -> Shape:
        """Of a valid form."""
        at: Position = self.cleaned_data["at"]
        return read_shape({"type": "Point", "coordinates": list(at)})
