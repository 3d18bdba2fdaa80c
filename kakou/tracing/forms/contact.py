"""One contact as told in an interview: who, when last together, of which case, as what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.people.forms import DOCUMENTS, NO_AUTOFILL
from kakou.people.rules import DocumentKind, Facts
from kakou.tracing.pages.words import GRADES
from kakou.tracing.policy import Grade
from kakou.tracing.sheets import MomentRefused, read_moment
from kakou.web.queries import site_zone

NEW, UNKNOWN = "new", "unknown"


class MomentField(forms.CharField):
    """A moment in the past, as line lists write it: faster to type than to choose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=40, widget=forms.TextInput(attrs=NO_AUTOFILL), **kwargs)
        self.at = dt.datetime.min.replace(tzinfo=dt.UTC)  # set by the form: no clock in here

    def clean(self, value: Any) -> Any:
        """The moment, in UTC."""
        text = super().clean(value)
        try:
            return read_moment(text, zone=site_zone(), at=self.at) if text else None
        except MomentRefused as refused:
            raise forms.ValidationError(_(refused.text) % refused.params + " " + _(refused.fix)) from refused


class ContactForm(forms.Form):
    """The fields that stand from the first, and are kept for the next contact but for the first of them."""

    words = forms.CharField(
        label=lazy("Who"), max_length=64, widget=forms.TextInput(attrs={**NO_AUTOFILL, "spellcheck": "false"}),
        help_text=lazy("Name, initials, last four, document or telephone; then Enter."),
    )  # fmt: skip
    last = MomentField(label=lazy("Last time together"), help_text=lazy("As 08-09 14:30, 8月9日, or 2021-08-09 14:30."))
    grade = forms.ChoiceField(label=lazy("As what"))
    case = forms.ChoiceField(label=lazy("Of which case"))

    def __init__(self, *args: Any, cases: Sequence[tuple[str, str]], now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].at = now  # type: ignore[attr-defined]
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            (grade.value, _(sign.msgid)) for grade, sign in GRADES.items() if grade is not Grade.NONE
        ]
        self.fields["case"].choices = [*cases, (UNKNOWN, _("not known"))]  # type: ignore[attr-defined]

    def source(self) -> UUID | None:
        """The case, None for not known."""
        given = self.cleaned_data["case"]
        return None if given == UNKNOWN else UUID(given)


class NewcomerForm(forms.Form):
    """Who is in no register yet. What is not known stays empty."""

    name = forms.CharField(label=lazy("Name"), max_length=64, widget=forms.TextInput(attrs=NO_AUTOFILL))
    phone = forms.CharField(
        label=lazy("Telephone"), max_length=32, required=False,
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "type": "tel"}),
    )  # fmt: skip
    document = forms.CharField(
        label=lazy("Document number"), max_length=64, required=False, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )
    document_kind = forms.ChoiceField(label=lazy("Document"), required=False)
    unit = forms.TypedChoiceField(label=lazy("Lives or works at"), coerce=int)
    address = forms.CharField(
        label=lazy("Building and door"), max_length=200, required=False, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["document_kind"].choices = [(kind.value, _(word)) for kind, word in DOCUMENTS.items()]  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """What was typed, unchecked: the register's own rules judge it."""
        given = self.cleaned_data
        kind = given["document_kind"] or DocumentKind.RESIDENT_ID.value
        return Facts(
            given["name"], (kind, given["document"]) if given["document"] else None, given["phone"] or None,
            given["address"] or None,
        )  # fmt: skip


def guessed(words: str) -> dict[str, str]:
    """What was looked for, as the field that it is likeliest to be of somebody new."""
    digits = words.removeprefix("+86")
    if digits[:1].isdigit() and len(digits) in (15, 18):
        return {"document": words}
    return {"phone": words} if digits.isdecimal() else {"name": words}
