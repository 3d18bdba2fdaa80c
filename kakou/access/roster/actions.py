"""The only writes of the roster: accounts made on a page, what somebody is, where he is mobilised to."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from kakou.access.actions import create_staff, grant_role, require, reset_password
from kakou.access.models import Grant, Node, RosterEntry, Staff
from kakou.access.queries import seat_of, staff_spelled
from kakou.access.roster.rules import Identity, Mobilised, RosterRefused, check_account, check_step
from kakou.access.rules import Permission, Role
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Known:
    """What is told of one person who works here: his duty title, where he belongs, what he is, his party branch."""

    display: str
    node: int
    identities: frozenset[Identity] = field(default_factory=frozenset)
    branch: str = ""


@transaction.atomic
def enter(username: str, known: Known, *, password: str | None = None, by: Staff, at: dt.datetime) -> RosterEntry:
    """A new account with what is known of its holder; without a password it cannot log in yet.

    Raises NotAllowed over places that are not `by`'s, RosterRefused for a name that is taken or is none, NameTaken for
    one that is taken at this moment.
    """
    require(by, Permission.MANAGE_STAFF, known.node)
    if staff_spelled(check_account(username)) is not None:
        raise RosterRefused("There is an account of this name already. Choose another one.")
    made = create_staff(username=username, password=password, display=known.display, node=known.node, by=by, at=at)
    return _write(RosterEntry(staff=made), known, by=by, at=at)


@transaction.atomic
def make_account(
    username: str, known: Known, *, role: Role | None, by: Staff, at: dt.datetime
) -> tuple[RosterEntry, str]:
    """`enter`, with a password that is shown once, and a role where he belongs. Raises as `enter` does."""
    password = secrets.token_urlsafe(12)
    entry = enter(username, known, password=password, by=by, at=at)
    if role is not None:
        grant_role(staff=entry.staff, role=role, node=Node.objects.get(pk=known.node), by=by, at=at)
    return entry, password


@transaction.atomic
def describe(staff: Staff, known: Known, *, by: Staff, at: dt.datetime) -> RosterEntry:
    """Say what somebody is, in place of what was said before. Of whom nothing was said yet, only whoever gives and ends
    all his roles says where he belongs: to give one of them is not enough. Raises NotAllowed."""
    entry = _entry_of(staff) or RosterEntry(staff=staff)
    for node in {known.node, *([entry.node_id] if entry.pk is not None else _held(staff))}:
        require(by, Permission.MANAGE_STAFF, node)
    if staff.display != known.display:
        Staff.objects.filter(pk=staff.pk).update(display=known.display)
        staff.display = known.display
    return _write(entry, known, by=by, at=at)


def _write(entry: RosterEntry, known: Known, *, by: Staff, at: dt.datetime) -> RosterEntry:
    entry.node_id, entry.branch = known.node, known.branch
    entry.identities = [one.value for one in Identity if one in known.identities]
    entry.save(update_fields=["node", "branch", "identities"] if entry.pk else None)
    # which identities somebody has is his own: the audit tells that it was said, and by whom
    audit.record("roster.described", subject=str(entry.staff_id), by=by.pk, at=at, node=entry.node_id)
    return entry


@transaction.atomic
def mobilise(entries: Iterable[RosterEntry], then: Mobilised, *, post: int | None, by: Staff, at: dt.datetime) -> int:
    """Call people to `post`, or say that they have arrived at theirs, or stand them down; how many. All or nobody.

    Raises RosterRefused where that cannot follow, NotAllowed for people who belong elsewhere, or a post elsewhere.
    """
    if then is Mobilised.CALLED:
        if post is None:
            raise RosterRefused("Say where to.")
        require(by, Permission.MANAGE_STAFF, post)
    many = 0
    for entry in entries:
        _step(entry, then, post=post, by=by, at=at)
        many += 1
    if not many:
        raise RosterRefused("Tick at least one person.")
    return many


def _step(entry: RosterEntry, then: Mobilised, *, post: int | None, by: Staff, at: dt.datetime) -> None:
    now = RosterEntry.objects.select_for_update().get(pk=entry.pk)
    if then is not Mobilised.THERE or now.post_id is None or not by.may(Permission.MANAGE_STAFF, now.post_id):
        require(by, Permission.MANAGE_STAFF, now.node_id)  # who answers for the post sees who arrives
    check_step(Mobilised(now.state), then)
    goes = {Mobilised.CALLED: post, Mobilised.THERE: now.post_id, Mobilised.HOME: None}[then]
    RosterEntry.objects.filter(pk=now.pk).update(
        state=then.value, post=goes, since=None if then is Mobilised.HOME else at
    )
    at_place = goes or now.post_id or now.node_id
    audit.record("roster.mobilised", subject=str(now.staff_id), by=by.pk, at=at, node=at_place, state=then.value)


@transaction.atomic
def give_password(staff: Staff, *, by: Staff, at: dt.datetime) -> str:
    """A new password for somebody who forgot his, shown once; the second factor stays. Raises NotAllowed unless every
    role of that account lies where `by` gives and ends roles, and it is not `by`'s own."""
    places = places_of(staff)
    if staff.pk == by.pk or not places or not all(by.may(Permission.MANAGE_STAFF, node) for node in places):
        raise NotAllowed("This account holds roles elsewhere too, or is your own. Ask another administrator.")
    password = secrets.token_urlsafe(12)
    reset_password(staff, password=password, node=seat_of(staff) or min(places), by=by, at=at)
    return password


def places_of(staff: Staff) -> set[int]:
    """Where he is known and where he holds roles, there too where the reader sees nothing."""
    entry = _entry_of(staff)
    return {*_held(staff), *([entry.node_id] if entry else [])}


def _entry_of(staff: Staff) -> RosterEntry | None:
    with acting_as_system():  # what a reader does not see is not therefore his own
        return RosterEntry.objects.filter(staff=staff).first()


def _held(staff: Staff) -> list[int]:
    return list(Grant.objects.filter(staff=staff, ended_at=None).values_list("node_id", flat=True))
