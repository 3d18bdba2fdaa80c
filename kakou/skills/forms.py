"""What people type into the pages of skills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.audit.rules import checked_reason
from kakou.ledger.forms import told_by
from kakou.people.forms import NO_AUTOFILL
from kakou.people.models import Person
from kakou.people.queries import person_at
from kakou.services.pages.words import ratings
from kakou.services.rules import Rating
from kakou.skills.pages.words import skills
from kakou.skills.rules import Skill, checked_minutes
from kakou.web.kit.days import DayField, MomentField

Choices = list[tuple[str, str]]


class _OfSkill(forms.Form):
    """What asks for one skill."""

    skill = forms.TypedChoiceField(label=lazy("Skill or licence"), coerce=Skill)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].choices = skills()  # type: ignore[attr-defined]


class LicenceForm(_OfSkill):
    """A licence that is written down."""

    who = forms.CharField(
        label=lazy("Whose"),
        max_length=64,
        help_text=lazy("Telephone number, document number or name of somebody in the register."),
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )
    number = forms.CharField(
        label=lazy("Number of the licence"), max_length=48, required=False,
        help_text=lazy("Sealed; shown with stars. Empty for an ability without a paper."),
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )  # fmt: skip
    expires_on = DayField(
        label=lazy("Last day on which it holds"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    is_seen = forms.BooleanField(label=lazy("I have the original before me"), required=False)
    has_agreed = forms.BooleanField(label=lazy("The bearer agrees to be asked for help"), required=False)
    field_order = ("who", "skill")

    def __init__(self, *args: Any, find: Callable[[str], list[UUID]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find = find

    def clean_who(self) -> Person:
        """The one person of the register that is meant."""
        found: list[UUID] = told_by(self.find, self.cleaned_data["who"])
        if not found:
            raise forms.ValidationError(_("Nobody in your register is found by that. Register the person first."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people are found by that. Write the telephone or document number."))
        return person_at(found[0])


class CallForm(_OfSkill):
    """Who is needed, for which request."""

    order = forms.TypedChoiceField(label=lazy("For which request"), coerce=UUID)
    needed_at = MomentField(
        label=lazy("From when"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    note = forms.CharField(
        label=lazy("What is to be done? (may be left out)"), max_length=120, required=False,
        help_text=lazy("Whoever is asked reads it. No names, numbers or addresses in it."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("order", "skill")

    def __init__(self, *args: Any, orders: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].choices = orders  # type: ignore[attr-defined]

    def clean_note(self) -> str:
        """As an audit reason, or ""."""
        note: str = self.cleaned_data["note"]
        return told_by(checked_reason, note) if note.strip() else ""


class AskForm(forms.Form):
    """Whom of the candidates to ask."""

    person = forms.TypedMultipleChoiceField(
        label=lazy("Who can"), coerce=UUID, error_messages={"required": lazy("Choose at least one helper.")}
    )

    def __init__(self, *args: Any, persons: list[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(one), "") for one in persons]  # type: ignore[attr-defined]


class ServedForm(forms.Form):
    """How long somebody helped."""

    minutes = forms.IntegerField(label=lazy("How many minutes did it take?"), min_value=1)

    def clean_minutes(self) -> int:
        """At most a day."""
        return told_by(lambda _: checked_minutes(self.cleaned_data["minutes"]), "")


class HelperRatingForm(forms.Form):
    """What whoever needed the helper says."""

    rating = forms.TypedChoiceField(
        label=lazy("What does whoever needed the helper say?"), coerce=Rating, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rating"].choices = ratings()  # type: ignore[attr-defined]


def begins(at: dt.datetime) -> str:
    """A moment as its field shows it."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")
