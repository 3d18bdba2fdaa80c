"""Pictures of a person's record: added, looked at for a reason, taken away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.people import queries
from kakou.people.actions import attaching
from kakou.people.forms import ATTACHMENTS, AttachmentForm, ReasonForm
from kakou.people.pages.households import back_to, person_page
from kakou.people.rules import AttachmentKind
from kakou.web.kit.files import as_sent
from kakou.web.refusals.answers import of_refusal


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def attach(request: StaffRequest, id: UUID) -> HttpResponse:
    """Add a picture to the record of a person."""
    person = queries.person_at(id)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            attaching.attach(person, AttachmentKind(given["kind"]), given["picture"], by=request.staff, at=request.now)
        except attaching.AttachmentRefused as refusal:
            form.add_error("picture", of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept, with your name and the time."))
            return HttpResponseRedirect(back_to(request, person.pk))
    return person_page(request, person, attachment=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.REVEAL)
def look(request: StaffRequest, id: UUID) -> HttpResponse:
    """Ask for the reason, then show it as a picture and as nothing else."""
    found = attaching.attachment_at(id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            shown = attaching.look_at(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", of_refusal(refusal).text)
        else:
            return as_sent(*shown)
    what = gettext(ATTACHMENTS[AttachmentKind(found.kind)])
    context = {"form": form, "what": what, "back": back_to(request, found.person_id)}
    return render(request, "people/attachment.html", context, status=422 if form.errors else 200)


@require_POST
@require_permission(Permission.EDIT_PEOPLE)
def remove(request: StaffRequest, id: UUID) -> HttpResponse:
    """Destroy it."""
    found = attaching.attachment_at(id)
    attaching.take_off(found, by=request.staff, at=request.now)
    messages.success(request, gettext("The picture is destroyed."))
    return HttpResponseRedirect(back_to(request, found.person_id))
