"""The page that takes a sheet: check it or take it, all of it or nothing, problems by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kakou.kernel.errors import Refusal
from kakou.web.refusals.answers import of_refusal
from kakou.web.sheets import CellProblem, SheetProblems

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

MOST_BYTES = 20 << 20


class Done(Protocol):
    """What an import did, or would do: how many rows came, changed, were the same already."""

    added: int
    changed: int
    same: int


Take = Callable[[bytes, str, bool], Done | HttpResponse]
"""Takes the content of a file of that name, or with True only checks it. Raises SheetProblems and other refusals. An
answer: where it goes on, for a list that is not taken while the page waits."""


class SheetForm(forms.Form):
    """A sheet, and whether it is only to be checked."""

    file = forms.FileField(label=lazy("Sheet (.xlsx or .csv)"), max_length=200)
    dry_run = forms.BooleanField(label=lazy("Only check it, change nothing"), required=False)

    def clean_file(self) -> object:
        """Refuse what is too large before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class PastedForm(SheetForm):
    """The same from a file or from the clipboard. `how_to_paste`: what to copy."""

    how_to_paste: ClassVar[StrOrPromise] = ""

    dry_run = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a button of its own
    file = forms.FileField(label=lazy("Sheet (.xlsx or .csv)"), max_length=200, required=False)
    pasted = forms.CharField(
        label=lazy("Or rows copied from Excel"), required=False, strip=False,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 4, "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["pasted"].help_text = self.how_to_paste

    def clean_file(self) -> object:
        """Nothing chosen is nothing wrong as long as something was pasted."""
        return super().clean_file() if self.cleaned_data["file"] else None

    def with_titles(self, pasted: str) -> str:
        """What was pasted, with its row of titles."""
        return pasted

    def clean(self) -> dict[str, object]:
        """What was pasted is a text table: Excel puts tabs between cells."""
        given: dict[str, object] = super().clean() or self.cleaned_data
        pasted = str(given.get("pasted") or "")
        if "file" in given and (given["file"] is None) == (not pasted.strip()):
            raise forms.ValidationError(_("Choose a sheet, or paste rows: one of the two."))
        if "file" in given and given["file"] is None:
            given["file"] = ContentFile(self.with_titles(pasted).encode(), name="pasted.csv")
        return given


def bring_in_sheet(
    request: HttpRequest,
    take: Take,
    *,
    template: str,
    then: str,
    asks: Callable[..., SheetForm] = SheetForm,
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show the form; take the sheet that is posted and go to the address `then`. The template is given `form` and
    `problems`: (where, what is wrong, what to do). `asks`: a form that asks more than the sheet; `take` is called only
    when it is valid. `context`: what else the template is given, also what `take` put there.
    """
    posted = request.method == "POST"
    form = asks(request.POST if posted else None, request.FILES if posted else None)
    problems: list[tuple[str, str, str]] = []
    if form.is_valid():
        file, dry_run = form.cleaned_data["file"], form.cleaned_data["dry_run"]
        try:
            done = take(file.read(), file.name, dry_run)
        except Refusal as refused:
            problems = worded_in(refused)
            form.add_error(None, of_refusal(refused).text)
        else:
            if isinstance(done, HttpResponse):
                return done
            if not dry_run:
                messages.success(request, told(done, is_try=False))
                return HttpResponseRedirect(then)
            messages.info(request, told(done, is_try=True))
    given = {**(context or {}), "form": form, "problems": problems}
    return render(request, template, given, status=422 if form.errors else 200)


def told(done: Done, *, is_try: bool) -> str:
    """What came of it, in figures."""
    figures = {"added": done.added, "changed": done.changed, "same": done.same}
    if is_try:
        return _("Would add %(added)d, change %(changed)d; %(same)d are the same already.") % figures
    return _("Added %(added)d, changed %(changed)d; %(same)d were the same already.") % figures


def worded_in(refused: Refusal) -> list[tuple[str, str, str]]:
    """Every cell that a refusal names, as `worded` words it."""
    problems = refused.problems if isinstance(refused, SheetProblems) else ()
    return [worded(one) for one in problems if isinstance(one, CellProblem)]


def _filled_in(msgid: str, params: Mapping[str, object]) -> str:
    """What to do may name what is wrong, such as the words that may stand there."""
    return _(msgid) % params if "%(" in msgid else _(msgid)


def worded(problem: CellProblem) -> tuple[str, str, str]:
    """Where, what is wrong, what to do: in the reader's language."""
    return (
        _(problem.place.text) % problem.place.params,
        _(problem.text) % problem.params if problem.params else _(problem.text),
        _filled_in(problem.fix, problem.params) if problem.fix else "",
    )
