"""Pages of notices: the channels of my places, and the desk of what waits and what cannot be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kakou.access.events import registry as known
from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.kernel.errors import NotFound, Refusal
from kakou.notices import actions, queries
from kakou.notices.adapters import KINDS, Kind, kind_of
from kakou.notices.forms import ChannelForm, DiscardForm
from kakou.notices.models import Attempt, Channel, Message
from kakou.notices.queries import Standing, Told
from kakou.notices.queries.people import receiver
from kakou.notices.rules import Outcome, State, Why, masked
from kakou.vault.rules import Kind as Masked
from kakou.vault.rules import mask
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.refusals.answers import of_refusal
from kakou.web.shell.here import place_of, query_of

SIGNS = {
    State.WAITING: Sign(gettext_noop("waits"), "look", "clock"),
    State.SENT: Sign(gettext_noop("sent"), "go", "check"),
    State.SENT_AGAIN: Sign(gettext_noop("sent again"), "info", "back"),
    State.DEAD: Sign(gettext_noop("stuck"), "stop", "octagon"),
    State.DISCARDED: Sign(gettext_noop("discarded"), "plain", "ring"),
    State.DROPPED: Sign(gettext_noop("not sent any more"), "plain", "ring"),
}
ON, OFF = Sign(gettext_noop("switched on"), "go", "check"), Sign(gettext_noop("switched off"), "plain", "ring")
OUTCOMES = {
    Outcome.BEGUN: gettext_noop("begun"),
    Outcome.SENT: gettext_noop("taken"),
    Outcome.LATER: gettext_noop("not taken, will be tried again"),
    Outcome.LOST: gettext_noop("the answer was lost, so it may have come"),
    Outcome.NEVER: gettext_noop("refused for good"),
}
CODES = {  # ours; those of receivers are numbers
    "timeout": gettext_noop("no answer in time"),
    "cut-off": gettext_noop("the connection broke off"),
    "worker-died": gettext_noop("the worker stopped in between"),
    "not-connected": gettext_noop("no connection"),
    "tls": gettext_noop("the certificate of the server is not trusted"),
    "name-unknown": gettext_noop("the name of the server is unknown"),
    "address-refused": gettext_noop("the address lies in a private network"),
    "plain-refused": gettext_noop("http without encryption is not used outside of one's own network"),
    "no-mail-server": gettext_noop("no mail server is set up (KAKOU_MAIL)"),
    "bad-header": gettext_noop("the subject is no subject"),
    "text-gone": gettext_noop("the text was destroyed on its day"),
    "unreadable": gettext_noop("the answer cannot be read"),
    "not-to-people": gettext_noop("the channel may not write to people any more"),
}
WHYS = {
    Why.OVERTAKEN: gettext_noop("it was over before it could be told"),
    Why.REFUSED: gettext_noop("whoever it is for wants no more messages"),
    Why.TOO_MANY: gettext_noop("this person was written to as often as anybody may be"),
}
SHOWS = (State.DEAD, State.WAITING, State.SENT_AGAIN, State.SENT, State.DISCARDED, State.DROPPED)
LATEST = 20
Done = TypeVar("Done")
PERMISSION = Permission.MANAGE_NOTICES


@dataclass(frozen=True, slots=True)
class Row:
    """A channel in the list."""

    standing: Standing
    kind: str
    place: str
    sign: Sign
    trouble: str


@dataclass(frozen=True, slots=True)
class Line:
    """A message in a list: its text masked, whatever its channel may carry, and so is the person it goes to."""

    message: Message
    sign: Sign
    text: str
    place: str
    trouble: str
    to: str


@require_safe
@require_permission(PERMISSION)
def channels(request: StaffRequest) -> HttpResponse:
    """Every channel at the place and below it, and how it does."""
    place = place_of(request)
    found = queries.channels_below(place.id if place else None)
    names = known.names(frozenset(one.channel.node_id for one in found))
    rows = [
        Row(
            one, _(kind_of(one.channel.kind).title), names.get(one.channel.node_id, ""),
            ON if one.channel.enabled else OFF, words_of(one.trouble),
        )
        for one in found
    ]  # fmt: skip
    context = {"now": request.now, "rows": rows, "dead": sum(one.dead for one in found)}
    return render(request, "notices/channels.html", context)


@require_http_methods(["GET", "POST"])
@require_permission(PERMISSION)
def new(request: StaffRequest) -> HttpResponse:
    """Add a channel to the place in the URL: first the place, then the kind, then how it is reached."""
    place = place_of(request)
    if place is not None and place.id not in nodes_held(PERMISSION):
        raise NotFound("There is no such place, or it is not one of yours.")
    kind = KINDS.get(request.GET.get("kind", ""))
    if place is None or kind is None:
        kinds = [(one.name, _(one.title), _(one.hint)) for one in KINDS.values()]
        status = 422 if request.method == "POST" else 200
        return render(request, "notices/new.html", {"kinds": kinds, "form": None}, status=status)
    posted = request.POST if request.method == "POST" else None
    form = ChannelForm(posted, kind=kind, administers=place.id in nodes_held(Permission.MANAGE_STAFF))

    def add() -> Channel:
        return actions.add_channel(
            node=place.id, kind=kind.name, reach=form.reach, wished=form.wished, by=request.staff, at=request.now
        )

    made = _done(form, add)
    if made is not None:
        messages.success(request, _("The channel is added. Send a test message to see whether it arrives."))
        return redirect(reverse("notices:channel", args=[made.pk]) + query_of(place=place.id))
    context = {"form": form, "title": _(kind.title), "hint": _(kind.hint)}
    return render(request, "notices/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require_permission(PERMISSION)
def channel(request: StaffRequest, id: int) -> HttpResponse:
    """One channel: change it, try it, switch it off; what went through it last."""
    found = queries.channel_for(id)
    kind = kind_of(found.kind)
    posted = request.POST if request.method == "POST" else None
    administers = found.node_id in nodes_held(Permission.MANAGE_STAFF)
    form = ChannelForm(posted, kind=kind, known=True, administers=administers, initial=_said(found))
    kept = _done(form, lambda: actions.change_channel(
        found, reach=form.reach, wished=form.wished, by=request.staff, at=request.now
    ))  # fmt: skip
    if kept is not None:
        messages.success(request, _("Kept, with your name and the time."))
        if found.may_write_people and not kept.may_write_people and not administers:
            elsewhere = _("It leads elsewhere now. An administrator says again whether it may write to people.")
            messages.warning(request, elsewhere)
        return _to_channel(request, id)
    return _channel_page(request, found, kind, form)


@require_POST
@require_permission(PERMISSION)
def switch(request: StaffRequest, id: int) -> HttpResponse:
    """On or off, as the form says."""
    found, on = queries.channel_for(id), request.POST.get("on") == "yes"
    let_go = actions.switch(found, on=on, by=request.staff, at=request.now)
    told = _("%(name)s is switched off: messages that wait go on waiting.")
    if on:
        told = _("%(name)s is switched on: it is told of what happens from now on.")
    if let_go:
        more = ngettext(
            "%(many)d thing from before is let go.", "%(many)d things from before are let go.", let_go
        ) % {"many": let_go}  # fmt: skip
        told += f" {more}"
    messages.success(request, told % {"name": found.name})
    return _to_channel(request, id)


@require_POST
@require_permission(PERMISSION)
def test(request: StaffRequest, id: int) -> HttpResponse:
    """A message that says it is a test."""
    found = queries.channel_for(id)
    told = {"name": found.name, "by": request.staff.display or request.staff.username}
    body = _("This is a test of the channel %(name)s, sent by %(by)s. Nothing has to be done.") % told
    try:
        actions.send_test(found, subject=_("Test message"), body=body, by=request.staff, at=request.now)
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, _("The test message is in the row. Below it is told what became of it."))
    return _to_channel(request, id)


@require_POST
@require_permission(PERMISSION)
def retry_all(request: StaffRequest, id: int) -> HttpResponse:
    """Everything of the channel that is stuck."""
    many = actions.retry_all(queries.channel_for(id), by=request.staff, at=request.now)
    messages.success(request, _("%(many)d messages are in the row again.") % {"many": many})
    return _to_channel(request, id)


@require_safe
@require_permission(PERMISSION)
def desk(request: StaffRequest) -> HttpResponse:
    """What is stuck, what waits, and what became of the rest; the oldest first."""
    place = place_of(request)
    node = place.id if place else None
    given = request.GET.get("show", "")
    state = State(given) if given in set(State) else State.DEAD
    found = queries.messages_below(node, state)
    if state not in (State.DEAD, State.WAITING):
        found = found.order_by("-id")
    page = page_of(found, request.GET.get("page", ""))
    shows = [(one.value, SIGNS[one].word) for one in SHOWS]
    context = {"now": request.now, "state": state.value, "shows": shows, "page": page, "lines": _lines(page.rows)}
    return render(request, "notices/desk.html", context)


@require_safe
@require_permission(PERMISSION)
def message(request: StaffRequest, id: int) -> HttpResponse:
    """One message, masked, and everything that was tried."""
    return _message_page(request, queries.message_for(id), DiscardForm())


@require_POST
@require_permission(PERMISSION)
def retry(request: StaffRequest, id: int) -> HttpResponse:
    """Put it back into the row."""
    found = queries.message_for(id)
    try:
        actions.retry(found, by=request.staff, at=request.now)
    except Refusal as refusal:
        messages.error(request, of_refusal(refusal).text)
    else:
        messages.success(request, _("It is in the row again, before what was told later."))
    return _to_message(request, id)


@require_POST
@require_permission(PERMISSION)
def discard(request: StaffRequest, id: int) -> HttpResponse:
    """It is not sent any more, and why."""
    found, form = queries.message_for(id), DiscardForm(request.POST)

    def act() -> bool:
        actions.discard(found, reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
        return True

    if _done(form, act):
        messages.success(request, _("Kept, with your name and the time."))
        return _to_message(request, id)
    return _message_page(request, found, form)


def words_of(attempt: Attempt | None) -> str:
    """What an attempt came to, with the code where it is the receiver's."""
    if attempt is None:
        return ""
    outcome, code = _(OUTCOMES[Outcome(attempt.outcome)]), attempt.code
    why = _(CODES[code]) if code in CODES else _("code %(code)s") % {"code": code} if code not in ("", "0") else ""
    return f"{outcome} ({why})" if why and attempt.outcome != Outcome.SENT else outcome


def why_dropped(found: Message) -> str:
    """Why it is sent no more, as somebody is told; "" for every other."""
    return _(WHYS[Why(found.dropped)]) if found.dropped else ""


def _done(form: ChannelForm | DiscardForm, act: Callable[[], Done]) -> Done | None:
    """What `act` gives for a valid form; None with the refusal told in the form."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except Refusal as refusal:
        form.add_error(None, of_refusal(refusal).text)
        return None


def _said(found: Channel) -> dict[str, object]:
    return {
        "name": found.name, "per_minute": found.per_minute, "may_name_people": found.may_name_people,
        "may_write_people": found.may_write_people,
    }  # fmt: skip


def _channel_page(request: StaffRequest, found: Channel, kind: Kind, form: ChannelForm) -> HttpResponse:
    latest = queries.messages_below(None, *State, channel=found.pk).order_by("-id")[:LATEST]
    context = {
        "now": request.now, "channel": found, "title": _(kind.title), "sign": ON if found.enabled else OFF,
        "form": form, "place": known.names(frozenset({found.node_id})).get(found.node_id, ""),
        "lines": _lines(list(latest)), "dead": queries.messages_below(None, State.DEAD, channel=found.pk).count(),
    }  # fmt: skip
    return render(request, "notices/channel.html", context, status=422 if form.errors else 200)


def _message_page(request: StaffRequest, found: Message, form: DiscardForm) -> HttpResponse:
    told = queries.text_of(found)
    context = {
        "now": request.now, "message": found, "sign": SIGNS[State(found.state)], "form": form,
        "told": told and Told(masked(told.subject), masked(told.body)),
        "place": known.names(frozenset({found.node_id})).get(found.node_id, ""),
        "to": mask(Masked.RECEIVER, receiver(found)), "why": why_dropped(found),
        "attempts": [(attempt, words_of(attempt)) for attempt in queries.attempts_of(found)],
        "may_retry": found.state == State.DEAD, "may_discard": found.state in (State.DEAD, State.WAITING),
    }  # fmt: skip
    return render(request, "notices/message.html", context, status=422 if form.errors else 200)


def _lines(found: Sequence[Message]) -> list[Line]:
    names = known.names(frozenset(one.node_id for one in found))
    last = queries.last_attempts(found)
    return [
        Line(
            one, SIGNS[State(one.state)], _first_words(one), names.get(one.node_id, ""), words_of(last.get(one.pk)),
            mask(Masked.RECEIVER, receiver(one)),
        )
        for one in found
    ]  # fmt: skip


def _first_words(found: Message) -> str:
    told = queries.text_of(found)
    if told is None:
        return _(CODES["text-gone"])
    text = masked((told.subject or told.body).partition("\n")[0])
    return text if len(text) <= 80 else text[:79] + "…"


def _to_channel(request: StaffRequest, id: int) -> HttpResponse:
    place = place_of(request)
    return redirect(reverse("notices:channel", args=[id]) + query_of(place=place.id if place else None))


def _to_message(request: StaffRequest, id: int) -> HttpResponse:
    place = place_of(request)
    return redirect(reverse("notices:message", args=[id]) + query_of(place=place.id if place else None))
