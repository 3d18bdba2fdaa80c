"""Texts for a sign, a loudspeaker, a wall: from a template, a directive, or what somebody types. Nothing is kept: the
address holds it all, to be copied, sent on or printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.directives import queries
from kakou.directives.forms import MOST_SHOWN, TextForm
from kakou.directives.wording import TEMPLATES, screens, spoken
from kakou.kernel.errors import NotFound, Refusal
from kakou.screening.printing import announcement
from kakou.web.refusals.answers import of_refusal


@require_safe
@require_permission(Permission.DIRECT)
def texts(request: StaffRequest) -> HttpResponse:
    """The form, and below it what it makes."""
    form = _form(request)
    made = _made(form.cleaned_data) if form.is_bound and form.is_valid() else []
    context = {
        "now": request.now, "form": form, "made": made,
        "templates": [(one.name, _(one.title)) for one in TEMPLATES.values()],
        "poster": f"{reverse('directives:poster')}?{request.GET.urlencode()}" if made else "",
    }  # fmt: skip
    return render(request, "directives/texts.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.DIRECT)
def poster(request: StaffRequest) -> HttpResponse:
    """The same on A4, with a code that opens the page of requests."""
    form = TextForm(request.GET)
    if form.is_valid():
        given, address = form.cleaned_data, request.build_absolute_uri(reverse("services:choose"))
        try:
            pdf = announcement(
                zh=(given["title_zh"], given["zh"]), en=(given["title_en"], given["en"]), address=address,
                made_on=localtime(request.now).date(),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            answer = HttpResponse(pdf, content_type="application/pdf")
            answer["Content-Disposition"] = 'inline; filename="announcement.pdf"'
            answer["Cache-Control"] = "no-store"
            return answer
    context = {"now": request.now, "form": form, "made": [], "templates": [], "poster": ""}
    return render(request, "directives/texts.html", context, status=422)


def _form(request: StaffRequest) -> TextForm:
    asked = request.GET
    if "zh" in asked:
        return TextForm(asked)
    template = TEMPLATES.get(asked.get("template", ""))
    initial: dict[str, Any] = {"columns": 16, "lines": 2}
    if template is not None:
        initial |= template.filled(
            place=asked.get("spot", "")[:40], since=asked.get("since", "")[:20], until=asked.get("until", "")[:20]
        )
    elif asked.get("directive"):
        initial |= _of_directive(asked["directive"])
    return TextForm(initial=initial)


def _of_directive(given: str) -> dict[str, str]:
    try:
        found = queries.directive_at(UUID(given))
    except ValueError:
        raise NotFound("There is no such directive here.") from None
    return {"title_zh": found.title[:60], "zh": " ".join(found.text.split())[:MOST_SHOWN]}


def _made(given: dict[str, Any]) -> list[tuple[str, str, list[list[str]], str]]:
    """(language, name, screens, script) of each language in which something was typed."""
    found = []
    for language, name in (("zh", "中文"), ("en", "English")):
        text = "　".join(part for part in (given[f"title_{language}"], given[language]) if part)
        if text:
            shown = screens(text, columns=given["columns"], lines=given["lines"])
            found.append((language, name, shown, spoken(text, language)))
    return found
