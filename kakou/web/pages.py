"""The shell's own pages: choosing a place, a language, a theme, and the ticket of the live stream."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kakou.web.events import registry
from kakou.web.shell.context import THEMES
from kakou.web.shell.here import moved_to, place_of, safe_return
from kakou.web.sse.ticket import COOKIE, LASTS, issue

YEAR = 365 * 24 * 3600
FOUND_AT_MOST = 30


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """What the place menu offers: the places around this one, or those found by name, each linking to the same page."""
    back = safe_return(request, request.GET.get("back", ""))
    words = request.GET.get("q", "").strip()
    here = place_of(request)
    if words:
        found = registry.places.search(request, words, FOUND_AT_MOST)
    else:
        found = registry.places.below(request, here.id if here else None)
    context = {
        "words": words,
        "back": back,
        "here": here,
        "all": moved_to(back, None),
        "above": [(place, moved_to(back, place.id)) for place in registry.places.path(request, here.id)]
        if here
        else [],
        "found": [(place, moved_to(back, place.id)) for place in found],
        "full": len(found) >= FOUND_AT_MOST,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "web/places_part.html" if part else "web/places.html", context)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language and come back to the same page."""
    code = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_return(request, request.POST.get("back", "")))
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, code)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme and come back to the same page."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(safe_return(request, request.POST.get("back", "")))
    if chosen in THEMES:
        _remember(response, "kakou_theme", chosen)
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


@never_cache
@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """A fresh ticket for the live stream: which nodes it may speak of, signed, out of reach of scripts."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    nodes = registry.viewer(request).nodes
    scopes = {head: nodes.get(permission, frozenset()) for head, permission in registry.topics.items()}
    ticket = issue(scopes, holder=request.user.pk, now=time.time())
    if len(ticket) > 3800:  # browsers refuse larger cookies: the page then stays as it was loaded
        return HttpResponseBadRequest()
    response = HttpResponse(status=204)
    response.set_cookie(
        COOKIE, ticket, max_age=LASTS, path="/events", httponly=True, samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return response
