"""Names of an outbreak's people are released by another person than the one who asks, for a time, and audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.access.seconding import require_second
from kakou.audit import actions as audit
from kakou.audit.rules import LONGEST_LIST, checked_reason
from kakou.kernel.errors import NotFound
from kakou.people import queries as people
from kakou.people.models import Person
from kakou.tracing.models import NameRelease, Outbreak
from kakou.tracing.queries.names import open_release, was_refused
from kakou.tracing.rules.names import (
    OPEN_FOR,
    ReleaseMove,
    ReleaseRefused,
    ReleaseState,
    step,
)
from kakou.web.actions import announce

MOST_AT_ONCE = LONGEST_LIST


@transaction.atomic
def ask_names(outbreak: Outbreak, *, reason: str, break_glass: bool = False, by: Staff, at: dt.datetime) -> NameRelease:
    """Ask to see the names of an outbreak's people. `break_glass`: at once, to be confirmed afterwards by another.

    Raises NotAllowed, ReasonUnfit, ReleaseRefused while one of the asker's is going on.
    """
    access.require(by, Permission.TRACE, outbreak.node_id)
    going_on = NameRelease.objects.filter(outbreak=outbreak, asked_by=by, state=ReleaseState.ASKED)
    if open_release(outbreak, by, at) is not None or (going_on.exists() and not break_glass):
        raise ReleaseRefused("You asked already: look at what became of it.")
    if break_glass and was_refused(outbreak, by, since=at - OPEN_FOR):
        raise ReleaseRefused("It was refused. Ask, and convince somebody who may release names.")
    going_on.update(state=ReleaseState.ENDED)
    state = ReleaseState.BROKEN_GLASS if break_glass else ReleaseState.ASKED
    made = NameRelease.objects.create(
        outbreak=outbreak, node_id=outbreak.node_id, reason=checked_reason(reason), asked_by=by, asked_at=at,
        state=state, until=at + OPEN_FOR if break_glass else None,
    )  # fmt: skip
    audit.record(
        f"names.{state.value}", subject=made.pk, by=by.pk, at=at,
        node=outbreak.node_id, reason=reason, outbreak=outbreak.pk,
    )  # fmt: skip
    announce("cases.changed", node=outbreak.node_id)
    return made


@transaction.atomic
def settle_names(release: NameRelease, move: ReleaseMove, *, by: Staff, at: dt.datetime) -> NameRelease:
    """Grant, refuse, confirm; or give it back. Raises NotAllowed, NotFound, TooNew, ReleaseRefused (takes another)."""
    now = NameRelease.objects.select_for_update(of=("self",)).filter(pk=release.pk).first()
    if now is None:
        raise NotFound("This request is not known here.")
    needed = Permission.TRACE if by.pk == now.asked_by_id else Permission.RELEASE_NAMES
    access.require(by, needed, now.node_id)
    state = step(ReleaseState(now.state), move, asked_by=now.asked_by_id, by=by.pk)
    if by.pk != now.asked_by_id:
        require_second(by, [needed], [now.node_id], asked_at=now.asked_at, at=at)
    if move is ReleaseMove.GRANT:
        now.until = at + OPEN_FOR
    elif state in (ReleaseState.REFUSED, ReleaseState.ENDED) or move is ReleaseMove.END:
        now.until = at
    if state is not ReleaseState.BROKEN_GLASS:  # given back, it still waits for somebody to say whether it was right
        now.state, now.settled_by, now.settled_at = state, by, at
    now.save(update_fields=["state", "settled_by", "settled_at", "until"])
    audit.record(
        f"names.{state.value}", subject=now.pk, by=by.pk, at=at, node=now.node_id, outbreak=now.outbreak_id,
        asked_by=now.asked_by_id,
    )  # fmt: skip
    announce("cases.changed", node=now.node_id)
    return now


@transaction.atomic
def names_of(
    outbreak: Outbreak, subjects: Sequence[UUID], *, by: Staff, at: dt.datetime
) -> dict[UUID, tuple[str, str]]:
    """Name and telephone of those in scope, when names are open for `by`; else nobody. What was shown is audited: whose
    ids, on one event for each hundred."""
    release = open_release(outbreak, by, at)
    if release is None or not subjects or not by.may(Permission.TRACE, outbreak.node_id):
        return {}
    persons = list(Person.objects.filter(pk__in=subjects))
    for first in range(0, len(persons), MOST_AT_ONCE):
        part = [person.pk for person in persons[first : first + MOST_AT_ONCE]]
        audit.record(
            "names.shown", subject=release.pk, by=by.pk, at=at, node=release.node_id, outbreak=outbreak.pk, whose=part
        )
    return {person.pk: (people.plain_field(person, "name"), people.plain_field(person, "phone")) for person in persons}
