"""Risk areas: which place had which level on which days, and bringing them in from a sheet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.places.forms import ImportForm
from kakou.screening.actions.permits import decides_for_all
from kakou.screening.forms.rules import AreasForm
from kakou.screening.pages.words import LEVELS, language, look_of
from kakou.screening.queries import areas as queries
from kakou.screening.sheets import areas_sheet, import_areas
from kakou.web.kit.lists import page_of
from kakou.web.refusals.answers import of_refusal
from kakou.web.sheets import CellProblem, SheetProblems

ROWS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@require_permission(Permission.SEE_PLACES)
def areas(request: StaffRequest) -> HttpResponse:
    """Every area, or those of a name or of a day."""
    form = AreasForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = queries.listed(words=given.get("words", "").strip(), day=given.get("day"))
    page = page_of(found, request.GET.get("page", ""), size=ROWS)
    context = {
        "now": request.now,
        "form": form,
        "asked": bool(given.get("words") or given.get("day")),
        "page": page,
        "rows": [(area, look_of(LEVELS, area.level)) for area in page.rows],
        "freshest": queries.freshest(),
        "may_manage": decides_for_all(request.staff),
    }
    return render(request, "screening/areas.html", context, status=422 if form.errors else 200)


@require_safe
@require_permission(Permission.SEE_PLACES)
def sheet(_request: StaffRequest) -> HttpResponse:
    """All of the list as a sheet to go on with."""
    content = areas_sheet(queries.listed(words="", day=None).iterator(), language=language())
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="areas.xlsx"'
    return answer


@require_http_methods(["GET", "POST"])
@require_permission(Permission.MANAGE_RULES)
def bring_in(request: StaffRequest) -> HttpResponse:
    """A sheet of areas: all of it or nothing, problems by row and column."""
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    problems: list[tuple[str, str, str]] = []
    if form.is_valid():
        file, dry_run = form.cleaned_data["file"], form.cleaned_data["dry_run"]
        try:
            done = import_areas(file.read(), filename=file.name, by=request.staff, at=request.now, dry_run=dry_run)
        except SheetProblems as refused:
            problems = [worded(problem) for problem in refused.problems if isinstance(problem, CellProblem)]
            form.add_error(None, of_refusal(refused).text)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            figures = {"added": done.added, "changed": done.changed, "same": done.same}
            if not dry_run:
                messages.success(
                    request, _("Added %(added)d, changed %(changed)d; %(same)d were the same already.") % figures
                )
                return HttpResponseRedirect(reverse("screening:areas"))
            messages.info(
                request, _("Would add %(added)d, change %(changed)d; %(same)d are the same already.") % figures
            )
    context = {"form": form, "problems": problems}
    return render(request, "screening/areas_import.html", context, status=422 if form.errors else 200)


def worded(problem: CellProblem) -> tuple[str, str, str]:
    """Where, what is wrong, what to do."""
    return (
        _(problem.place.text) % problem.place.params,
        _(problem.text) % problem.params if problem.params else _(problem.text),
        _(problem.fix) if problem.fix else "",
    )
