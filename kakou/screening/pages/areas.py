"""Risk areas: which place had which level on which days, and bringing them in from a sheet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.screening.actions.permits import decides_for_all
from kakou.screening.forms.rules import AreasForm
from kakou.screening.pages.words import LEVELS, language, look_of
from kakou.screening.queries import areas as queries
from kakou.screening.sheets import areas_sheet, import_areas
from kakou.web.kit.importing import Done, bring_in_sheet
from kakou.web.kit.lists import page_of

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

    def take(content: bytes, name: str, dry_run: bool) -> Done:
        return import_areas(content, filename=name, by=request.staff, at=request.now, dry_run=dry_run)

    return bring_in_sheet(request, take, template="screening/areas_import.html", then=reverse("screening:areas"))
