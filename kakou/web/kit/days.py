"""Days and moments that people type: within a calendar in which every zone and every sum of days has its place."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as lazy

FIRST, LAST = 1900, 2199  # years
_OUTSIDE = lazy("Choose a day between the years 1900 and 2199.")


class DayField(forms.DateField):
    """A day."""

    def to_python(self, value: str | dt.datetime | dt.date | None) -> dt.date | None:
        """Raises ValidationError for a day outside."""
        day: dt.date | None = super().to_python(value)
        if day is not None and not FIRST <= day.year <= LAST:
            raise ValidationError(_OUTSIDE, code="outside")
        return day


class MomentField(forms.DateTimeField):
    """A moment, in the site's zone."""

    def to_python(self, value: str | dt.datetime | dt.date | None) -> dt.datetime | None:
        """Raises ValidationError for a moment outside."""
        try:
            moment: dt.datetime | None = super().to_python(value)
        except OverflowError:
            raise ValidationError(_OUTSIDE, code="outside") from None
        if moment is not None and not FIRST <= moment.year <= LAST:
            raise ValidationError(_OUTSIDE, code="outside")
        return moment
