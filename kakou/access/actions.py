"""The only writes of access: the tree, staff and grants, gate devices."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max
from django.db.models.expressions import RawSQL

from kakou.access.models import Badge, Closure, Device, Enrolment, Grant, Move, Node, PhoneShift, PhoneState, Staff, Use
from kakou.access.queries import seat_of
from kakou.access.rules import UNHEARD, Permission, Role, hash_of_token
from kakou.access.scope import acting_as
from kakou.access.scope.acting import widen
from kakou.audit import actions as audit
from kakou.kernel.errors import NotAllowed, Refusal
from kakou.web.turns import wait_for_turn

ENROLMENT_LASTS = dt.timedelta(minutes=15)
USES_KEPT = dt.timedelta(days=1)


class WouldBeCircular(Refusal):
    """A node cannot hang below itself."""

    code = "tree-circular"


class OwnRole(Refusal):
    """Two pairs of eyes: what one may do is for another to say."""

    code = "own-role"
    status = 403


class NameTaken(Refusal):
    """There is an account of that name."""

    code = "staff-name-taken"
    status = 409


class EnrolmentUnusable(Refusal):
    """Used, expired or never issued: all three look the same to whoever tries tokens."""

    code = "enrolment-unusable"
    status = 403


class TooOften(Refusal):
    """One account did within a span what only somebody who tries values one by one does so often."""

    code = "too-often"
    status = 429


class BesideDrill(Refusal):
    """Accounts of the drill need no second factor, so nothing real may be where they are: not once, but ever."""

    code = "beside-drill"
    status = 409


def refuse_beside_drill() -> None:
    """Raise BesideDrill on a system that holds accounts of the drill."""
    if Staff.objects.filter(is_drill=True).exists():
        raise BesideDrill(
            "This system is for the drill: its accounts need no second factor, so real accounts and real data belong"
            " elsewhere. Give them a system of their own (set KAKOU_HOME to an empty folder)."
        )


def _refuse_beside_real() -> None:
    if Staff.objects.filter(is_drill=False).exists():
        raise BesideDrill(
            "This system holds real accounts. Give the drill a system of its own (set KAKOU_HOME to an empty folder)."
        )


def require(by: Staff, permission: Permission, node: int) -> None:
    """Raise NotAllowed unless `by` holds `permission` over `node`."""
    if not by.may(permission, node):
        raise NotAllowed("Your role does not allow this here.")


@transaction.atomic
def add_node(*, parent: Node | None) -> Node:
    """Add a node below `parent` (None: a root). Whoever acts over the parent acts over the new node at once."""
    node = Node.objects.create(parent=parent)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_closure (ancestor_id, descendant_id, depth)"
            " select ancestor_id, %s, depth + 1 from access_closure where descendant_id = %s"
            " union all select %s, %s, 0",
            [node.pk, parent.pk if parent else None, node.pk, node.pk],
        )
    widen(node.pk, parent.pk if parent else None)
    return node


def hold_tree() -> None:
    """Let nobody else cut the tree until this transaction ends: what is read of it from here on stays true. Of two who
    hang each other's units into their own, the second would else see a tree that is no more, and make a circle."""
    with connection.cursor() as cursor:
        cursor.execute("lock table access_closure in share row exclusive mode")


@transaction.atomic
def move_node(node: Node, *, parent: Node, by: Staff, at: dt.datetime) -> None:
    """Hang `node` and all below it under `parent`; what was recorded there follows. Raises WouldBeCircular."""
    hold_tree()
    require(by, Permission.EDIT_PLACES, node.pk)
    require(by, Permission.EDIT_PLACES, parent.pk)
    if Closure.objects.filter(ancestor=node, descendant=parent).exists():
        raise WouldBeCircular("A unit cannot be moved below itself.")
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from access_closure c using access_closure up, access_closure down"
            " where up.descendant_id = %s and up.depth > 0 and down.ancestor_id = %s"
            " and c.ancestor_id = up.ancestor_id and c.descendant_id = down.descendant_id",
            [node.pk, node.pk],
        )
        cursor.execute(
            "insert into access_closure (ancestor_id, descendant_id, depth)"
            " select up.ancestor_id, down.descendant_id, up.depth + down.depth + 1"
            " from access_closure up, access_closure down where up.descendant_id = %s and down.ancestor_id = %s",
            [parent.pk, node.pk],
        )
    _refuse_seconds_above(node)
    was = Node.objects.values_list("parent_id", flat=True).get(pk=node.pk)
    Node.objects.filter(pk=node.pk).update(parent=parent)
    last = Move.objects.aggregate(last=Max("at"))["last"]
    Move.objects.create(node=node, was_id=was, now=parent, at=max(at, last or at))  # a clock put back changes no past
    audit.record("tree.moved", subject=str(node.pk), by=by.pk, at=at, node=node.pk, parent=parent.pk)


def _refuse_seconds_above(node: Node) -> None:
    """Raise WouldBeCircular where `node` or what is below it now stands in one line with the one that it manages on
    behalf, or that manages it: from below, somebody would look up at all that hangs around him."""
    moved = Closure.objects.filter(ancestor=node).values("descendant")
    managed = Closure.objects.filter(depth__gt=0, descendant__in=moved)
    ways = {"descendant__second_superior": F("ancestor"), "ancestor__second_superior": F("descendant")}
    if any(managed.filter(**{way: other}).exists() for way, other in ways.items()):
        raise WouldBeCircular(
            "One of the two manages the other on behalf of its superior, and would stand in one line with it. End that"
            " first."
        )


@transaction.atomic
def second(node: Node, *, superior: Node | None) -> None:
    """Let whoever works over `superior` act over `node` too, within `OF_SECOND`; None: nobody besides its own line. One
    step: what the second superior of a unit is itself managed by does not reach the unit. Raises WouldBeCircular."""
    hold_tree()
    if superior is not None:
        line = Closure.objects.filter(ancestor__in=[node.pk, superior.pk], descendant__in=[node.pk, superior.pk])
        if line.filter(depth__gt=0).exists() or node.pk == superior.pk:
            raise WouldBeCircular("A second superior stands in another line than the unit.")
    Node.objects.filter(pk=node.pk).update(second_superior=superior)


@transaction.atomic
def create_staff(
    *, username: str, password: str | None, display: str = "", is_drill: bool = False, node: int | None = None,
    by: Staff | None, at: dt.datetime,
) -> Staff:  # fmt: skip
    """Make an account of `node`; `password=None`: it cannot log in yet. `by=None` is the installation itself.

    Raises BesideDrill for a real account on a system of the drill, and the other way round; NameTaken, also by somebody
    who makes one at this moment, and by another spelling of the name.
    """
    if is_drill:
        _refuse_beside_real()
    else:
        refuse_beside_drill()
    staff = Staff(username=username, display=display, is_drill=is_drill, created_at=at, handed_at=at if by else None)
    staff.set_password(password)
    try:
        with transaction.atomic():
            staff.save()
    except IntegrityError as error:
        raise NameTaken("There is an account named %(name)s already.", name=username) from error
    audit.record("staff.created", subject=str(staff.pk), by=by.pk if by else None, at=at, node=node)
    return staff


@transaction.atomic
def reset_password(
    staff: Staff, *, password: str, forget_factor: bool = False, node: int | None = None, by: Staff | None,
    at: dt.datetime,
) -> None:  # fmt: skip
    """Give an account a new password; its open sessions end. With `forget_factor` it also sets up a new second factor
    at the next login, because the phone with the old one is lost. `node`: where he is known who has no role.
    """
    where = node or seat_of(staff)
    staff.set_password(password)
    staff.handed_at = at if by else staff.handed_at
    staff.save(update_fields=["password", "handed_at"])
    audit.record("staff.password_reset", subject=str(staff.pk), by=by.pk if by else None, at=at, node=where)
    if forget_factor:
        Authenticator.objects.filter(user=staff).delete()
        audit.record("staff.factor_forgotten", subject=str(staff.pk), by=by.pk if by else None, at=at, node=where)


@transaction.atomic
def close_account(staff: Staff, *, by: Staff | None, at: dt.datetime) -> None:
    """Let an account log in no more, at once; what it did stays. `by=None` is the installation itself."""
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    audit.record("staff.closed", subject=str(staff.pk), by=by.pk if by else None, at=at, node=seat_of(staff))


@transaction.atomic
def grant_role(*, staff: Staff, role: Role, node: Node, by: Staff | None, at: dt.datetime) -> Grant:
    """Give `role` over `node` and below; giving it twice changes nothing. `by=None` is the installation itself.

    Raises NotAllowed, and OwnRole when somebody would give a role to themself.
    """
    if by is not None:
        _require_staff(by, node.pk, of=staff.pk)
    grant, made = Grant.objects.get_or_create(
        staff=staff, role=role.value, node=node, ended_at=None, defaults={"granted_at": at, "granted_by": by}
    )
    if made:
        audit.record(
            "role.granted", subject=str(staff.pk), by=by.pk if by else None, at=at, node=node.pk, role=role.value
        )
    return grant


@transaction.atomic
def end_grant(grant: Grant, *, by: Staff, at: dt.datetime) -> None:
    """Take a role back; the row stays as history. Doing it twice changes nothing. Raises NotAllowed, OwnRole."""
    _require_staff(by, grant.node_id, of=grant.staff_id)
    if Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=at):
        audit.record("role.ended", subject=str(grant.staff_id), by=by.pk, at=at, node=grant.node_id, role=grant.role)


def _require_staff(by: Staff, node: int, *, of: int) -> None:
    require(by, Permission.MANAGE_STAFF, node)
    if by.pk == of:
        raise OwnRole("Nobody gives or takes back a role of their own. Ask another administrator.")


@transaction.atomic
def issue_enrolment(*, node: Node, name: str, by: Staff, at: dt.datetime) -> tuple[Enrolment, str]:
    """A token for the QR that binds one phone to the gate at `node`: single use, fifteen minutes, 192 bits."""
    require(by, Permission.ENROL_DEVICES, node.pk)
    token = secrets.token_urlsafe(24)
    enrolment = Enrolment.objects.create(
        node=node, name=name, token_hash=hash_of_token(token), issued_at=at, issued_by=by,
        expires_at=at + ENROLMENT_LASTS,
    )  # fmt: skip
    audit.record("device.enrolment_issued", subject=str(enrolment.pk), by=by.pk, at=at, node=node.pk)
    return enrolment, token


@transaction.atomic
def enrol_device(*, token: str, at: dt.datetime) -> tuple[Device, str]:
    """Trade an enrolment token for a device token (256 bits, shown this once). Raises EnrolmentUnusable.

    The phone acts for whoever issued the token: when they lost the right meanwhile, it gets nothing.
    """
    enrolment = Enrolment.objects.select_for_update().filter(token_hash=hash_of_token(token)).first()
    if enrolment is None or enrolment.used_at is not None or at >= enrolment.expires_at:
        raise EnrolmentUnusable("This code is used up or too old. Ask for a new one at the gate's page.")
    with acting_as(enrolment.issued_by):
        require(enrolment.issued_by, Permission.ENROL_DEVICES, enrolment.node_id)
        device_token = secrets.token_urlsafe(32)
        device = Device.objects.create(
            node_id=enrolment.node_id, name=enrolment.name, token_hash=hash_of_token(device_token), enrolled_at=at
        )
        Enrolment.objects.filter(pk=enrolment.pk).update(used_at=at, device=device)
        audit.record(
            "device.enrolled", subject=str(device.pk), by=enrolment.issued_by_id, at=at, node=enrolment.node_id
        )
    return device, device_token


@transaction.atomic
def revoke_device(device: Device, *, by: Staff, at: dt.datetime) -> None:
    """Whatever the device sends from now on is kept apart, and it is told nothing. Doing it twice changes nothing."""
    require(by, Permission.ENROL_DEVICES, device.node_id)
    if Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=at):
        audit.record("device.revoked", subject=str(device.pk), by=by.pk, at=at, node=device.node_id)


@dataclass(frozen=True, slots=True)
class PhoneSaid:
    """What a phone says of itself: `last_seq` the number of the last passage that it made, `queue` how many it holds
    unsent, `oldest_at` when the oldest of them happened by its own clock, `offset_ms` server minus device,
    `tells_shifts` whether it tells them at all. Sizes in bytes; None: the browser does not tell.
    """

    queue: int
    last_seq: int
    build: str
    offset_ms: int
    tells_shifts: bool = False
    oldest_at: dt.datetime | None = None
    battery: int | None = None
    charging: bool | None = None
    storage_used: int | None = None
    storage_limit: int | None = None
    persisted: bool | None = None


@transaction.atomic
def hear_phone(said: PhoneSaid, *, device: int, gate: int, at: dt.datetime) -> None:
    """Keep it instead of what the phone said before. The highest number that it ever named stays: a phone that counts
    from the beginning again has lost what it held.
    """
    before = PhoneState.objects.filter(pk=device).first()
    goes_on = before is not None and at - before.heard_at <= UNHEARD
    values = asdict(said) | {
        "most_seq": max(said.last_seq, before.most_seq if before else 0), "node_id": gate, "heard_at": at,
        "reached_since": before.reached_since if before and goes_on else at,
    }  # fmt: skip
    values["clock_offset_ms"] = values.pop("offset_ms")
    since = (before and before.shifts_since) or at
    values["shifts_since"] = since if values.pop("tells_shifts") else None
    PhoneState.objects.update_or_create(pk=device, defaults=values)


@dataclass(frozen=True, slots=True)
class ShiftSaid:
    """A shift as a phone tells it: whose badge (id of staff), when it was opened and closed by the phone's own clock
    and by the server's; None: it is open still."""

    staff: int
    began: int
    opened_at: dt.datetime
    ended: int | None = None
    closed_at: dt.datetime | None = None


@transaction.atomic
def hear_shifts(said: Sequence[ShiftSaid], *, device: int, gate: int) -> None:
    """Keep what is new of these shifts; one that was closed stays closed. Of somebody who never had a badge none is
    kept: nobody can have opened it."""
    if not said:
        return
    holders = set(Badge.objects.filter(staff_id__in={one.staff for one in said}).values_list("staff_id", flat=True))
    PhoneShift.objects.bulk_create(
        [
            PhoneShift(device_id=device, node_id=gate, staff_id=one.staff, began=one.began, opened_at=one.opened_at)
            for one in said
            if one.staff in holders
        ],
        ignore_conflicts=True,
    )
    for one in said:
        if one.ended is not None:
            still_open = PhoneShift.objects.filter(device=device, began=one.began, staff=one.staff, closed_at=None)
            still_open.update(ended=one.ended, closed_at=one.closed_at, xid=RawSQL("pg_current_xact_id()", []))


def forget_shifts(*, before: dt.datetime, by: Staff | None, at: dt.datetime) -> int:
    """Destroy what phones told of shifts that began before that moment; how many. Needs the worker's role."""
    gone, _ = PhoneShift.objects.filter(opened_at__lt=before).delete()
    if gone:
        audit.record("shifts.forgotten", subject=None, by=by.pk if by else None, at=at, rows=gone)
    return gone


def may_use(what: str, *, by: Staff, at: dt.datetime, most: Mapping[dt.timedelta, int]) -> None:
    """Raise TooOften when `by` did `what` so often within one of the spans; requests of one account wait in line, so
    that many at once count as many. What is older than a day is forgotten.
    """
    wait_for_turn("use", by.pk)
    Use.objects.filter(staff=by, at__lt=at - USES_KEPT).delete()
    done = Use.objects.filter(staff=by, what=what, at__lte=at)
    for span, limit in most.items():
        if done.filter(at__gt=at - span).count() >= limit:
            raise TooOften(
                "Your account has done this very often. Wait an hour, then go on; when your work needs more, tell your"
                " administrator."
            )


def count_use(what: str, *, by: Staff, at: dt.datetime, subject: UUID | None = None) -> None:
    """Remember that `by` did `what` once more."""
    Use.objects.create(staff=by, what=what, subject=subject, at=at)


def looks_anew(what: str, *, by: Staff, at: dt.datetime, subject: UUID) -> bool:
    """Is this the first look of `by` at this within an hour? What is live would else be told every minute."""
    if Use.objects.filter(staff=by, what=what, subject=subject, at__gt=at - dt.timedelta(hours=1)).exists():
        return False
    Use.objects.filter(staff=by, at__lt=at - USES_KEPT).delete()
    count_use(what, by=by, at=at, subject=subject)
    return True
