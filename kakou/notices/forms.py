"""What people type into the pages of notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as words
from django.utils.translation import gettext_lazy as _

from kakou.audit.rules import REASON_LENGTH
from kakou.notices.actions.channels import Wished
from kakou.notices.adapters import Kind, Part, Reach
from kakou.notices.events import EVENTS

_TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
KEPT = _("Leave it empty to keep what is there: it is sealed and shown to nobody.")


class ChannelForm(forms.Form):
    """A channel of one kind. What is sealed is never shown again: `known` says that leaving it empty keeps it."""

    name = forms.CharField(
        label=_("Name of the channel"),
        max_length=64,
        help_text=_("As people call it, such as: group of the gate leads"),
    )
    url = forms.CharField(
        label=_("Address of the robot or server"), max_length=1000, widget=forms.TextInput(attrs=_TYPED)
    )
    secret = forms.CharField(label=_("Secret"), max_length=500, widget=forms.PasswordInput(attrs=_TYPED))
    to = forms.CharField(
        label=_("Receivers, one to a line"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, **_TYPED})
    )
    per_minute = forms.IntegerField(
        label=_("At most so many a minute"), required=False, min_value=1, max_value=1000,
        help_text=_("Empty: as many as this kind of receiver takes."),
    )  # fmt: skip
    may_name_people = forms.BooleanField(
        label=_("May carry document and telephone numbers of people"), required=False,
        help_text=_("If this is not ticked, they are masked in every text that goes there."),
    )  # fmt: skip

    may_write_people = forms.BooleanField(
        label=_("May write to people"), required=False,
        help_text=_("To whoever reported, is asked to help or has a parcel waiting. An administrator decides this."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, kind: Kind, known: bool = False, administers: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        if not (kind.person and administers):
            del self.fields["may_write_people"]
        for part in Part:
            field = self.fields[part.value]
            if part not in kind.needs | kind.takes:
                del self.fields[part.value]
            elif known:
                field.required, field.help_text = False, KEPT
            elif part not in kind.needs:
                field.required, field.help_text = False, _("Only if the robot or gateway has one.")
        if Part.URL in kind.needs and not known and kind.example:
            self.fields["url"].help_text = kind.example

    @property
    def reach(self) -> Reach:
        """Of a valid form."""
        given = self.cleaned_data
        return Reach(given.get("url", ""), given.get("secret", ""), tuple(given.get("to", "").splitlines()))

    @property
    def wished(self) -> Wished:
        """Of a valid form."""
        given = self.cleaned_data
        return Wished(given["name"], given["per_minute"], given["may_name_people"], given.get("may_write_people"))


class DiscardForm(forms.Form):
    """Why a message is not sent any more."""

    reason = forms.CharField(
        label=_("Why is it discarded?"), max_length=REASON_LENGTH, min_length=2,
        help_text=_("For example: out of date, said by telephone, told in another group."),
    )  # fmt: skip


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class TellingForm(forms.Form):
    """Which channel hears of what, and when it is left in peace."""

    channel = forms.TypedChoiceField(label=_("Channel"), coerce=int)
    events = forms.MultipleChoiceField(label=_("Of what it is told"), widget=forms.CheckboxSelectMultiple)
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=_time(), help_text=_("Empty: it is told at every hour.")
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=_time(),
        help_text=_("What came in between is told then, in one message. Emergencies are told at once."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, channels: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]
        self.fields["events"].choices = [(event.name, words(event.title)) for event in EVENTS.values()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours, or none."""
        given = super().clean() or self.cleaned_data
        if (given.get("quiet_from") is None) != (given.get("quiet_until") is None):
            self.add_error("quiet_until", words("Say when the quiet begins and when it ends, or leave both empty."))
        return given

    @property
    def quiet(self) -> tuple[dt.time, dt.time] | None:
        """Of a valid form."""
        since, until = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return None if since is None else (since, until)
