"""Reads of access."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from kakou.access.models import Closure, Device, Grant, Move, Node, Staff
from kakou.access.rules import OF_SECOND, ROLES, Permission, Role, hash_of_token
from kakou.access.scope.former import Moved
from kakou.kernel.errors import NotFound


def devices_below(node: int | None) -> list[Device]:
    """The phones at `node` and below, or all within scope; those in use first, then by gate and name."""
    devices = Device.objects.select_related("state")
    if node is not None:
        devices = devices.filter(node_id__in=Closure.objects.filter(ancestor=node).values("descendant_id"))
    return sorted(devices, key=lambda d: (d.revoked_at is not None, d.node_id, d.name))


def device_for(id: int) -> Device:
    """One phone within scope. Raises NotFound: missing and forbidden look the same."""
    found = Device.objects.filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such phone, or it is not at one of your gates.")
    return found


class KnownPhone(NamedTuple):
    """A phone by its token: its id, the node of its gate, and whether it was revoked."""

    id: int
    gate: int
    revoked: bool


def phone_of(token: str) -> KnownPhone | None:
    """The phone that holds this token; None for nobody's."""
    with connection.cursor() as cursor:
        cursor.execute("select id, node, revoked from access_device_of(%s)", [hash_of_token(token)])
        found = cursor.fetchone()
    return KnownPhone(*found) if found else None


def role_matrix() -> Mapping[Permission, Mapping[Role, bool]]:
    """Permission × role, from the one table."""
    return {p: {role: p in ROLES[role].permissions for role in Role} for p in Permission}


def staff_named(username: str) -> Staff | None:
    """The account of that login name."""
    return Staff.objects.filter(username=username).first()


def staff_spelled(username: str) -> Staff | None:
    """The account that a login under this spelling means."""
    name = username.strip()
    return Staff.objects.filter(username__iexact=name).first() if name and "\x00" not in name else None


def all_staff() -> list[Staff]:
    """Every account, by login name."""
    return list(Staff.objects.order_by("username"))


def roles_of(staff: Staff) -> list[tuple[str, int]]:
    """(role, node) of what the account holds now."""
    held = Grant.objects.filter(staff=staff, ended_at=None).order_by("role", "node")
    return list(held.values_list("role", "node_id"))


def holders_of(permission: Permission, node: int) -> list[tuple[Staff, Role]]:
    """The active accounts that hold `permission` over `node`, each with the role that gives it, the nearest first."""
    return holders_over(permission, [node])


def holders_over(permission: Permission, nodes: Collection[int]) -> list[tuple[Staff, Role]]:
    """As `holders_of`, over at least one of `nodes`; those of a second superior after the own line. Three queries."""
    above = Closure.objects.filter(descendant_id__in=nodes).order_by("-depth")
    depth = dict(above.values_list("ancestor_id", "depth"))  # the least of each stays
    if permission in OF_SECOND:
        managing = Node.objects.filter(pk__in=list(depth), second_superior__isnull=False).values("second_superior")
        besides = Closure.objects.filter(descendant_id__in=managing).order_by("-depth")
        far = max(depth.values(), default=0) + 1
        depth = {node: far + step for node, step in besides.values_list("ancestor_id", "depth")} | depth
    giving = [role.value for role, what in ROLES.items() if permission in what.permissions]
    held = Grant.objects.filter(ended_at=None, role__in=giving, node_id__in=depth, staff__is_active=True)
    nearest = sorted(held.select_related("staff"), key=lambda grant: (depth[grant.node_id], grant.pk))
    found: dict[int, tuple[Staff, Role]] = {}
    for grant in nearest:
        found.setdefault(grant.staff_id, (grant.staff, Role(grant.role)))
    return list(found.values())


def grants_over(nodes: Collection[int], below: int | None) -> QuerySet[Grant]:
    """The roles held now over `nodes`, and of these only `below` that node; by account."""
    held = Grant.objects.filter(ended_at=None, node_id__in=nodes).select_related("staff")
    if below is not None:
        held = held.filter(node_id__in=Closure.objects.filter(ancestor_id=below).values("descendant_id"))
    return held.order_by("staff__display", "staff__username", "role", "id")


def grant_for(id: int, nodes: Collection[int]) -> Grant:
    """One role held over one of `nodes`. Raises NotFound: ended, missing and elsewhere look the same."""
    found = grants_over(nodes, None).filter(pk=id).first()
    if found is None:
        raise NotFound("Nobody holds this role any more, or it is not over one of your places.")
    return found


def nodes_or_roots(node: int | None) -> list[Node]:
    """That node, or with None the tops of the tree. Raises NotFound where there is none."""
    found = list(Node.objects.filter(parent=None) if node is None else Node.objects.filter(pk=node))
    if not found:
        raise NotFound("There are no such places yet. Bring them in with `kakou places import`.")
    return found


def seat_of(staff: Staff) -> int | None:
    """The node of the account's first role: where what it does is told when it is about no place in particular."""
    held = Grant.objects.filter(staff=staff, ended_at=None).order_by("pk")
    return held.values_list("node_id", flat=True).first()


def common_above(nodes: Collection[int]) -> int | None:
    """The lowest place at or below which all of these lie: where what was done to many is told. None where none is."""
    above = Closure.objects.filter(descendant_id__in=nodes).values("ancestor_id")
    of_all = above.annotate(many=Count("pk"), far=Sum("depth")).filter(many=len(set(nodes))).order_by("far")
    return of_all.values_list("ancestor_id", flat=True).first()


def told_at(nodes: Collection[int], by: Staff | None) -> int | None:
    """Where it is told what `by` did to these: at the lowest place above them, else where he sits."""
    return common_above(nodes) or (seat_of(by) if by else None)


def tree_of_now() -> dict[int, int | None]:
    """Every node's parent."""
    return dict(Node.objects.values_list("pk", "parent_id"))


def moves() -> list[Moved]:
    """Every move of the tree, in their order."""
    return [Moved(*row) for row in Move.objects.order_by("pk").values_list("node_id", "was_id", "now_id", "at")]


def reach_of(node: int) -> set[int]:
    """`node`, every node below it, and what these manage on behalf of others, with all below."""
    below = Closure.objects.filter(ancestor_id=node).values("descendant_id")
    managed = Node.objects.filter(second_superior__in=below).values("pk")
    found = Closure.objects.filter(Q(ancestor_id=node) | Q(ancestor_id__in=managed))
    return set(found.values_list("descendant_id", flat=True))
