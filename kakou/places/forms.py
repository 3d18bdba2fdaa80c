"""What people type into the pages of places."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.kernel.photos import PhotoRefused, Picture, check_bytes, picture_of
from kakou.places.rules import TITLES, EntranceState, Management
from kakou.web.kit.days import DayField, MomentField
from kakou.web.refusals.answers import of_refusal


def _choices(kind: type[EntranceState] | type[Management]) -> list[tuple[str, str]]:
    return [(value.value, _(TITLES[value])) for value in kind]


class StateForm(forms.Form):
    """Staffed, sealed with what, emergency only, shut."""

    state = forms.ChoiceField(label=lazy("State"))
    material = forms.CharField(
        label=lazy("Sealed with"), max_length=64, required=False, help_text=lazy("Only for a sealed entrance.")
    )

    sealed_on = DayField(
        label=lazy("Sealed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=lazy("Leave empty for today."),
    )
    opener = forms.TypedChoiceField(
        label=lazy("Opens it in an emergency"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=lazy("For the fire brigade and an ambulance: somebody who has an account here."),
    )
    photo = forms.FileField(
        label=lazy("Photo of the seal"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: object, openers: Sequence[tuple[int, str]] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["state"].choices = _choices(EntranceState)  # type: ignore[attr-defined]
        self.fields["opener"].choices = [("", "—"), *openers]  # type: ignore[attr-defined]

    def clean_photo(self) -> Picture | None:
        """The picture alone."""
        given: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        if given is None:
            return None
        try:
            check_bytes(given.size or 0)
            return picture_of(given.read())
        except PhotoRefused as refusal:
            raise forms.ValidationError(of_refusal(refusal).text) from refusal


class ManagementForm(forms.Form):
    """Under which rule a unit stands, from when, until when."""

    management = forms.ChoiceField(label=lazy("Rule"))
    starts_at = MomentField(
        label=lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    ends_at = MomentField(
        label=lazy("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=lazy("Leave empty while nobody knows."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["management"].choices = _choices(Management)  # type: ignore[attr-defined]
