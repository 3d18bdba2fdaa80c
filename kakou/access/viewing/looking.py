"""As whom a session looks, until when, and over which nodes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.http import HttpRequest

from kakou.access.models import Closure, Grant, Node, Staff
from kakou.access.rules import Permission, Role, nodes_by_permission
from kakou.audit import actions as audit
from kakou.kernel.errors import NotFound
from kakou.kernel.time import from_ms, now, to_ms

LASTS = dt.timedelta(minutes=15)
KEY = "kakou.looks"
Held = Mapping[Permission, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Looking:
    """`shown`: what gates and menus go by, what whoever is looked as holds. `seen`: what both walls go by, of that only
    where he who looks holds it too. `role` over `node`, or the account `staff`; `called`: its name or its place's.
    """

    role: Role | None
    node: int | None
    staff: int | None
    called: str
    until: dt.datetime
    shown: Held
    seen: Held


def _over(roles: list[tuple[Role, int]], mine: frozenset[int]) -> Held:
    """What these roles give, as far as they are held where `mine` is."""
    nodes = {node for _, node in roles if node in mine}
    below: dict[int, set[int]] = {node: set() for node in nodes}
    for above, node in Closure.objects.filter(ancestor_id__in=nodes).values_list("ancestor_id", "descendant_id"):
        below[above].add(node)
    return nodes_by_permission((role, below[node]) for role, node in roles if node in nodes)


def looking(request: HttpRequest, own: Held, *, at: dt.datetime) -> Looking | None:
    """As whom this session looks; None where it does not, where its time is over, or where he who looks does not give
    and end roles there any more. Runs outside of any scope. At most two queries."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict):
        return None
    mine, until = frozenset(own.get(Permission.MANAGE_STAFF, ())), from_ms(int(kept["until"]))
    staff, node = kept.get("staff"), kept.get("node")
    role = Role(kept["role"]) if kept.get("role") in set(Role) else None
    shown = _over(_roles_of(staff) if staff else [(role, node)] if role and node else [], mine)
    if at >= until or not any(shown.values()):
        end(request, why="time", at=at)
        return None
    seen = {permission: nodes & own.get(permission, frozenset()) for permission, nodes in shown.items()}
    return Looking(role, node, staff, str(kept.get("called", "")), until, shown, seen)


def _roles_of(staff: int) -> list[tuple[Role, int]]:
    held = Grant.objects.filter(staff_id=staff, ended_at=None, staff__is_active=True)
    return [(Role(role), node) for role, node in held.values_list("role", "node_id")]


def begin_as_role(request: HttpRequest, role: Role, node: Node, *, called: str, by: Staff, at: dt.datetime) -> None:
    """Look as `role` over `node`. Raises NotFound where `by` does not give and end roles."""
    if not by.may(Permission.MANAGE_STAFF, node.pk):
        raise NotFound("There is no such place, or it is not one of yours.")
    _begin(request, {"role": role.value, "node": node.pk, "called": called}, by=by, at=at)
    audit.record("looking.begun", subject=None, by=by.pk, at=at, node=node.pk, role=role.value)


def begin_as_account(request: HttpRequest, staff: Staff, *, by: Staff, at: dt.datetime) -> None:
    """Look as that account, as far as its roles lie where `by` gives and ends roles. Raises NotFound if none does."""
    there = [node for _, node in _roles_of(staff.pk) if by.may(Permission.MANAGE_STAFF, node)]
    if not there or staff.pk == by.pk:
        raise NotFound("This account holds no role at your places, or is your own.")
    _begin(request, {"staff": staff.pk, "called": staff.display or staff.username}, by=by, at=at)
    audit.record("looking.begun", subject=str(staff.pk), by=by.pk, at=at, node=there[0])


def _begin(request: HttpRequest, kept: dict[str, object], *, by: Staff, at: dt.datetime) -> None:
    request.session[KEY] = kept | {"until": to_ms(at + LASTS)}


def listen() -> None:
    """Hear of logouts; called once at start."""
    user_logged_out.connect(_logged_out, dispatch_uid="kakou.looking.ended")


def _logged_out(sender: object, request: HttpRequest | None, user: object, **_: object) -> None:
    """A look ends with its session, whoever or whatever ended that."""
    if request is not None:
        end(request, why="logout", at=now())


@transaction.atomic
def end(request: HttpRequest, *, why: str, at: dt.datetime) -> None:
    """Look as oneself again. Doing it twice changes nothing."""
    kept = request.session.pop(KEY, None)
    if isinstance(kept, dict) and isinstance(request.user, Staff):
        node = kept.get("node")
        subject = str(kept["staff"]) if kept.get("staff") else None
        audit.record("looking.ended", subject=subject, by=request.user.pk, at=at, node=node, why=why)
