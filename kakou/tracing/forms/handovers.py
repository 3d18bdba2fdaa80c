"""Handing over, taking in, receipts and cards of other offices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.people.forms import NO_AUTOFILL
from kakou.tracing.actions.handovers import LONGEST_AREA
from kakou.tracing.forms.cases import reason_field
from kakou.tracing.handing import MOST_BYTES, RecipientRefused, read_recipient
from kakou.tracing.handing.files import Recipient
from kakou.web.refusals.answers import of_refusal

OPEN, KEY = "open", "key"  # besides the offices: readable by everybody; to a key that is pasted


class HandoverForm(forms.Form):
    """To whom, so that who can read it, and why."""

    area = forms.CharField(label=lazy("Handed to"), max_length=LONGEST_AREA, widget=forms.TextInput(attrs=NO_AUTOFILL))
    to = forms.ChoiceField(label=lazy("Who can read the file"), widget=forms.RadioSelect)
    key = forms.CharField(
        label=lazy("Public key of the recipient (JWK or PEM, P-256 or X25519)"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    reason = reason_field(lazy("Why"), help_text=lazy("Such as: lives there, left for there on Monday."))

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], may_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            *offices,
            (KEY, _("Only who has the private key of the one that I paste below")),
            *([(OPEN, _("Everybody who has the file: it is signed, but not sealed"))] if may_open else []),
        ]

    def clean(self) -> dict[str, Any]:
        """A pasted key must be one."""
        given = super().clean() or {}
        if given.get("to") == KEY:
            try:
                given["recipient"] = read_recipient(given.get("key") or "")
            except RecipientRefused as refused:
                self.add_error("key", of_refusal(refused).text)
        return given

    def office(self) -> UUID | None:
        """The office to whose key it is sealed, if that was chosen."""
        return UUID(self.cleaned_data["to"]) if self.cleaned_data["to"] not in (OPEN, KEY) else None

    def recipient(self) -> Recipient | None:
        """The key that was pasted; None: everybody."""
        found: Recipient | None = self.cleaned_data.get("recipient")
        return found


class FileForm(forms.Form):
    """One file, bounded before it is read."""

    file = forms.FileField(max_length=200)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = label

    def clean_file(self) -> Any:
        """Refuse what is too large before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 2 MB: no hand-over is. Ask the sender for the right one.")
            )
        return file


class TakeForm(forms.Form):
    """The file that was looked at, where its people are registered, and that somebody compared the fingerprint."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=MOST_BYTES, strip=False)
    node = forms.TypedChoiceField(label=lazy("Who is in no register: register them at"), coerce=int)
    trust = forms.BooleanField(
        label=lazy("I have compared the fingerprint with the sender by telephone"), required=False
    )

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = list(units)  # type: ignore[attr-defined]
        if known:
            del self.fields["trust"]


class TrustForm(forms.Form):
    """A card that was looked at."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=20_000, strip=False)
    trust = forms.BooleanField(label=lazy("I have compared the fingerprint with the sender by telephone"))
