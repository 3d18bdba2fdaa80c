"""What comes in by groups and mail: pasted, listed, and made a request or discarded by a person, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.pages import frame
from kakou.notices.queries.people import reaches
from kakou.services import actions
from kakou.services.actions import Pasted
from kakou.services.forms import LeaveForm, PasteForm, TakeForm
from kakou.services.models import Proposal
from kakou.services.pages.words import CHANNELS, category_word, is_emergency
from kakou.services.queries import proposals as queries
from kakou.services.rules import Channel, Contact, Report, Stand, language_of, spaced
from kakou.web.kit.files import as_sent
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

SIGNS = {
    Stand.WAITS: Sign(gettext_noop("Waits for a decision"), "look", "clock"),
    Stand.TAKEN: Sign(gettext_noop("Became a request"), "go", "check"),
    Stand.DISCARDED: Sign(gettext_noop("Discarded"), "plain", "ring"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal in the list."""

    came: queries.Came
    category: str
    emergency: bool
    where: str
    channel: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def paste(request: StaffRequest) -> HttpResponse:
    """Paste what was copied out of a group."""
    place, is_sent = place_of(request), request.method == "POST"
    form = PasteForm(request.POST if is_sent else None, initial={"unit": place.id if place else None})
    if form.is_valid():
        given = form.cleaned_data
        try:
            pasted = actions.paste(given["text"], node=given["unit"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, _told(pasted))
            return _to_list(request)
    return render(
        request, "services/paste.html", {"form": form, "now": request.now}, status=422 if form.errors else 200
    )


def _told(pasted: Pasted) -> str:
    said = [
        ngettext(
            "%(n)d message waits for your decision.", "%(n)d messages wait for your decision.", pasted.made
        ) % {"n": pasted.made}
    ]  # fmt: skip
    if pasted.known:
        said.append(gettext("Known already: %(n)d.") % {"n": pasted.known})
    if pasted.passed_over:
        said.append(gettext("Thanks, greetings and notes of the app were passed over: %(n)d.")
                    % {"n": pasted.passed_over})  # fmt: skip
    return " ".join(said)


@require_safe
@require_permission(Permission.CLOSE_ORDERS)
def proposals(request: StaffRequest) -> HttpResponse:
    """What waits, the oldest first; what was decided, the latest first."""
    place, given = place_of(request), request.GET.get("state", "")
    stand = Stand(given) if given in set(Stand) else Stand.WAITS
    page = page_of(
        queries.proposed(node=place.id if place else None, stand=stand), request.GET.get("page", ""), size=50
    )
    context = {
        "now": request.now, "page": page, "rows": _rows(page.rows), "state": stand.value,
        "waits": stand is Stand.WAITS, "states": [(one.value, gettext(sign.word)) for one, sign in SIGNS.items()],
    }  # fmt: skip
    return render(request, "services/proposals.html", context)


def _rows(found: Sequence[Proposal]) -> list[Row]:
    where = frame.where_names({node for row in found for node in (row.place_id, row.node_id) if node})
    rows = [queries.came(row) for row in found]
    return [
        Row(
            one, category_word(one.category), is_emergency(one.category),
            where.get(one.row.place_id or one.row.node_id, ""), gettext(CHANNELS[one.channel]),
        )
        for one in rows
    ]  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.CLOSE_ORDERS)
def proposal(request: StaffRequest, id: UUID) -> HttpResponse:
    """One of them in plain, with what was guessed of it to be put right; sent off, it is a request."""
    found = queries.proposal_at(id)
    if request.method != "POST":
        return _page(request, found)
    form = TakeForm(request.POST, email=queries.contact_told(found).email, reach=_reach())
    if not form.is_valid():
        return _page(request, found, form=form)
    given = form.cleaned_data
    report = Report(
        given["category"], given["unit"], given["text"], form.contact(), Channel(found.channel),
        language_of(given["text"]), wants_word=form.asks_for_word,
    )  # fmt: skip
    try:
        made = actions.take(found, report, by=request.staff, at=request.now)
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return _page(request, found, form=form)
    messages.success(request, gettext("It is a request now: %(code)s") % {"code": spaced(made.code)})
    return _to_list(request)


@require_POST
@require_permission(Permission.CLOSE_ORDERS)
def discard(request: StaffRequest, id: UUID) -> HttpResponse:
    """Nothing is done about it, and why."""
    found, form = queries.proposal_at(id), LeaveForm(request.POST)
    if form.is_valid():
        try:
            actions.discard_proposal(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            form.add_error(None, of_refusal(refusal).text)
        else:
            messages.success(request, gettext("Kept, with your name and the time."))
            return _to_list(request)
    return _page(request, found, leave=form)


@never_cache
@require_safe
@require_permission(Permission.CLOSE_ORDERS)
def photo(request: StaffRequest, id: UUID) -> HttpResponse:
    """The photo that came with it."""
    return as_sent(*actions.show_sent_photo(queries.proposal_at(id), by=request.staff, at=request.now))


def _page(
    request: StaffRequest, found: Proposal, *, form: TakeForm | None = None, leave: LeaveForm | None = None
) -> HttpResponse:
    """`form` and `leave` have something to be mended. Once decided it is told in plain no more. Raises NotAllowed while
    it is, to whoever may not decide."""
    waits, contact = found.state == Stand.WAITS, Contact()
    said = queries.came(found)
    if waits:
        text, contact = actions.show_proposal(found, by=request.staff, at=request.now)
        guessed = {
            "text": text, "unit": found.place_id or found.node_id, "category": found.category,
            "phone": contact.phone, "name": contact.name,
        }  # fmt: skip
        form = form or TakeForm(initial=guessed, email=contact.email, reach=_reach())
    where = frame.where_names({found.node_id})
    context = {
        "now": request.now, "row": found, "said": said, "sign": SIGNS[Stand(found.state)], "waits": waits,
        "form": form, "leave": leave or LeaveForm(), "channel": gettext(CHANNELS[said.channel]),
        "came_to": where.get(found.node_id, ""), "photo": queries.photo_with(found) is not None,
        "email": contact.email, "made": queries.request_made(found),
    }  # fmt: skip
    wrong = any(one is not None and one.errors for one in (form, leave))
    return render(request, "services/proposal.html", context, status=422 if wrong else 200)


def _reach() -> frozenset[str]:
    return reaches(nodes_held(Permission.CLOSE_ORDERS))


def _to_list(request: StaffRequest) -> HttpResponse:
    place = place_of(request)
    return HttpResponseRedirect(reverse("services:proposals") + query_of(place=place.id if place else None))
