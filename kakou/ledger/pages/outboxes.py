"""Bringing in what gate phones exported: one or several files, each taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.actions.outboxes import Brought, OutboxTooLarge, bring_outbox
from kakou.ledger.lane.outbox import LARGEST_FILE
from kakou.ledger.pages import frame
from kakou.ledger.pages.quarantine import why
from kakou.web.refusals.answers import of_refusal

MOST_FILES = 20


class Several(forms.ClearableFileInput):
    """A field from which several files come."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Those files."""

    widget = Several

    def clean(self, data: object, initial: object = None) -> list[UploadedFile[bytes]]:
        """Each as a single one is looked through, and not too many."""
        given = data if isinstance(data, list) else [data]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)d files at once.") % {"most": MOST_FILES})
        return [super(Files, self).clean(one, initial) for one in given] or [super().clean(None, initial)]


class OutboxForm(forms.Form):
    """The files."""

    outboxes = Files(
        label=lazy("Outboxes that gate phones exported (.kko)"), max_length=200,
        help_text=lazy("One file or several, at most 16 MB each. The same file twice changes nothing."),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one file: the words of its refusal, or what it brought and why items of it were kept apart."""

    name: str
    trouble: str = ""
    brought: Brought | None = None
    gate: str = ""
    apart: list[tuple[str, int]] = field(default_factory=list)


@never_cache
@require_http_methods(["GET", "POST"])
@require_permission(Permission.RESOLVE_QUARANTINE)
def bring_in(request: StaffRequest) -> HttpResponse:
    """The form, and what became of each file."""
    posted = request.method == "POST"
    form = OutboxForm(request.POST if posted else None, request.FILES if posted else None)
    told = [_taken(request, file) for file in form.cleaned_data["outboxes"]] if form.is_valid() else []
    is_wrong = bool(form.errors) or any(one.trouble for one in told)
    return render(request, "ledger/outboxes.html", {"form": form, "told": told}, status=422 if is_wrong else 200)


def _taken(request: StaffRequest, file: UploadedFile[bytes]) -> Told:
    name = file.name or ""
    try:
        if (file.size or 0) > LARGEST_FILE:  # before it is read
            raise OutboxTooLarge("This file is larger than 16 MB: no phone writes such an outbox.")
        brought = bring_outbox(file.read(), by=request.staff, at=request.now)
    except Refusal as refusal:
        return Told(name, trouble=of_refusal(refusal).text)
    gate = frame.where_names({brought.node}).get(brought.node, "")
    return Told(name, "", brought, gate, [(why(code), many) for code, many in sorted(brought.apart.items())])
