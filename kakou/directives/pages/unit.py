"""The unit, on a phone: read it, acknowledge it with one tap, say what was done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.directives import actions, queries
from kakou.directives.forms import DoneForm
from kakou.directives.models import Task
from kakou.directives.pages.words import shown
from kakou.kernel.errors import NotFound, Refusal
from kakou.web.kit.files import as_sent
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of
from kakou.workorders.rules import STILL_OPEN, State


@require_safe
@require_permission(Permission.SEE_ORDERS)
def task(request: StaffRequest, id: UUID) -> HttpResponse:
    """What is to be done, until when, and the two buttons for it."""
    return _one(request, queries.task_at(id), DoneForm())


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def acknowledge(request: StaffRequest, id: UUID) -> HttpResponse:
    """It was read and is taken on."""
    found = queries.task_at(id)
    try:
        actions.acknowledge(found, by=request.staff, at=request.now)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, gettext("Acknowledged, with your name and the time."))
    return HttpResponseRedirect(_page(request, found))


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def done(request: StaffRequest, id: UUID) -> HttpResponse:
    """It is done, and what shows it."""
    found, form = queries.task_at(id), DoneForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.finish(found, text=given["text"], paper=given["paper"], by=request.staff, at=request.now)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("text", of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept, with your name and the time."))
            return HttpResponseRedirect(_page(request, found))
    return _one(request, found, form)


@never_cache
@require_safe
@require_permission(Permission.SEE_ORDERS)
def paper(request: StaffRequest, id: UUID) -> HttpResponse:
    """The file of a directive or of what was done; `?task=`: for a unit that is told. Shown as what it is and as
    nothing else."""
    given = request.GET.get("task", "")
    try:
        through = queries.task_at(UUID(given)) if given else None
    except ValueError:
        raise NotFound("There is no such task here.") from None
    file = actions.show_paper(queries.paper_at(id, through), by=request.staff, at=request.now)
    return as_sent(file.media_type, file.content, save_as=f"{id}.{file.media_type.partition('/')[2]}")


def _one(request: StaffRequest, found: Task, form: DoneForm) -> HttpResponse:
    directive, own = queries.directive_of(found), found.node_id in nodes_held(Permission.CLOSE_ORDERS)
    is_open = found.state in STILL_OPEN
    context = {
        "now": request.now, "row": directive, "task": found, "form": form,
        "shown": shown(found, directive, request.now, queries.what_was_done([found]).get(found.pk, "")),
        "may_acknowledge": own and found.state == State.REPORTED, "may_finish": own and is_open,
        "papers": queries.papers_of(directive, found),
    }  # fmt: skip
    return render(request, "directives/task.html", context, status=422 if form.errors else 200)


def _page(request: StaffRequest, found: Task) -> str:
    place = place_of(request)
    return reverse("directives:task", args=[found.pk]) + query_of(place=place.id if place else None)
