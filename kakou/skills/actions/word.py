"""Whoever is asked to help is sent the page on which he answers, where a channel may write to people; and is not sent
it any more once nobody needs him."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from kakou.access.scope import acting_as_system
from kakou.notices import actions as notices
from kakou.notices.adapters import Whom
from kakou.people.models import Person
from kakou.people.queries import plain_field
from kakou.services.rules import REQUESTED
from kakou.skills.models import Asked, Call
from kakou.skills.rules import LINES, Skill
from kakou.web.queries import site_zone
from kakou.workorders.events import Happened
from kakou.workorders.rules import StepKind

ASKED = "asked"


def tell_asked(call: Call, asked: Iterable[Asked], *, at: dt.datetime) -> int:
    """Send each of these the page, in the site's language; to how many. Without an address under which people open us
    nobody is sent a link that leads nowhere."""
    rows = list(asked)
    if not settings.SITE_URL or not rows:
        return 0
    with acting_as_system():
        persons = Person.objects.in_bulk([row.person_id for row in rows])
        phones = {id: plain_field(person, "phone") for id, person in persons.items()}
    with translation.override(settings.LANGUAGE_CODE):
        needed_at = call.needed_at.astimezone(site_zone()).strftime("%m-%d %H:%M")
        said = {"skill": gettext(LINES[Skill(call.skill)].words), "when": needed_at}
        words = gettext("Can you help? Needed: %(skill)s, from %(when)s. Say yes or no here:") % said
    return sum(
        notices.tell_person(
            f"{words}\n{settings.SITE_URL}{reverse('skills:answer', args=[row.code])}",
            to=Whom(phones.get(row.person_id, "")), about=row.pk, event=ASKED, node=call.node_id, at=at,
        )
        for row in rows
    )  # fmt: skip


def tell_no_more(asked: Q, *, at: dt.datetime) -> None:
    """Of these nobody is sent the page any more that has not gone out."""
    with acting_as_system():
        ids = list(Asked.objects.filter(asked).values_list("pk", flat=True))
    if ids:
        notices.overtake(ids, at=at)


def stop_asking(happened: Happened) -> None:
    """A request is settled: nobody is asked for it any more. In the transaction of the step."""
    if happened.kind == REQUESTED.name and happened.step in (StepKind.CLOSED, StepKind.DUPLICATE):
        tell_no_more(Q(call__order__in=happened.orders), at=happened.at)
