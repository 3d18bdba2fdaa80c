"""Whoever reported is told what becomes of his request, in the language in which he reported it; until he wants no
more."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.notices import actions as notices
from kakou.notices.adapters import Whom
from kakou.notices.rules import Why
from kakou.services.models import Request
from kakou.services.queries.requests import contact_of
from kakou.services.rules import REQUESTED, spaced
from kakou.services.rules.telling import AFTER, OVER, WORDS, Word
from kakou.workorders.events import Happened
from kakou.workorders.rules import StepKind

BY_MAIL = "mail"  # in the address of the page: whoever comes from there gave an address and no number


def tell_reporters(happened: Happened) -> None:
    """What whoever reported is told after a step; those too whose requests were joined with this one. In the
    transaction of the step."""
    if happened.kind != REQUESTED.name or happened.step not in AFTER.keys() | OVER:
        return
    with acting_as_system():
        word = AFTER.get(happened.step)
        about = Q(order__in=happened.orders)
        if word is None or WORDS[word].follows:
            about |= Q(order__duplicate_of__in=happened.orders)
        known = Request.objects.select_related("order").select_for_update(of=("self",))  # he may be saying "no more"
        for request in known.filter(about).order_by("pk"):
            if word is None or _knows(request, happened):
                notices.overtake([request.pk], at=happened.at)
            else:
                tell_reporter(request, word, at=happened.at)


def tell_reporter(request: Request, word: Word, *, at: dt.datetime) -> None:
    """Tell it to whoever reported, if he wants to be told and can be."""
    if not request.wants_word:
        return
    contact = contact_of(request)
    is_joined = request.order.duplicate_of_id is not None and word is not Word.JOINED
    with translation.override(request.language or settings.LANGUAGE_CODE):
        told = WORDS[word].theirs if is_joined else WORDS[word].text
        text = translation.gettext(told) % {"code": spaced(request.code)}
    notices.tell_person(
        f"{text}\n{_link(request)}".rstrip(), to=Whom(contact.phone, contact.email), about=request.pk,
        event=word.value, node=request.place_id, at=at,
    )  # fmt: skip


@transaction.atomic
def hush(request: Request, *, at: dt.datetime) -> None:
    """Whoever reported wants no more messages about it, neither those that wait. Twice changes nothing."""
    if Request.objects.filter(pk=request.pk, wants_word=True).update(wants_word=False):
        notices.overtake([request.pk], at=at, why=Why.REFUSED)
        audit.record("request.hushed", subject=request.pk, by=None, at=at, node=request.node_id)


def _knows(request: Request, happened: Happened) -> bool:
    """His own rating settled it: nobody has to tell him."""
    return happened.step is StepKind.CLOSED and request.rated_at == happened.at


def _link(request: Request) -> str:
    """Where it is followed; "" where nobody said under which address people open us."""
    if not settings.SITE_URL:
        return ""
    by = "" if request.last_four is not None else f"&by={BY_MAIL}"
    return f"{settings.SITE_URL}{reverse('services:follow')}?code={request.code}{by}"
