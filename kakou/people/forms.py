"""What people type into the register's pages."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.kernel.photos import PhotoRefused, Picture, check_bytes, picture_of
from kakou.people.rules import AttachmentKind, Category, DocumentKind, Facts, Relation, Special
from kakou.web.kit.importing import PastedForm
from kakou.web.refusals.answers import of_refusal

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
RELATIONS: Mapping[Relation, str] = {
    Relation.HEAD: gettext_noop("Head of the household"),
    Relation.SPOUSE: gettext_noop("Spouse"),
    Relation.CHILD: gettext_noop("Child"),
    Relation.GRANDCHILD: gettext_noop("Grandchild"),
    Relation.PARENT: gettext_noop("Parent"),
    Relation.GRANDPARENT: gettext_noop("Grandparent"),
    Relation.SIBLING: gettext_noop("Brother or sister"),
    Relation.RELATIVE: gettext_noop("Another relative"),
    Relation.OTHER: gettext_noop("Not a relative"),
}
SPECIALS: Mapping[Special, str] = {
    Special.NO_PHONE: gettext_noop("Has no phone"),
    Special.ELDERLY: gettext_noop("Elderly"),
    Special.MINOR: gettext_noop("Minor"),
    Special.PREGNANT: gettext_noop("Pregnant"),
    Special.PATIENT: gettext_noop("Patient"),
    Special.EXEMPT: gettext_noop("Exempt"),
}
ATTACHMENTS: Mapping[AttachmentKind, str] = {
    AttachmentKind.PORTRAIT: gettext_noop("The person"),
    AttachmentKind.DOCUMENT: gettext_noop("A document"),
    AttachmentKind.OTHER: gettext_noop("Something else"),
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
    relation = forms.ChoiceField(label=lazy("Relation to the head of the household"), required=False)
    special = forms.MultipleChoiceField(
        label=lazy("To be kept in mind"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, units: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices: dict[str, list[tuple[object, str]]] = {
            "unit": list(units),
            "category": [(one.value, _(text)) for one, text in CATEGORIES.items()],
            "document_kind": [(one.value, _(text)) for one, text in DOCUMENTS.items()],
            "relation": [("", "—"), *((one.value, _(text)) for one, text in RELATIONS.items())],
            "special": [(one.value, _(text)) for one, text in SPECIALS.items()],
        }
        for field, offered in choices.items():
            self.fields[field].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Whoever has a telephone is nobody without one."""
        given: dict[str, object] = super().clean() or self.cleaned_data
        if given.get("phone") and Special.NO_PHONE in list(given.get("special") or ()):  # type: ignore[call-overload]
            self.add_error("special", _("A telephone stands above. Clear it, or take the mark “has no phone” away."))
        return given

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


class ReasonForm(forms.Form):
    """Why a person's data is unmasked; it stands in the audit for good."""

    reason = forms.CharField(
        label=lazy("Why do you need to see it?"),
        max_length=200,
        min_length=4,
        help_text=lazy("The reason is kept with your account and the time, for good."),
    )


class CensusForm(PastedForm):
    """A residents' list, from a file or from the clipboard, and what holds where a row says nothing."""

    how_to_paste = lazy(
        "Copy them with the row of titles, and paste them here. Send a list of many thousands as a file."
    )

    unit = forms.TypedChoiceField(
        label=lazy("Whose list it is"),
        coerce=int,
        help_text=lazy("Whoever stands there without a unit of their own lives here."),
    )
    category = forms.ChoiceField(label=lazy("Who they are, where a row does not say"))
    field_order = ("file", "pasted", "unit", "category")

    def __init__(self, *args: object, units: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (one.value, _(text)) for one, text in CATEGORIES.items()
        ]


class ProxyForm(forms.Form):
    """Who answers for somebody: of the household, or whoever is found by a whole number."""

    member = forms.ChoiceField(label=lazy("Of the household"), required=False)
    number = forms.CharField(
        label=lazy("Or by document or telephone"),
        max_length=64,
        required=False,
        help_text=lazy("For somebody who lives elsewhere. That you looked is kept in the audit."),
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )
    is_guardian = forms.BooleanField(label=lazy("By law (a guardian)"), required=False)

    def __init__(self, *args: object, members: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["member"].choices = [("", "—"), *members]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """One of the two."""
        given: dict[str, object] = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("member")) == bool(given.get("number")):
            raise forms.ValidationError(_("Choose one of the household, or write a number: one of the two."))
        return given


class AttachmentForm(forms.Form):
    """A picture for the record of a person."""

    kind = forms.ChoiceField(label=lazy("What it shows"))
    picture = forms.FileField(
        label=lazy("Picture"),
        max_length=200,
        help_text=lazy("JPEG, PNG or WebP, at most 8 MB. Where and when it was taken is left behind."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (one.value, _(text)) for one, text in ATTACHMENTS.items()
        ]

    def clean_picture(self) -> Picture:
        """The picture alone."""
        given: UploadedFile[bytes] = self.cleaned_data["picture"]
        try:
            check_bytes(given.size or 0)
            return picture_of(given.read())
        except PhotoRefused as refused:
            raise forms.ValidationError(of_refusal(refused).text) from refused
