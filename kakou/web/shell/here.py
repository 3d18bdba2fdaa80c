"""The place a page is about: `?place=` in the URL, so that a link sent to a colleague opens the same page."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from kakou.kernel.errors import NotFound
from kakou.web.events import Place, registry

_CACHED = "_kakou_place"


def place_of(request: HttpRequest) -> Place | None:
    """The place named in the URL; None when none is. Raises NotFound for one that is missing or not theirs."""
    if not hasattr(request, _CACHED):
        setattr(request, _CACHED, _look_up(request))
    place: Place | None = getattr(request, _CACHED)
    return place


def ask_no_more(request: HttpRequest) -> None:
    """From here on the page is about the place it has found, or about none: an error page must not fail in turn."""
    if not hasattr(request, _CACHED):
        setattr(request, _CACHED, None)


def _look_up(request: HttpRequest) -> Place | None:
    given = request.GET.get("place", "")
    if not given:
        return None
    place = registry.places.named(request, int(given)) if given.isdecimal() and len(given) < 10 else None
    if place is None:
        raise NotFound("There is no such place, or it is not one of yours.")
    return place


def moved_to(url: str, place: int | None) -> str:
    """The same page about another place: paging and other state that belonged to the old place is dropped."""
    parts = urlsplit(url)
    query = QueryDict(parts.query, mutable=True)
    for key in ("place", "page", "after"):
        query.pop(key, None)
    if place is not None:
        query["place"] = str(place)
    return urlunsplit(("", "", parts.path, query.urlencode(), ""))


def safe_return(request: HttpRequest, given: str, fallback: str = "/") -> str:
    """A URL of ours to go back to; anything else becomes `fallback`."""
    inside = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if inside and given.startswith("/") else fallback


def query_of(**values: object) -> str:
    """`?a=1&b=2` without the empty ones."""
    kept = {key: value for key, value in values.items() if value not in (None, "")}
    return "?" + urlencode(kept) if kept else ""
