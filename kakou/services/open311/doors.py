"""The doors of Open311. What goes wrong is told as the text says: an array of codes and descriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt

from kakou.kernel.errors import NotFound, Refusal
from kakou.kernel.ids import id_at
from kakou.kernel.time import now, to_ms
from kakou.ledger.pages.limits import TooOften, count
from kakou.notices.queries.people import reaches
from kakou.places.geo import Position
from kakou.services.actions import key_of, open_request
from kakou.services.actions.keys import Holder
from kakou.services.forms import point_in
from kakou.services.open311 import documents
from kakou.services.open311.documents import JSON, XML, Document
from kakou.services.open311.reading import (
    ArgumentRefused,
    Reported,
    read_asked,
    read_category,
    read_id,
    read_reported,
)
from kakou.services.pages.words import STATES, category_word, is_emergency
from kakou.services.queries import ground, places, public
from kakou.services.queries.public import Listed
from kakou.services.rules import LINES, Category, Channel, Contact, Report, spaced
from kakou.web.refusals.answers import of_refusal

P = ParamSpec("P")
FORMS = {"json": JSON, "xml": XML}
READ, BY_ALL = "120/m", "3000/m"
SENT, OF_A_KEY = "600/h", "600/h"
REACH = 500  # m: from a place that is reported about to its nearest position
TWICE = dt.timedelta(minutes=10)  # sent again within it, the same is the same request


class KeyRefused(Refusal):
    """No key, nobody's, or an ended one."""

    code = "key-refused"
    status = 403


View = Callable[Concatenate[HttpRequest, P], Document]


def _door(*methods: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Answer with a document, in the form that the URL names."""

    def hung(view: View[P]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, form: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            media_type, status = FORMS.get(form, XML), 200
            try:
                document = _asked(request, form, methods, lambda: view(request, *args, **kwargs))
            except Refusal as refusal:
                status, document = _told(refusal)
            answer = HttpResponse(
                document.written(media_type), status=status, content_type=f"{media_type}; charset=utf-8"
            )
            answer["Cache-Control"] = "no-store"
            answer["Access-Control-Allow-Origin"] = "*"  # nothing here depends on who asks
            return answer

        return answered

    return hung


def _asked(request: HttpRequest, form: str, methods: Sequence[str], view: Callable[[], Document]) -> Document:
    if form not in FORMS:
        raise NotFound("Answers are given as xml and as json.")
    if request.method not in (*methods, "HEAD"):
        raise ArgumentRefused("This cannot be opened that way")
    if request.method == "POST":
        count(request, "open311_sent", client=SENT)  # whoever shows a key or none, before what was sent is read
    else:
        count(request, "open311", client=READ, about=(BY_ALL, "all"))
    return view()


def _told(refusal: Refusal) -> tuple[int, Document]:
    """As the text has it: 404 for what does not exist, 403 for a key, 400 for all else, whose code may say more."""
    status = refusal.status if refusal.status in (403, 404) else 400
    code = refusal.status if isinstance(refusal, TooOften) else status
    return status, documents.errors((code, of_refusal(refusal).text))


@_door("GET")
def discovery(request: HttpRequest) -> Document:
    """Where the endpoint is."""
    return documents.discovery(
        request.build_absolute_uri("/open311/v2"), contact=gettext("Ask the office that runs this installation."),
        key_service=gettext("The office that runs this installation makes keys: kakou services key add"),
    )  # fmt: skip


@_door("GET")
def service_list(request: HttpRequest) -> Document:
    """Every category."""
    return documents.services({category: _words(category) for category in LINES})


@_door("GET")
def service_definition(request: HttpRequest, code: str) -> Document:
    """What one category asks besides: nothing."""
    return documents.definition(read_category(code))


@_door("GET", "POST")
def service_requests(request: HttpRequest) -> Document:
    """Report one, or ask for several."""
    if request.method == "POST":
        return _report(request, now())
    asked = read_asked(request.GET.dict(), now=now())
    if asked.ids is not None:
        return _listed(public.by_ids(asked.ids))
    return _listed(
        public.between(asked.since, asked.until, categories=asked.categories, closed=asked.closed, page=asked.page)
    )


@_door("GET")
def service_request(request: HttpRequest, id: str) -> Document:
    """One request."""
    known = read_id(id)
    rows = public.by_ids([known]) if known else []
    if not rows:
        raise NotFound("There is no request with this service_request_id.")
    return _listed(rows)


@_door("GET")
def token(request: HttpRequest, token: str) -> Document:
    """None was ever given out: a request has its id at once."""
    raise NotFound("There is no such token: every request has its service_request_id at once.")


@csrf_exempt
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever else is asked for below /open311/ is told not to be there in the form that it asks for."""
    return _nothing(request, rest.rpartition(".")[2])


@_door("GET", "POST")
def _nothing(request: HttpRequest) -> Document:
    raise NotFound("There is nothing at this address. Discovery says where the endpoint is: /open311/discovery.xml")


def _words(category: Category) -> tuple[str, str, str]:
    group = gettext("Emergencies") if is_emergency(category) else gettext("Everyday matters")
    return category_word(category), gettext(LINES[category].example), group


def _listed(rows: Sequence[Listed]) -> Document:
    return documents.requests([(row, category_word(row.category), STATES[row.state].word) for row in rows])


def _report(request: HttpRequest, at: dt.datetime) -> Document:
    try:
        arguments = {**request.GET.dict(), **request.POST.dict()}
    except (RequestDataTooBig, TooManyFieldsSent):
        raise ArgumentRefused("Send less at once.") from None
    holder = key_of(str(arguments.get("api_key", "")))
    if holder is None:
        raise KeyRefused("The api_key is missing, or it is none that holds.")
    count(request, "open311_key", client=SENT, about=(OF_A_KEY, str(holder.id)))
    told = read_reported(arguments)
    report = Report(
        told.category, _place(told, holder), told.text or category_word(told.category), told.contact, Channel.PROGRAM,
        get_language() or settings.LANGUAGE_CODE, wants_word=True,
        point=point_in(*told.position) if told.position else None,
    )  # fmt: skip
    before, key = _keys(report, holder, at)
    opened = open_request(report, key=key, before=before, at=at).request
    return documents.opened(str(opened.pk), _notice(spaced(opened.code), told.contact, reaches([report.place])))


def _notice(code: str, contact: Contact, reach: frozenset[str]) -> str:
    """By what the answer is read; and that whoever reported is told, where he is: the standard has him asked nothing,
    and a number or an address given to it is given to be told."""
    if contact.phone:
        words = gettext("Code %(code)s: with it and the last four digits of the telephone number the answer is read.")
    elif contact.email:
        words = gettext("Code %(code)s: with it and the address of mail the answer is read.")
    else:
        return gettext("Without a telephone number the answer cannot be read; where it stands can.")
    is_told = bool((contact.phone and "phone" in reach) or (contact.email and "email" in reach))
    told = gettext("Whoever reported is told by message what becomes of it, and can stop that on the page of the code.")
    return words % {"code": code} + (f" {told}" if is_told else "")


def _lying_at(position: Position, holder: Holder) -> int:
    """The place there, or the nearest one. Raises ArgumentRefused when all are too far away; while none is on the map,
    it is where the key reports for."""
    found = ground.near(position, REACH, below=holder.node)
    if found:
        return found[0][1].node
    if ground.is_mapped(below=holder.node):
        raise ArgumentRefused(
            "lat and long lie more than %(reach)d m from every place that this key reports for.", reach=REACH
        )
    return holder.node


def _keys(report: Report, holder: Holder, at: dt.datetime) -> tuple[UUID, UUID]:
    """Under which keys the same report goes: that of the ten minutes before, and that of these."""
    part = to_ms(at) // int(TWICE.total_seconds() * 1000)
    said = repr((holder.id, report.category.value, report.place, report.text, report.contact, report.point)).encode()
    return id_at(0, b"%d" % (part - 1) + said), id_at(0, b"%d" % part + said)


def _place(told: Reported, holder: Holder) -> int:
    """Where it is about, as far as that can be known: by the id of the address, by a name that stands in the address,
    or by what lies at lat and long; else where the key reports for. Raises ArgumentRefused."""
    if not told.address_id:
        named = places.unit_below(holder.node, told.address) if told.address else holder.node
        return named if named != holder.node or told.position is None else _lying_at(told.position, holder)
    by_node = told.address_id.isdecimal() and len(told.address_id) < 10
    spot = places.spot_at(int(told.address_id)) if by_node else places.spot_of(told.address_id)
    if spot is None or not places.is_below(spot.node, holder.node):
        raise ArgumentRefused("address_id names no place that this key reports for.")
    return spot.node
