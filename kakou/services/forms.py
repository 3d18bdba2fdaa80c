"""What people type into the pages of services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import gettext_noop

from kakou.access.pages import nodes_held
from kakou.access.rules import Permission
from kakou.audit.rules import REASON_LENGTH
from kakou.ledger.forms import told_by
from kakou.people.rules import check_name, normalise_phone
from kakou.places.geo import Position, ShapeRefused, checked_position
from kakou.places.queries import units_on
from kakou.services.pages.words import categories, channels, ratings
from kakou.services.rules import (
    LONGEST,
    LONGEST_TYPED,
    MOST_BYTES,
    WAYS,
    Category,
    Channel,
    Contact,
    InletKind,
    PhotoRefused,
    Picture,
    Rating,
    checked_text,
    picture_of,
    read_code,
)

_TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_KEPT = gettext_noop("Leave it empty to keep what is there: it is sealed and shown to nobody.")
NO_AUTOFILL = {"autocomplete": "off"}  # a shared computer remembers nobody
PICTURES = "image/jpeg,image/png,image/webp"


class _Told(forms.Form):
    """What both sheets ask."""

    category = forms.TypedChoiceField(label=lazy("What is it about?"), coerce=Category, widget=forms.RadioSelect)
    text = forms.CharField(
        label=lazy("What happened, or what do you need?"),
        max_length=LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=lazy("Say where exactly: building, floor, door."),
    )
    wants_word = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, reach: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        """`reach`: by what people may be written to from there, of "phone" and "email"."""
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = categories()  # type: ignore[attr-defined]
        if not reach & self._known_by():
            del self.fields["wants_word"]

    def _known_by(self) -> frozenset[str]:
        """By what whoever reports may be known here."""
        return frozenset({"phone"})

    def clean_text(self) -> str:
        """With its line breaks."""
        return told_by(checked_text, self.cleaned_data["text"])

    def clean_phone(self) -> str:
        """As compared; "" where it may be left out."""
        phone: str = self.cleaned_data["phone"]
        return told_by(normalise_phone, phone) if phone else ""

    def clean_name(self) -> str:
        """As typed, or ""."""
        name: str = self.cleaned_data["name"]
        return told_by(check_name, name) if name else ""

    @property
    def asks_for_word(self) -> bool:
        """Of a valid form: does whoever reports want to be told?"""
        return bool(self.cleaned_data.get("wants_word"))

    def contact(self) -> Contact:
        """Who reports."""
        return Contact(self.cleaned_data["phone"], self.cleaned_data["name"])


class ReportForm(_Told):
    """A request of somebody without an account."""

    phone = forms.CharField(
        label=lazy("Your telephone number"),
        max_length=32,
        help_text=lazy("To call you back; with its last four digits you see what became of it."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    name = forms.CharField(
        label=lazy("Your name (may be left out)"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    photo = forms.FileField(
        label=lazy("A photo (may be left out)"),
        required=False,
        help_text=lazy("JPEG, PNG or WebP, at most 8 MB. Where it was taken is removed from it."),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    wants_word = forms.BooleanField(
        label=lazy("Send me a text message when something happens with it"),
        required=False,
        initial=True,
        help_text=lazy("When it is received, answered and settled. You can stop it at any time where you follow it."),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    field_order = ("category", "text", "phone", "wants_word", "name", "photo")

    @property
    def point(self) -> Position | None:
        """Of a valid form, where exactly it is; None where nobody said."""
        return point_in(self.cleaned_data.get("lon"), self.cleaned_data.get("lat"))

    def clean_photo(self) -> Picture | None:
        """The picture alone."""
        given: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        if given is None:
            return None
        return told_by(lambda _name: _picture(given), "")


def point_in(lon: float | None, lat: float | None) -> Position | None:
    """None for nothing and for what lies nowhere here: nobody typed it, so nobody can mend it."""
    try:
        return None if lon is None or lat is None else checked_position(lon, lat)
    except ShapeRefused:
        return None


class NearForm(forms.Form):
    """Where a browser says that it is, in WGS 84."""

    lon, lat = forms.FloatField(), forms.FloatField()


def _picture(given: UploadedFile[bytes]) -> Picture:
    if (given.size or 0) > MOST_BYTES:
        raise PhotoRefused("The photo is larger than %(most)d MB. Send a smaller one.", most=MOST_BYTES >> 20)
    return picture_of(given.read())


class _ForSomebody(_Told):
    """A request that staff write down for whoever said it."""

    unit = forms.TypedChoiceField(label=lazy("Where"), coerce=int)
    phone = forms.CharField(
        label=lazy("Their telephone number (may be left out)"),
        max_length=32,
        required=False,
        help_text=lazy("Without it nobody can follow the request by its code."),
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "type": "tel"}),
    )
    name = forms.CharField(
        label=lazy("Their name (may be left out)"), max_length=64, required=False,
        widget=forms.TextInput(attrs=NO_AUTOFILL),
    )  # fmt: skip
    wants_word = forms.BooleanField(
        label=lazy("They want to be told by message what becomes of it"), required=False, initial=True,
        help_text=lazy("Ask them. Without a number nobody is told; they can stop it where they follow it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = _units(Permission.CLOSE_ORDERS)  # type: ignore[attr-defined]


class RecordForm(_ForSomebody):
    """A request of somebody who telephoned or came by."""

    channel = forms.TypedChoiceField(label=lazy("How it came in"), coerce=Channel)
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("unit", "channel", "category", "text", "phone", "wants_word", "name", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channels()  # type: ignore[attr-defined]


class LetterForm(_ForSomebody):
    """A letter that lay in a box of an office."""

    box = forms.CharField(
        label=lazy("In which letterbox did it lie?"),
        max_length=64,
        help_text=lazy("As it is called on it, such as: box at the east gate"),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("box", "unit", "category", "text", "phone", "wants_word", "name", "key")


class PasteForm(forms.Form):
    """Messages as they were copied out of a group."""

    unit = forms.TypedChoiceField(label=lazy("Whose group is it?"), coerce=int)
    text = forms.CharField(
        label=lazy("The messages, as you copied them"),
        widget=forms.Textarea(attrs={"rows": 12, **NO_AUTOFILL}),
        help_text=lazy("One or many, with names and times. Nothing is opened before you have looked at each."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = _units(Permission.CLOSE_ORDERS, Permission.SEE_PEOPLE)  # type: ignore[attr-defined]


class TakeForm(_ForSomebody):
    """What a message asks for, as whoever decides about it says."""

    field_order = ("text", "unit", "category", "phone", "wants_word", "name")

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        self._email = email
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.validators = [MaxLengthValidator(LONGEST)]
        text.widget.attrs["maxlength"] = str(LONGEST)

    def _known_by(self) -> frozenset[str]:
        return super()._known_by() | ({"email"} if self._email else set())

    def contact(self) -> Contact:
        """Who reports, with the address that the message came from."""
        return Contact(self.cleaned_data["phone"], self.cleaned_data["name"], self._email)


class LeaveForm(forms.Form):
    """Why nothing is done about a message."""

    reason = forms.CharField(
        label=lazy("Why is it discarded?"), max_length=REASON_LENGTH, min_length=2,
        help_text=lazy("For example: asks for nothing, known already, meant for somebody else."),
    )  # fmt: skip


class InletForm(forms.Form):
    """A way in of one kind. What is sealed is never shown again: leaving it empty keeps it."""

    unit = forms.TypedChoiceField(label=lazy("Whose messages come in by it?"), coerce=int)
    name = forms.CharField(
        label=lazy("Its name"), max_length=64, help_text=lazy("As people call it, such as: group of the garden")
    )

    def __init__(self, data: Any = None, *, kind: InletKind, is_set_up: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._parts = WAYS[kind].parts
        if is_set_up:
            del self.fields["unit"]
        else:
            self.fields["unit"].choices = _units(Permission.MANAGE_NOTICES)  # type: ignore[attr-defined]
        for name, part in self._parts.items():
            is_kept = is_set_up and part.secret
            self.fields[name] = forms.CharField(
                label=_(part.words), max_length=500, required=part.needed and not part.usual and not is_kept,
                initial=part.usual,
                widget=(forms.PasswordInput if part.secret else forms.TextInput)(attrs=_TYPED),
                help_text=_(_KEPT) if is_kept else "" if part.needed else _("May be left out."),
            )  # fmt: skip

    @property
    def known(self) -> dict[str, str]:
        """Of a valid form, what it is known by."""
        return {name: self.cleaned_data[name] for name in self._parts}


class KeyForm(forms.Form):
    """A key for a program that reports."""

    unit = forms.TypedChoiceField(label=lazy("For which places it reports: here and below"), coerce=int)
    name = forms.CharField(
        label=lazy("Which program is it for?"), max_length=64, widget=forms.TextInput(attrs=NO_AUTOFILL)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = _units(Permission.MANAGE_STAFF)  # type: ignore[attr-defined]


def _units(*permissions: Permission) -> list[tuple[int, str]]:
    nodes = set.intersection(*(set(nodes_held(permission)) for permission in permissions))
    return [(unit.node_id, unit.name) for unit in units_on(nodes)]


class FollowForm(forms.Form):
    """By what a request is found again."""

    code = forms.CharField(
        label=lazy("Code of the request"), max_length=20,
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "inputmode": "numeric"}),
    )  # fmt: skip
    last_four = forms.CharField(
        label=lazy("Last four digits of your telephone number, or all of it"), max_length=190, min_length=4,
        widget=forms.TextInput(attrs={**NO_AUTOFILL, "inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, by_mail: bool = False, **kwargs: Any) -> None:
        """`by_mail`: for whoever gave an address of mail and no number."""
        super().__init__(*args, **kwargs)
        if by_mail:
            self.fields["last_four"].label = _("The address of mail that you gave")
            self.fields["last_four"].widget.attrs["inputmode"] = "email"

    def clean_code(self) -> str:
        """Nine digits whose last one fits."""
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("This is no code of a request. It has nine digits; check each of them."))
        return code


class RateForm(forms.Form):
    """What whoever reported thinks of the answer."""

    rating = forms.TypedChoiceField(
        label=lazy("Are you satisfied with the answer?"), coerce=Rating, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=lazy("What is missing? (may be left out)"), max_length=LONGEST_TYPED, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rating"].choices = ratings()  # type: ignore[attr-defined]

    def clean_remark(self) -> str:
        """With its line breaks, or ""."""
        remark: str = self.cleaned_data["remark"]
        return told_by(checked_text, remark) if remark.strip() else ""


class AnswerForm(forms.Form):
    """What was done about a request; whoever reported reads it."""

    answer = forms.CharField(
        label=lazy("What was done? Whoever reported reads it"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("No names, numbers or addresses in it."),
    )


class SearchForm(forms.Form):
    """A place by its name."""

    q = forms.CharField(label=lazy("Name of the compound, village or enterprise"), max_length=64, required=False)
