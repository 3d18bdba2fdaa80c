"""A call for helpers: opened for an order, people asked, the first yes gets it, hours and rating. Who is asked is sent
the page on which he answers, as long as he is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.ids import id_at, ms_of
from kakou.kernel.time import day_in
from kakou.services.rules import Rating
from kakou.skills.actions.holding import hold_helper
from kakou.skills.actions.word import tell_asked, tell_no_more
from kakou.skills.models import Asked, Call
from kakou.skills.queries.calls import is_over
from kakou.skills.queries.licences import bars, candidates
from kakou.skills.rules import Answer, HelperBarred, HelpRefused, Skill, Way, checked_minutes, judge_yes
from kakou.web.queries import site_zone
from kakou.workorders.queries import order_at
from kakou.workorders.rules import STILL_OPEN, State

KEEP = dt.timedelta(days=90)  # as requests


@dataclass(frozen=True, slots=True)
class NewCall:
    """For which order, where, who is needed from when; `note` is read by whoever is asked, and may be ""."""

    order: UUID
    node: int
    skill: Skill
    needed_at: dt.datetime
    note: str = ""


@transaction.atomic
def open_call(new: NewCall, *, key: UUID, by: Staff, at: dt.datetime) -> Call:
    """Begin to look for somebody. The same `key` (UUIDv7) with the same content again is the same call. Raises NotFound
    for an order out of sight, HelpRefused for one that is closed, NotAllowed, ReasonUnfit."""
    access.require(by, Permission.CLOSE_ORDERS, new.node)
    id = id_at(ms_of(key) or 0, key.bytes + repr(new).encode())
    if stored := Call.objects.filter(pk=id).first():
        return stored
    if State(order_at(new.order).state) not in STILL_OPEN:
        raise HelpRefused("This request is settled; helpers are called for an open one.")
    made, is_new = Call.objects.get_or_create(
        pk=id,
        defaults={
            "order_id": new.order, "node_id": new.node, "skill": new.skill, "needed_at": new.needed_at,
            "note": checked_reason(new.note) if new.note.strip() else "", "opened_at": at, "opened_by": by,
            "due_on": day_in(site_zone(), at) + KEEP,
        },
    )  # fmt: skip
    if is_new:
        audit.record("help.called", subject=id, by=by.pk, at=at, node=new.node, skill=new.skill.value, order=new.order)
    return made


@transaction.atomic
def ask(call: Call, persons: Collection[UUID], *, by: Staff, at: dt.datetime) -> list[Asked]:
    """Ask these; who was asked before is not asked twice, but who said yes too late may be. All or none. Raises
    HelperBarred when something red is open about one, HelpRefused for one who is not found any more and for a call that
    is over, NotAllowed."""
    now = _locked(call, by)
    _check_open(now)
    found = {one.held.row.person_id: one for one in candidates(Skill(now.skill), node=now.node_id, at=at)}
    if set(persons) - found.keys():
        raise HelpRefused("Somebody whom you chose is not among the helpers here any more. Choose again.")
    if any(not found[person].may_be_asked for person in persons):
        raise HelperBarred("Somebody whom you chose may not be asked now. Choose again.")
    late = list(Asked.objects.filter(call=now, person_id__in=persons, answer=Answer.LATE))
    Asked.objects.filter(pk__in=[row.pk for row in late]).update(
        answer=Answer.WAITING, way="", answered_at=None, answered_by=None
    )
    known = set(Asked.objects.filter(call=now).values_list("person_id", flat=True))
    made = [
        Asked(call=now, node_id=now.node_id, person_id=one, asked_at=at, asked_by=by)
        for one in persons
        if one not in known
    ]
    Asked.objects.bulk_create(made)
    if made or late:
        audit.record("help.asked", subject=now.pk, by=by.pk, at=at, node=now.node_id, asked=len(made) + len(late))
        tell_asked(now, made + late, at=at)
    return made + late


@transaction.atomic
def answer(asked: Asked, is_yes: bool, *, by: Staff | None, at: dt.datetime) -> Answer:
    """What somebody said, by his page (`by` None: the caller has seen his code) or by telephone; what it was worth. The
    first yes gets it, unless something red is open about him at this moment. Raises HelpRefused when he had answered,
    NotAllowed."""
    call = _locked(asked.call, by)
    now = Asked.objects.select_for_update().get(pk=asked.pk)
    if now.answer:
        raise HelpRefused("This was answered before.")
    said = _worth(call, now, at) if is_yes else Answer.NO
    try:
        with transaction.atomic():
            _keep(now, said, by, at)
    except IntegrityError:  # he said yes to another call at the same moment
        said = Answer.BARRED
        _keep(now, said, by, at)
    _answered(call, now, said, by, at)
    tell_no_more(Q(call=call) if said is Answer.YES else Q(pk=now.pk), at=at)
    return said


@transaction.atomic
def stay_away(asked: Asked, *, by: Staff, at: dt.datetime) -> None:
    """Who said yes does not come after all: he is free, and others may be asked. Raises HelpRefused once he is there,
    NotAllowed."""
    call = _locked(asked.call, by)
    now = _helping(asked)
    if now.came_at is not None:
        raise HelpRefused("Somebody helps: say first how long.")
    _keep(now, Answer.NO, by, at)
    _answered(call, now, Answer.NO, by, at)


@transaction.atomic
def came(asked: Asked, *, by: Staff, at: dt.datetime) -> None:
    """The helper is there. Raises HelpRefused, HelperBarred when something red came up meanwhile, NotAllowed."""
    call = _locked(asked.call, by)
    now = _helping(asked)
    if now.came_at is not None:
        raise HelpRefused("This is kept already.")
    if bars(now.person_id, Skill(call.skill), node=call.node_id, at=at, helps_here=True):
        raise HelperBarred("Something red is open about the helper now. Let nobody begin.")
    Asked.objects.filter(pk=now.pk).update(came_at=at)
    audit.record("help.came", subject=call.pk, by=by.pk, at=at, node=call.node_id, asked=now.pk)


@transaction.atomic
def served(asked: Asked, minutes: int, *, by: Staff, at: dt.datetime) -> None:
    """The helper is done, after so many minutes; the call ends with it. Raises HelpRefused, NotAllowed."""
    call = _locked(asked.call, by)
    now = _helping(asked)
    Asked.objects.filter(pk=now.pk).update(done_at=at, came_at=now.came_at or at, minutes=checked_minutes(minutes))
    Call.objects.filter(pk=call.pk, ended_at=None).update(ended_at=at, ended_by=by)
    audit.record("help.served", subject=call.pk, by=by.pk, at=at, node=call.node_id, asked=now.pk, minutes=minutes)


@transaction.atomic
def rate(asked: Asked, rating: Rating, *, by: Staff, at: dt.datetime) -> None:
    """What whoever needed the helper says of him. Once. Raises HelpRefused, NotAllowed."""
    call = _locked(asked.call, by)
    changed = Asked.objects.filter(pk=asked.pk, done_at__isnull=False, rating="").update(
        rating=rating, rated_at=at, rated_by=by
    )
    if not changed:
        raise HelpRefused("Nobody has helped yet, or it was rated before.")
    audit.record("help.rated", subject=call.pk, by=by.pk, at=at, node=call.node_id, rating=rating.value)


@transaction.atomic
def end_call(call: Call, *, by: Staff, at: dt.datetime) -> None:
    """Nobody is needed any more, or nobody was found. Raises HelpRefused while somebody helps, NotAllowed."""
    now = _locked(call, by)
    if Asked.objects.filter(call=now, answer=Answer.YES, done_at=None).exists():
        raise HelpRefused("Somebody helps: say first how long.")
    if Call.objects.filter(pk=now.pk, ended_at=None).update(ended_at=at, ended_by=by):
        audit.record("help.ended", subject=now.pk, by=by.pk, at=at, node=now.node_id)
        tell_no_more(Q(call=now), at=at)


def _locked(call: Call, by: Staff | None) -> Call:
    """The call, for this transaction alone: answers to it come one after the other."""
    if by is not None:
        access.require(by, Permission.CLOSE_ORDERS, call.node_id)
    return Call.objects.select_for_update().get(pk=call.pk)


def _check_open(call: Call) -> None:
    if is_over(call) or Asked.objects.filter(call=call, answer=Answer.YES).exists():
        raise HelpRefused("This call is over: somebody said yes, or it was ended.")


def _helping(asked: Asked) -> Asked:
    now = Asked.objects.select_for_update().get(pk=asked.pk)
    if now.answer != Answer.YES or now.done_at is not None:
        raise HelpRefused("This one does not help now.")
    return now


def _worth(call: Call, asked: Asked, at: dt.datetime) -> Answer:
    hold_helper(asked.person_id)
    return judge_yes(
        is_taken=Asked.objects.filter(call=call, answer=Answer.YES).exists(), is_ended=is_over(call),
        is_barred=bool(bars(asked.person_id, Skill(call.skill), node=call.node_id, at=at)),
    )  # fmt: skip


def _keep(asked: Asked, said: Answer, by: Staff | None, at: dt.datetime) -> None:
    way = Way.PHONE if by else Way.LINK
    Asked.objects.filter(pk=asked.pk).update(answer=said, way=way, answered_at=at, answered_by=by)


def _answered(call: Call, asked: Asked, said: Answer, by: Staff | None, at: dt.datetime) -> None:
    audit.record(
        "help.answered", subject=call.pk, by=by.pk if by else None, at=at, node=call.node_id, answer=said.value,
        asked=asked.pk,
    )  # fmt: skip
