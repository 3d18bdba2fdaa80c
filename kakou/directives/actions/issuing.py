"""Handing a directive down: one task and one work order for each unit. It ends when it is withdrawn or replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Closure, Staff
from kakou.access.queries import reach_of
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.directives.actions.papers import keep_paper
from kakou.directives.models import Directive, Task
from kakou.directives.rules import DIRECTIVE, MOST_UNITS, DirectiveRefused, Paper, Said, checked
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.places.models import Unit
from kakou.workorders.actions import Matter, close_causes, open_many, set_due
from kakou.workorders.models import WorkOrder


@transaction.atomic
def issue(
    said: Said,
    *,
    home: int,
    units: Collection[int],
    below: bool = False,
    key: UUID,
    by: Staff,
    at: dt.datetime,
    paper: Paper | None = None,
    replaces: Directive | None = None,
) -> Directive:
    """Hand it down at node `home` to the units on these nodes, `below`: and to every unit inside them. The same `key`
    again is the same directive. `replaces`: its open tasks end with it. Raises NotAllowed, DirectiveRefused."""
    access.require(by, Permission.DIRECT, home)
    if stored := Directive.objects.filter(key=key).first():
        return stored
    kept = checked(said, at)
    told = _told(home, units, below=below)
    directive = Directive.objects.create(key=key, node_id=home, issued_at=at, issued_by=by, **asdict(kept))
    tasks = _open(directive, told, by, at)
    if paper is not None:
        keep_paper(paper, directive=directive, task=None, by=by, at=at)
    audit.record("directive.issued", subject=directive.pk, by=by.pk, at=at, node=home, units=len(tasks))
    if replaces is not None:
        end(replaces, reason="", by=by, at=at, replaced_by=directive)
    return directive


@transaction.atomic
def withdraw(directive: Directive, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """Nobody has to do anything about it any more; what was done stays. Raises NotAllowed, DirectiveRefused,
    ReasonUnfit."""
    end(directive, reason=checked_reason(reason), by=by, at=at)


def end(directive: Directive, *, reason: str, by: Staff, at: dt.datetime, replaced_by: Directive | None = None) -> None:
    """Withdrawn, or replaced: its open orders close with that as evidence."""
    now = Directive.objects.select_for_update(of=("self",)).filter(pk=directive.pk).first()
    if now is None:
        raise NotFound("There is no such directive here.")
    access.require(by, Permission.DIRECT, now.node_id)
    if now.ended_at is not None:
        raise DirectiveRefused("This directive has ended already.")
    Directive.objects.filter(pk=now.pk).update(ended_at=at, ended_by=by, end_reason=reason, replaced_by=replaced_by)
    causes = Task.objects.filter(directive=now).values_list("pk", flat=True)
    close_causes(DIRECTIVE.name, list(causes), at=at, by=by, healed="replaced" if replaced_by else "withdrawn")
    audit.record(
        "directive.replaced" if replaced_by else "directive.withdrawn", subject=now.pk, by=by.pk, at=at,
        node=now.node_id, **({"reason": reason} if reason else {}),
    )  # fmt: skip


def _told(home: int, units: Collection[int], *, below: bool) -> list[Unit]:
    chosen = set(units)
    if below:
        chosen |= set(Closure.objects.filter(ancestor_id__in=units).values_list("descendant_id", flat=True))
    found = list(Unit.objects.filter(node_id__in=chosen & reach_of(home)).order_by("node_id"))
    if not set(units) <= {unit.node_id for unit in found}:
        raise DirectiveRefused("Some of these units are not at this place or below it. Choose them again.")
    if not 0 < len(found) <= MOST_UNITS:
        raise DirectiveRefused("Choose between one and %(most)d units.", most=MOST_UNITS)
    return found


def _open(directive: Directive, units: Sequence[Unit], by: Staff, at: dt.datetime) -> list[Task]:
    ids = {unit.node_id: new_id() for unit in units}
    facts = {"directive": directive.pk}
    open_many(DIRECTIVE.name, [Matter(id, node, facts) for node, id in ids.items()], at=at, by=by)
    causes = [str(id) for id in ids.values()]
    orders = dict(WorkOrder.objects.filter(kind=DIRECTIVE.name, cause__in=causes).values_list("cause", "pk"))
    tasks = [
        Task(
            id=ids[unit.node_id], directive=directive, node_id=unit.node_id, home_id=directive.node_id, unit=unit.name,
            order_id=orders[str(ids[unit.node_id])],
        )
        for unit in units
    ]  # fmt: skip
    Task.objects.bulk_create(tasks, batch_size=500)
    set_due(DIRECTIVE.name, {task.pk: directive.acknowledge_by for task in tasks})
    return tasks
