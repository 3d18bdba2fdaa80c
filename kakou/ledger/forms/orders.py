"""What people type about work orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.access.pages import nodes_held
from kakou.access.rules import Permission
from kakou.kernel.photos import PhotoRefused, Picture, check_bytes, picture_of
from kakou.ledger.forms import MOST
from kakou.people.forms import NO_AUTOFILL
from kakou.places.queries import units_on
from kakou.web.kit.days import DayField, MomentField
from kakou.web.refusals.answers import of_refusal
from kakou.workorders.rules import Kind, Proof

LONGEST = dt.timedelta(days=366)
# facts that closing may have to state, as questions; a kind that names others shows their code
EVIDENCE = {
    "finding": gettext_noop("What was found out or done"),
    "recorder_said": gettext_noop("What did the recorder say?"),
    "thermometer": gettext_noop("How was the thermometer tried again, and what did it show?"),
    "called": gettext_noop("What was said on the telephone, and what was arranged?"),
    "whereabouts": gettext_noop("Where is this person now?"),
    "emergency": gettext_noop("What was the emergency, and who was it? By what he was written down, no name here."),
    "household_said": gettext_noop("What did the household say, and what was agreed?"),
    "answer": gettext_noop("What was done? Whoever reported reads it"),
    "occupants": gettext_noop("Who else sat in it, by what they are to the driver, and where are they now?"),
}


class EvidenceForm(forms.Form):
    """What was found out or done: a box for every fact that closing this kind of order must state. `opens`: it is what
    comes next, and is written into at once; not `needed`: it was answered, and no more must be said."""

    def __init__(self, kind: Kind, *args: object, opens: bool = False, needed: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in sorted(kind.evidence) or ["finding"]:
            self.fields[name] = forms.CharField(
                label=_(EVIDENCE.get(name, name)),
                max_length=MOST,
                required=needed,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("No names, numbers or addresses: they are in the record already."),
            )
        if opens:
            next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def evidence(self) -> dict[str, str]:
        """Fact → text."""
        return {name: str(text) for name, text in self.cleaned_data.items()}


class NoteForm(forms.Form):
    """What was tried so far."""

    text = forms.CharField(label=lazy("What was tried"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 2}))


class ReopenForm(forms.Form):
    """Why it was closed too early."""

    reason = forms.CharField(label=lazy("Why is it not settled?"), max_length=MOST, min_length=2)


class UnitForm(forms.Form):
    """To which unit an order is dispatched: one that the reader sees."""

    unit = forms.TypedChoiceField(label=lazy("Unit"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_on(nodes_held(Permission.SEE_PLACES))
        self.fields["unit"].choices = [(unit.node_id, unit.name) for unit in units]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why an order is given back."""

    why = forms.CharField(label=lazy("Why"), max_length=MOST)


class WaitForm(WhyForm):
    """Until when an order waits, and for whom."""

    until = MomentField(
        label=lazy("Until when"), help_text=lazy("It goes on by itself then: within the next 30 days."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    field_order = ("until", "why")


class RemarkForm(forms.Form):
    """What somebody found who looked whether an answer is so."""

    remark = forms.CharField(label=lazy("Remark"), required=False, max_length=MOST)


class OwnerForm(forms.Form):
    """Who answers for an order from now on: one of those who may close it."""

    owner = forms.TypedChoiceField(label=lazy("Who answers for it"), coerce=int)

    def __init__(self, *args: object, closers: Sequence[tuple[object, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        owner = self.fields["owner"]
        assert isinstance(owner, forms.TypedChoiceField)
        owner.choices = closers


class HelperForm(forms.Form):
    """Who helps with an order: one of those who see it."""

    helper = forms.TypedChoiceField(label=lazy("Who helps"), coerce=int)

    def __init__(self, *args: object, others: Sequence[tuple[object, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["helper"].choices = others  # type: ignore[attr-defined]


class DuplicateForm(forms.Form):
    """Which other open order is about the same."""

    of = forms.TypedChoiceField(label=lazy("It is about the same as"), coerce=UUID, widget=forms.RadioSelect)

    def __init__(self, *args: object, others: Sequence[tuple[object, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["of"].choices = others  # type: ignore[attr-defined]


# proof that is typed; a photo and a signature come from where they are made
READ: Mapping[Proof, tuple[Any, Any]] = {
    Proof.READING: (lazy("Reading"), lazy("A number, as the instrument shows it.")),
    Proof.POSITION: (lazy("Position"), lazy("Latitude,longitude in degrees: 33.9012,117.9543")),
}


class ProofForm(forms.Form):
    """One proof that is read off and typed."""

    ref = forms.CharField(max_length=32, widget=forms.TextInput(attrs=NO_AUTOFILL))

    def __init__(self, proof: Proof, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["ref"].label, self.fields["ref"].help_text = READ[proof]


# proof that is a picture
PICTURED: Mapping[Proof, tuple[Any, Any]] = {
    Proof.PHOTO: (lazy("Photo"), lazy("JPEG, PNG or WebP, at most 8 MB. Where it was taken is removed from it.")),
    Proof.SIGNATURE: (lazy("Signature"), lazy("Sign in the field, or choose a picture of the signed paper.")),
}


class PictureForm(forms.Form):
    """A photo or a signature; what is kept of it is the picture alone."""

    picture = forms.FileField(max_length=200)

    def __init__(self, proof: Proof, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["picture"]
        field.label, field.help_text = PICTURED[proof]
        attrs = {"accept": "image/jpeg,image/png,image/webp"}
        if proof is Proof.PHOTO:
            attrs["capture"] = "environment"  # the camera that looks away from whoever holds the phone
        field.widget = forms.FileInput(attrs=attrs)

    def clean_picture(self) -> Picture:
        """Refused is what is too large before it is read, and what is no picture."""
        given: UploadedFile[bytes] = self.cleaned_data["picture"]
        try:
            check_bytes(given.size or 0)
            return picture_of(given.read())
        except PhotoRefused as refused:
            raise forms.ValidationError(of_refusal(refused).text) from refused


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SpanForm(forms.Form):
    """From which day to which."""

    since = DayField(label=lazy("From"), widget=_day())
    until = DayField(label=lazy("Until"), widget=_day())

    def clean(self) -> dict[str, Any]:
        """The end is no earlier than the beginning, and a year is the most."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and not dt.timedelta(0) <= until - since <= LONGEST:
            self.add_error("until", _("Choose a day from the first one on, a year later at most."))
        return given
