"""One request as staff see it, its contact unmasked for a reason, and its photo."""

from __future__ import annotations

from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import Refusal
from kakou.ledger.pages import frame
from kakou.ledger.pages.order_steps import CLOCKS
from kakou.ledger.pages.order_words import told
from kakou.ledger.pages.revealing import SECONDS
from kakou.notices.pages.people import words_about
from kakou.people.forms import ReasonForm
from kakou.services import actions
from kakou.services.forms import RateForm
from kakou.services.models import Request
from kakou.services.pages import steps
from kakou.services.pages.ground import where_of
from kakou.services.pages.words import CHANNELS, RATINGS, STATES, category_word, is_emergency
from kakou.services.queries import requests as queries
from kakou.services.queries.following import MOST_WRONG
from kakou.services.queries.places import spot_at
from kakou.services.rules import Contact, Rating, may_rate
from kakou.services.rules.telling import WORDS, Word
from kakou.web.kit.files import as_sent
from kakou.web.refusals.answers import of_refusal
from kakou.workorders import queries as orders
from kakou.workorders.actions.handling import waits_until
from kakou.workorders.events import kind_of
from kakou.workorders.rules import Clock, State, StepKind, steps_from


def page_of_request(
    request: StaffRequest,
    row: Request,
    *,
    tried: tuple[StepKind, Form] | None = None,
    rating: RateForm | None = None,
) -> HttpResponse:
    """The page; `tried` and `rating` are forms with something to be mended."""
    seen, order = queries.seen(row), row.order
    mine = bool({row.node_id, row.handler_id} & set(nodes_held(Permission.CLOSE_ORDERS)))
    may_join = mine and StepKind.DUPLICATE in steps_from(kind_of(order.kind).flow, seen.state)
    point = queries.point_of(row) if mine else None
    where = frame.where_names({row.place_id, row.node_id, row.handler_id})
    context = {
        "now": request.now, "seen": seen, "row": row, "order": order, "sign": STATES[seen.state],
        "category": category_word(seen.category), "emergency": is_emergency(seen.category),
        "channel": gettext(CHANNELS[seen.channel]), "place": where.get(row.place_id, ""),
        "office": where.get(row.node_id, ""),
        "handled": where.get(row.handler_id, "") if row.handler_id != row.node_id else "",
        "late": seen.late(request.now), "due_words": gettext(CLOCKS[Clock(order.due_clock)]),
        "waits_until": waits_until(order, request.now), "steps": told(orders.steps_of(order)),
        "answer": queries.answer_of(order), "photo": mine and queries.has_photo(row),
        "offers": steps.offers(order, request.now, tried=tried) if mine else [],
        "tried": tried[1] if tried else None, "at_step": tried[0].value if tried else "",
        "alike": queries.alike_to(row) if may_join else [], "may_join": may_join,
        "may_reveal": bool({row.node_id, row.handler_id} & set(nodes_held(Permission.REVEAL))),
        "rating": gettext(RATINGS[Rating(row.rating)]) if row.rating else "",
        "may_rate": mine and _is_rateable(row, request),
        "point": point, "ground": where_of(spot_at(row.place_id), point) if mine else "",
        "rate": rating or RateForm(), "mine": mine, "locked": row.wrong >= MOST_WRONG,
        "told": [(gettext(WORDS[Word(one.event)].short), one) for one in words_about([row.pk]).get(row.pk, [])],
        "untold": _untold(row),
    }  # fmt: skip
    wrong = any(form is not None and form.errors for form in (rating, tried[1] if tried else None))
    return render(request, "services/one.html", context, status=422 if wrong else 200)


def _untold(row: Request) -> str:
    """Why whoever reported is told nothing from now on; "" where he is."""
    if not queries.contact_of(row).reachable:
        return gettext("no number and no address is known")
    if not row.wants_word:
        return gettext("wants no messages")
    if queries.is_reached(row):
        return ""
    return gettext("no channel here may write to people")


def _is_rateable(row: Request, request: StaffRequest) -> bool:
    state = State(row.order.state)
    return may_rate(state, answered_at=row.order.answered_at, rated_at=row.rated_at, now=request.now)


@never_cache
@require_permission(Permission.REVEAL)
def reveal(request: StaffRequest, id: UUID) -> HttpResponse:
    """Ask for the reason, then show who reported."""
    row, form = queries.request_at(id), ReasonForm(request.POST or None)
    plain: Contact | None = None
    if form.is_valid():
        try:
            plain = actions.reveal_contact(row, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", of_refusal(refusal).text)
    context = {"now": request.now, "form": form, "plain": plain, "seconds": SECONDS, "seen": queries.seen(row)}
    return render(request, "services/reveal.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@require_permission(Permission.CLOSE_ORDERS)
def photo(request: StaffRequest, id: UUID) -> HttpResponse:
    """The photo that came with it. What a stranger sent is shown as a picture and as nothing else."""
    return as_sent(*actions.show_photo(queries.request_at(id), by=request.staff, at=request.now))
