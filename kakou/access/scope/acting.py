"""Both walls from one list of nodes: django-scopes in the ORM, transaction-local settings for row-level security."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django_scopes import get_scope, scope

from kakou.access.rules import Permission, Role, nodes_by_permission
from kakou.kernel.arrays import array

if TYPE_CHECKING:
    from kakou.access.models import Staff

Nodes = Mapping[Permission, Sequence[int] | frozenset[int]]

GRANTED = """select false, g.role, array_agg(c.descendant_id) from access_grant g
  join access_closure c on c.ancestor_id = g.node_id
  where g.staff_id = %(staff)s and g.ended_at is null group by g.role
  union all
  select true, g.role, array_agg(c.descendant_id) from access_grant g
  join access_closure own on own.ancestor_id = g.node_id
  join access_node managed on managed.second_superior_id = own.descendant_id
  join access_closure c on c.ancestor_id = managed.id
  where g.staff_id = %(staff)s and g.ended_at is null group by g.role"""


def nodes_of(staff: Staff) -> dict[Permission, frozenset[int]]:
    """The nodes over which `staff` holds each permission now, also as a second superior; nothing for an inactive
    account. One query."""
    if not staff.is_active:
        return nodes_by_permission(())
    with connection.cursor() as cursor:
        cursor.execute(GRANTED, {"staff": staff.pk})
        rows = cursor.fetchall()
    own, second = ([(Role(role), nodes) for is_second, role, nodes in rows if is_second is of] for of in (False, True))
    return nodes_by_permission(own, second)


AROUND = """select c.descendant_id from access_node n join access_closure c on c.ancestor_id = n.parent_id
  where n.id = %s"""
OF_A_PHONE = (Permission.SEE_PLACES, Permission.SEE_PEOPLE, Permission.SEE_FEVER, Permission.HANDLE_FEVER)


@contextmanager
def acting_for(nodes: Nodes) -> Iterator[str]:
    """Run in one transaction that sees and writes only `nodes`; nothing is left on the connection afterwards. Gives the
    snapshot (pg_snapshot) of its beginning: whatever that had not seen may change what is read in it."""
    held = {permission: sorted(nodes.get(permission, ())) for permission in Permission}
    with transaction.atomic(), scope(**{permission.value: ids for permission, ids in held.items()}):
        before, seen = _set({permission.value: array(ids) for permission, ids in held.items()})
        yield seen
        if not connection.needs_rollback:
            _set(before)  # RELEASE SAVEPOINT keeps SET LOCAL: a nested scope would outlive its block


@contextmanager
def acting_as(staff: Staff) -> Iterator[None]:
    """Run in one transaction within what `staff` may see and do."""
    with transaction.atomic(), acting_for(nodes_of(staff)):
        yield


@contextmanager
def acting_as_system() -> Iterator[None]:
    """Run in one transaction over every node: for jobs that nobody in particular asked for, such as the fold."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select id from access_node")
            everywhere = frozenset(row[0] for row in cursor.fetchall())
        with acting_for(dict.fromkeys(Permission, everywhere)):
            yield


@contextmanager
def acting_for_phone(gate: int, *more: Permission) -> Iterator[frozenset[int]]:
    """Run in one transaction within what a phone at the gate on node `gate` may see and do, and `more` that this one
    door needs: the unit that the gate leads into, and all inside it. Gives these nodes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(AROUND, [gate])
            nodes = frozenset(row[0] for row in cursor.fetchall())
        with acting_for(dict.fromkeys((*OF_A_PHONE, *more), nodes)):
            yield nodes


def widen(node: int, parent: int | None) -> None:
    """A node was made under `parent` in this transaction: whoever acts over the parent now acts over it too."""
    now = get_scope()
    changed = {}
    for permission in Permission:
        ids = now.get(permission.value)
        if ids is not None and (parent is None or parent in ids) and node not in ids:
            ids.append(node)
            changed[permission.value] = array(ids)
    if changed:
        _set(changed)


def _set(values: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Set for the rest of the transaction; returns what was set before ('' for nothing), and the snapshot of now.

    That no trigger is ignored is said too: while it is not, each row that a history is kept of begins a subtransaction
    and gives it up, and giving up walks through every check that the transaction has left for its end.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select k, coalesce(current_setting('kakou.' || k, true), ''), set_config('kakou.' || k, v, true),"
            " pg_current_snapshot()::text, set_config('pgtrigger.ignore', '{}', true)"
            " from unnest(%s::text[], %s::text[]) as t(k, v)",
            [list(values), list(values.values())],
        )
        rows = cursor.fetchall()
    return {name: before for name, before, *_ in rows}, rows[0][3]
