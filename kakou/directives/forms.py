"""What people type about directives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as words
from django.utils.translation import gettext_lazy as lazy

from kakou.audit.rules import REASON_LENGTH
from kakou.directives.rules import MOST_BYTES, DirectiveRefused, Paper, Said, paper_of
from kakou.ledger.forms import told_by
from kakou.notices.rules import masked
from kakou.web.kit.days import MomentField
from kakou.web.refusals.answers import of_refusal

FILES = "application/pdf,image/jpeg,image/png,image/webp"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _read(given: UploadedFile[bytes]) -> Paper:
    if (given.size or 0) > MOST_BYTES:
        raise DirectiveRefused("The file is larger than %(most)d MB. Send a smaller one.", most=MOST_BYTES >> 20)
    return paper_of(given.read())


class _WithPaper(forms.Form):
    """A form with one file, which may be left out."""

    paper = forms.FileField(
        label=lazy("PDF or photo (may be left out)"), required=False,
        help_text=lazy("At most 8 MB. It is kept sealed; whoever opens it stands in the audit."),
        widget=forms.FileInput(attrs={"accept": FILES}),
    )  # fmt: skip

    def clean_paper(self) -> Paper | None:
        """The file, if there is one."""
        given: UploadedFile[bytes] | None = self.cleaned_data["paper"]
        return told_by(lambda _name: _read(given), "") if given is not None else None


class DirectiveForm(_WithPaper):
    """A directive, to whom it goes, until when."""

    number = forms.CharField(
        label=lazy("Number"),
        max_length=64,
        help_text=lazy("As the office above counts it, such as: 睢防办〔2021〕12号"),
    )
    issuer = forms.CharField(label=lazy("Issuing office"), max_length=80)
    title = forms.CharField(label=lazy("Title"), max_length=120)
    text = forms.CharField(
        label=lazy("What is to be done"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=lazy("No numbers of people: every unit that is told reads it."),
    )  # fmt: skip
    acknowledge_by = MomentField(label=lazy("To be acknowledged by"), widget=_moment())
    deadline = MomentField(label=lazy("To be done by"), widget=_moment())
    units = forms.TypedMultipleChoiceField(
        label=lazy("To which units"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    below = forms.BooleanField(label=lazy("And to every unit inside those"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = (
        "number", "issuer", "title", "text", "paper", "acknowledge_by", "deadline", "units", "below", "key",
    )  # fmt: skip

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = units  # type: ignore[attr-defined]

    @property
    def said(self) -> Said:
        """Of a valid form."""
        given = self.cleaned_data
        acknowledge_by: dt.datetime = given["acknowledge_by"]
        return Said(given["number"], given["issuer"], given["title"], given["text"], acknowledge_by, given["deadline"])


class DoneForm(_WithPaper):
    """What a unit did."""

    text = forms.CharField(
        label=lazy("What was done"), max_length=REASON_LENGTH, min_length=2, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("No names, numbers or addresses in it."),
    )  # fmt: skip
    field_order = ("text", "paper")


class WithdrawForm(forms.Form):
    """Why nobody has to do it any more."""

    reason = forms.CharField(label=lazy("Why is it withdrawn?"), max_length=REASON_LENGTH, min_length=2)


MOST_SHOWN = 300


def _unnamed(text: str) -> str:
    if masked(text).count("*") > text.count("*"):
        raise DirectiveRefused("A number of a person stands in it. Take it out: everybody who passes can read it.")
    return " ".join(text.split())


class TextForm(forms.Form):
    """What is announced, in one language or both, and how large the sign is."""

    title_zh = forms.CharField(label=lazy("Heading in Chinese"), max_length=60, required=False)
    zh = forms.CharField(
        label=lazy("Text in Chinese"), max_length=MOST_SHOWN, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    title_en = forms.CharField(label=lazy("Heading in English"), max_length=60, required=False)
    en = forms.CharField(
        label=lazy("Text in English"), max_length=MOST_SHOWN, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    columns = forms.IntegerField(
        label=lazy("Columns of the sign"), min_value=4, max_value=200,
        help_text=lazy("Latin letters in a line; a Chinese character takes two."),
    )  # fmt: skip
    lines = forms.IntegerField(label=lazy("Lines of the sign"), min_value=1, max_value=20)

    def clean(self) -> dict[str, Any]:
        """No number of a person; a text in one language at least."""
        given = super().clean() or self.cleaned_data
        for name in ("title_zh", "zh", "title_en", "en"):
            try:
                given[name] = _unnamed(given.get(name, ""))
            except DirectiveRefused as refused:
                self.add_error(name, of_refusal(refused).text)
        if not self.errors and not (given["zh"] or given["en"]):
            self.add_error("zh", words("Type a text in one of the languages."))
        return given
