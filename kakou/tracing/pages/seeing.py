"""An outbreak as pictures: who may have infected whom, cases by day, places with times, and one person hour by hour.
Each is a page, a picture to keep and a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.time import day_in
from kakou.ledger.actions.finding import tell_opened
from kakou.ledger.pages.frame import where_names
from kakou.places.queries import shapes as shapes_of
from kakou.tracing.actions.seeing import note_picture_taken
from kakou.tracing.actions.traces import window_of
from kakou.tracing.models import ControlMeasure, Exposure, Involved, Outbreak
from kakou.tracing.pages import seen
from kakou.tracing.pages.frame import somebodies
from kakou.tracing.pages.words import MEASURES
from kakou.tracing.pictures import chain as chains
from kakou.tracing.pictures import curve as curves
from kakou.tracing.pictures import placemap
from kakou.tracing.pictures import timeline as timelines
from kakou.tracing.pictures.table import Picture
from kakou.tracing.queries import cases as queries
from kakou.tracing.queries import names, seeing
from kakou.web.queries import site_zone
from kakou.web.sheets import write_xlsx
from kakou.web.shell.here import query_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = dt.timedelta(days=28)  # of a timeline
BEFORE, AROUND = dt.timedelta(days=14), dt.timedelta(days=1)
OTHERS = 50  # offered to be laid below a timeline
ELSEWHERE = gettext_noop("A place outside of your places")
TABS = {
    "chain": gettext_noop("Transmission chain"),
    "curve": gettext_noop("Epidemic curve"),
    "map": gettext_noop("Map of places"),
}


class Shown(NamedTuple):
    """What a page and its files show. `picture` None: there is nothing to be seen yet. `more`: for the template."""

    title: str
    picture: Picture | None
    more: dict[str, object]


@require_safe
@require_permission(Permission.SEE_CASES)
def chain(request: StaffRequest, id: UUID) -> HttpResponse:
    """Who may have infected whom, from one case on."""
    return _page(request, "chain", queries.outbreak_at(id))


@require_safe
@require_permission(Permission.SEE_CASES)
def curve(request: StaffRequest, id: UUID) -> HttpResponse:
    """Cases by day of onset, with what was done against it."""
    return _page(request, "curve", queries.outbreak_at(id))


@require_safe
@require_permission(Permission.SEE_CASES)
def places(request: StaffRequest, id: UUID) -> HttpResponse:
    """Where cases were, whom they met there, from when to when."""
    return _page(request, "map", queries.outbreak_at(id))


@require_safe
@require_permission(Permission.SEE_CASES)
def timeline(request: StaffRequest, id: UUID) -> HttpResponse:
    """One person against places; another's stays below, where both are compared."""
    row = queries.involved_at(id)
    outbreak = queries.outbreak_seen(row)
    shown = _timeline(request, row, outbreak)
    return _answer(request, "timeline", outbreak, shown, reverse("tracing:timeline_file", args=[id, "FORM"]))


@require_safe
@require_permission(Permission.SEE_CASES)
def chain_file(request: StaffRequest, id: UUID, form: str) -> HttpResponse:
    """The chain as a picture or a sheet."""
    return _file(request, "chain", queries.outbreak_at(id), form)


@require_safe
@require_permission(Permission.SEE_CASES)
def curve_file(request: StaffRequest, id: UUID, form: str) -> HttpResponse:
    """The curve as a picture or a sheet."""
    return _file(request, "curve", queries.outbreak_at(id), form)


@require_safe
@require_permission(Permission.SEE_CASES)
def places_file(request: StaffRequest, id: UUID, form: str) -> HttpResponse:
    """The map as a picture or a sheet."""
    return _file(request, "map", queries.outbreak_at(id), form)


@require_safe
@require_permission(Permission.SEE_CASES)
def timeline_file(request: StaffRequest, id: UUID, form: str) -> HttpResponse:
    """The timeline as a picture or a sheet."""
    row = queries.involved_at(id)
    outbreak = queries.outbreak_seen(row)
    return _handed(request, "timeline", row, outbreak, _timeline(request, row, outbreak), form)


def _page(request: StaffRequest, what: str, outbreak: Outbreak) -> HttpResponse:
    address = reverse(f"tracing:{what}_file", args=[outbreak.pk, "FORM"])
    return _answer(request, what, outbreak, SHOWS[what](request, outbreak), address)


def _answer(request: StaffRequest, what: str, outbreak: Outbreak | None, shown: Shown, file: str) -> HttpResponse:
    place = query_of(place=request.GET.get("place", ""))
    context = {
        "now": request.now,
        "outbreak": outbreak,
        "title": shown.title,
        "picture": shown.picture,
        "files": [(form, file.replace("FORM", form) + _query(request)) for form in ("xlsx", "svg")],
        "tabs": [
            (reverse(f"tracing:{tab}", args=[outbreak.pk]) + place, _(words), tab == what)
            for tab, words in TABS.items()
        ]
        if outbreak
        else [],
        "named": outbreak is not None and names.open_release(outbreak, request.staff, request.now) is not None,
        **shown.more,
    }
    return render(request, f"tracing/{what}.html", context)


def _file(request: StaffRequest, what: str, outbreak: Outbreak, form: str) -> HttpResponse:
    return _handed(request, what, outbreak, outbreak, SHOWS[what](request, outbreak), form)


def _handed(
    request: StaffRequest, what: str, about: Outbreak | Involved, outbreak: Outbreak | None, shown: Shown, form: str
) -> HttpResponse:
    """The file, told to the audit; masked unless names are open for whoever takes it."""
    if form not in ("svg", "xlsx"):
        raise NotFound("There is no such file.")
    if shown.picture is None:  # the page says what is missing
        return HttpResponseRedirect(reverse(f"tracing:{what}", args=[about.pk]) + _query(request))
    table = shown.picture.table
    note_picture_taken(
        what, form, subject=about.pk, node=about.node_id, rows=len(table.rows), by=request.staff, at=request.now,
        named=outbreak is not None and names.open_release(outbreak, request.staff, request.now) is not None,
    )  # fmt: skip
    if form == "svg":
        answer = HttpResponse(shown.picture.wide, content_type="image/svg+xml")
    else:
        answer = HttpResponse(write_xlsx(table.rows, table.columns), content_type=XLSX)
    day = day_in(site_zone(), request.now).isoformat()
    parts = [outbreak.title if outbreak else "", what, day]
    name = "-".join(part.replace("/", " ").replace("\\", " ") for part in parts if part)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or "attachment"
    return answer


def _chain(request: StaffRequest, outbreak: Outbreak) -> Shown:
    everybody = request.GET.get("all") == "1"
    people = seeing.people_of(outbreak)
    links = seen.links_of(people, seeing.exposures_in(outbreak), everybody=everybody)
    start = _start(request, people) or seen.first_case(people, links)
    title = _("Transmission chain")
    if start is None:
        return Shown(title, None, {})
    degrees = seen.reached(start, links)
    shown = somebodies(request, [people[id] for id in degrees], outbreak=outbreak)
    first = next(one for one in shown if one.row.pk == start)
    inside = [link for link in links if link.source_id in degrees and link.target_id in degrees]
    data = seen.chain_of(
        _("Transmission chain of %(outbreak)s from %(case)s on") % {"outbreak": outbreak.title, "case": first.number},
        shown, degrees, inside, zone=site_zone(), address=_address(request),
        names=where_names({pair.place for link in inside for pair in link.pairs[:1]}),
    )  # fmt: skip
    more: dict[str, object] = {
        "start": start, "cases": [one for one in people.values() if one.is_case], "everybody": "1" if everybody else "",
        "alone": len(degrees) == 1, "first": first,
        "whom": [("", _("Decided on")), ("1", _("All who were found"))],
    }  # fmt: skip
    return Shown(title, chains.picture(data, gettext, site_zone()), more)


def _start(request: StaffRequest, people: dict[UUID, Involved]) -> UUID | None:
    """The case of `?from=`. Raises NotFound when it is none of this outbreak."""
    if not request.GET.get("from"):
        return None
    start = _uuid(request.GET["from"])
    if start is None or start not in people or not people[start].is_case:
        raise NotFound("This case is not known in this outbreak.")
    return start


def _curve(request: StaffRequest, outbreak: Outbreak) -> Shown:
    cases, measures = queries.cases_of(outbreak), queries.measures_of(outbreak)
    title = _("Epidemic curve")
    if not cases:
        return Shown(title, None, {})
    names_of = where_names({one.node_id for one in measures})
    marks = [
        (one.since_at, f"{_(MEASURES[ControlMeasure.Kind(one.kind)])} {names_of.get(one.node_id, '')}".strip())
        for one in measures
    ]
    zone = site_zone()
    data = seen.curve_seen(
        _("Cases of %(outbreak)s by day of onset") % {"outbreak": outbreak.title}, cases, marks,
        end=day_in(zone, outbreak.closed_at or request.now), zone=zone,
    )  # fmt: skip
    return Shown(title, curves.picture(data, gettext), {"symptomless": any(_is_symptomless(one) for one in cases)})


def _is_symptomless(case: Involved) -> bool:
    return case.onset_on is None and seen.onset_of(case, site_zone()) is not None


def _places(request: StaffRequest, outbreak: Outbreak) -> Shown:
    people = seeing.people_of(outbreak)
    exposures = seeing.exposures_in(outbreak)
    stays = _stays_of_cases([one for one in people.values() if one.is_case], outbreak, request.now)
    shapes = shapes_of()
    nodes = {pair.place for one in exposures for pair in one.pairs} | stays.keys()
    found = seen.places_of(
        exposures, people, stays, names=where_names(nodes), elsewhere=_(ELSEWHERE),
        ground={node: seen.ground_of(shape) for node, shape in shapes.items() if node in nodes},
        address=lambda node: reverse("places:unit", args=[node]) if node in stays else "",
    )  # fmt: skip
    around = [ring for node, shape in shapes.items() if node not in nodes for ring in seen.ground_of(shape).outline]
    title = _("Map of places")
    if not found:
        return Shown(title, None, {})
    words = _("Places of the cases of %(outbreak)s") % {"outbreak": outbreak.title}
    data = placemap.PlaceMap(words, tuple(found), _("Contacts there"), tuple(around))
    picture = placemap.picture(data, gettext, site_zone())
    return Shown(title, picture, {"mapped": any(one.where for one in found)})


def _stays_of_cases(cases: Sequence[Involved], outbreak: Outbreak, at: dt.datetime) -> dict[int, list[timelines.Stay]]:
    """Node → where cases were while they could pass it on, as far as the ledger shows it to the reader."""
    windows = {case.subject: window for case in cases if (window := _window(case, outbreak, at)) is not None}
    if not windows:
        return {}
    since, until = min(w[0] for w in windows.values()), max(w[1] for w in windows.values())
    found: dict[int, list[timelines.Stay]] = {}
    for subject, rows in seeing.stays_of(windows, since, until).items():
        for node, stay in seen.stays_seen(rows, *windows[subject]):
            found.setdefault(node, []).append(stay)
    return found


def _timeline(request: StaffRequest, row: Involved, outbreak: Outbreak | None) -> Shown:
    exposures = seeing.exposures_about(row)
    linked = list(dict.fromkeys(one.target_id if one.source_id == row.pk else one.source_id for one in exposures))
    other = _other(request, row)
    people = _known([row.pk, *linked[:OTHERS]], [row, *([other] if other else [])])
    shown = {one.row.pk: one for one in somebodies(request, list(people.values()), outbreak=outbreak)}
    since, until = _between(row, other, outbreak, request.now)
    for one in (row, other):
        if one is not None:
            tell_opened(one.subject, by=request.staff, at=request.now)
    mine, theirs, names_of = _compared(row, other, exposures, since, until)
    who = shown[row.pk]
    data = timelines.Timeline(
        seen.label_of(who), seen.named(mine, names_of, _(ELSEWHERE)), since, until,
        seen.label_of(shown[other.pk]) if other else "", seen.named(theirs, names_of, _(ELSEWHERE)),
    )  # fmt: skip
    more: dict[str, object] = {
        "who": who, "label": data.who, "since": since, "until": until, "other": other,
        "others": [(one.row.pk, seen.label_of(one)) for one in shown.values() if one is not who],
    }  # fmt: skip
    picture = timelines.picture(data, gettext, site_zone())
    return Shown(picture.title, picture if data.stays or data.others else None, more)


def _compared(
    row: Involved, other: Involved | None, exposures: Sequence[Exposure], since: dt.datetime, until: dt.datetime
) -> tuple[list[tuple[int, timelines.Stay]], list[tuple[int, timelines.Stay]], dict[int, str]]:
    """Stays of both by node, and the names of the places."""
    rows = seeing.stays_of({one.subject for one in (row, other) if one}, since, until)
    mine = seen.stays_seen(rows[row.subject], since, until)
    theirs = seen.stays_seen(rows[other.subject], since, until) if other else []
    if other is not None:
        mine += seen.stays_told(exposures, row.pk, other.pk, {(node, one.enter) for node, one in mine})
        theirs += seen.stays_told(exposures, other.pk, row.pk, {(node, one.enter) for node, one in theirs})
    return mine, theirs, where_names({node for node, _stay in [*mine, *theirs]})


def _other(request: StaffRequest, row: Involved) -> Involved | None:
    """Whom `?with=` names. Raises NotFound when he is not in the same outbreak, or not in the reader's scope."""
    if not request.GET.get("with"):
        return None
    id = _uuid(request.GET["with"])
    other = queries.involved_at(id) if id else None
    if other is None or other.outbreak_id != row.outbreak_id or other.pk == row.pk:
        raise NotFound("This person is not known in this outbreak.")
    return other


def _known(ids: Sequence[UUID], known: Sequence[Involved]) -> dict[UUID, Involved]:
    """Those of them in scope, in this order, `known` among them."""
    found = {one.pk: one for one in Involved.objects.filter(pk__in=ids)} | {one.pk: one for one in known}
    order = dict.fromkeys([*ids, *found])
    return {id: found[id] for id in order if id in found}


def _between(
    row: Involved, other: Involved | None, outbreak: Outbreak | None, at: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """While the case (of two who are compared the first who is one) could pass it on; of contacts alone from the day
    before the first exposure to the day after the last. Never longer than `LONGEST`."""
    windows = (_window(one, outbreak, at) for one in (row, other) if one is not None and one.is_case)
    window = next((one for one in windows if one is not None), None)
    if window is None:
        begin = row.since_at - AROUND if row.since_at else (row.positive_at or row.found_at) - BEFORE
        window = begin, max(begin + AROUND, min((row.last_at or row.found_at) + AROUND, at))
    return window[0], min(window[1], window[0] + LONGEST)


def _window(row: Involved, outbreak: Outbreak | None, at: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    if outbreak is None:
        return None
    row.outbreak = outbreak  # known already
    try:
        return window_of(row, at=at)
    except Refusal:
        return None


def _outbreak_of(row: Involved) -> Outbreak | None:
    """Whose contacts live elsewhere may lie outside of the reader's scope."""
    return Outbreak.objects.filter(pk=row.outbreak_id).first()


def _address(request: StaffRequest) -> Callable[[UUID], str]:
    """The page of somebody of the outbreak."""
    place = query_of(place=request.GET.get("place", ""))
    pattern = reverse("tracing:person", args=[UUID(int=0)])
    return lambda one: pattern.replace(str(UUID(int=0)), str(one)) + place


def _query(request: StaffRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


SHOWS: dict[str, Callable[[StaffRequest, Outbreak], Shown]] = {"chain": _chain, "curve": _curve, "map": _places}
