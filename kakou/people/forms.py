"""What people type into the register's pages."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.people.rules import Category, DocumentKind, Facts, Special

CATEGORIES: Mapping[Category, str] = {
    Category.RESIDENT_REGISTERED: gettext_noop("Resident, registered here"),
    Category.RESIDENT_NONLOCAL: gettext_noop("Resident, registered elsewhere"),
    Category.ARRIVAL: gettext_noop("New arrival"),
    Category.VISITOR: gettext_noop("Visitor"),
    Category.WORKER: gettext_noop("Worker"),
    Category.DRIVER: gettext_noop("Driver"),
    Category.UNKNOWN: gettext_noop("Not known"),
}
DOCUMENTS: Mapping[DocumentKind, str] = {
    DocumentKind.RESIDENT_ID: gettext_noop("Resident identity card"),
    DocumentKind.HK_MACAO_PERMIT: gettext_noop("Hong Kong or Macao permit"),
    DocumentKind.TAIWAN_PERMIT: gettext_noop("Taiwan permit"),
    DocumentKind.TAIWAN_SINGLE_ENTRY: gettext_noop("Taiwan permit, single entry"),
    DocumentKind.PASSPORT: gettext_noop("Passport"),
    DocumentKind.PERMANENT_RESIDENCE: gettext_noop("Permanent residence card"),
    DocumentKind.OTHER: gettext_noop("Another document"),
}
SPECIALS: Mapping[Special, str] = {
    Special.NO_PHONE: gettext_noop("Has no phone"),
    Special.ELDERLY: gettext_noop("Elderly"),
    Special.MINOR: gettext_noop("Minor"),
    Special.PREGNANT: gettext_noop("Pregnant"),
    Special.PATIENT: gettext_noop("Patient"),
    Special.EXEMPT: gettext_noop("Exempt"),
}
NO_AUTOFILL = {"autocomplete": "off"}  # a shared computer at the community office remembers nobody


class PersonForm(forms.Form):
    """A person as they show their papers. Empty, where they have none."""

    unit = forms.TypedChoiceField(label=lazy("Lives or works at"), coerce=int)
    category = forms.ChoiceField(label=lazy("Who they are here"))
    name = forms.CharField(label=lazy("Name"), max_length=200, widget=forms.TextInput(attrs=NO_AUTOFILL))
    document_kind = forms.ChoiceField(label=lazy("Document"), required=False)
    document = forms.CharField(
        label=lazy("Document number"), max_length=64, required=False, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )
    phone = forms.CharField(
        label=lazy("Telephone"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "type": "tel"}),
    )
    address = forms.CharField(
        label=lazy("Building and door"), max_length=200, required=False, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )
    special = forms.MultipleChoiceField(
        label=lazy("To be kept in mind"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, units: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices: dict[str, list[tuple[object, str]]] = {
            "unit": list(units),
            "category": [(one.value, _(text)) for one, text in CATEGORIES.items()],
            "document_kind": [(one.value, _(text)) for one, text in DOCUMENTS.items()],
            "special": [(one.value, _(text)) for one, text in SPECIALS.items()],
        }
        for field, offered in choices.items():
            self.fields[field].choices = offered  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """What was typed, unchecked: the register's own rules judge it."""
        given = self.cleaned_data
        kind = given["document_kind"] or DocumentKind.RESIDENT_ID.value
        return Facts(
            name=given["name"],
            document=(kind, given["document"]) if given["document"] else None,
            phone=given["phone"] or None,
            address=given["address"] or None,
        )
