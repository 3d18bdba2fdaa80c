"""Reads of directives: for the office that handed them down, and for each unit its own task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from kakou.access.models import Closure
from kakou.access.rules import Permission
from kakou.access.scope import acting_for
from kakou.directives.models import Directive, Paper, Reminder, Task
from kakou.directives.rules import Figures, Receipt, figures_of
from kakou.kernel.errors import NotFound
from kakou.workorders.models import Step
from kakou.workorders.rules import STILL_OPEN, StepKind


@dataclass(frozen=True, slots=True)
class Listed:
    """A directive in the list, with how far it has come."""

    row: Directive
    units: int
    acknowledged: int
    done: int

    @property
    def percent(self) -> int:
        """Of units that have acknowledged."""
        return self.acknowledged * 100 // max(self.units, 1)


@dataclass(frozen=True, slots=True)
class Mine:
    """A task with what it is about."""

    task: Task
    directive: Directive


def listed(*, node: int | None = None, ended: bool = False) -> QuerySet[Directive]:
    """Directives handed down in scope, at `node` and below, the latest first."""
    found = Directive.objects.select_related("issued_by").filter(ended_at__isnull=not ended)
    if node is not None:
        found = found.filter(node_id__in=Closure.objects.filter(ancestor_id=node).values("descendant_id"))
    return found.order_by("-issued_at", "-pk")


def with_counts(rows: Collection[Directive]) -> list[Listed]:
    """Each with its figures, in one query."""
    counts = {
        row["directive_id"]: row
        for row in Task.objects.filter(directive_id__in=[one.pk for one in rows])
        .values("directive_id")
        .annotate(
            units=Count("pk"), acknowledged=Count("pk", filter=Q(acknowledged_at__isnull=False)),
            done=Count("pk", filter=Q(done_at__isnull=False)),
        )
    }  # fmt: skip
    return [
        Listed(one, *((row["units"], row["acknowledged"], row["done"]) if (row := counts.get(one.pk)) else (0, 0, 0)))
        for one in rows
    ]


def directive_at(id: UUID) -> Directive:
    """One that was handed down within the reader's scope. Raises NotFound."""
    found = Directive.objects.select_related("issued_by", "ended_by", "replaced_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such directive here.")
    return found


def tasks_of(directive: Directive) -> list[Task]:
    """The tasks of its units: who has not acknowledged first, then by name."""
    found = Task.objects.filter(directive=directive).select_related("acknowledged_by", "done_by")
    return sorted(found, key=lambda task: (task.acknowledged_at is not None, task.done_at is not None, task.unit))


def figures(directive: Directive, tasks: Collection[Task]) -> Figures:
    """How far it has come."""
    receipts = [Receipt(task.acknowledged_at, task.done_at) for task in tasks]
    return figures_of(receipts, issued_at=directive.issued_at, acknowledge_by=directive.acknowledge_by)


def task_at(id: UUID) -> Task:
    """One task within the reader's scope. Raises NotFound."""
    found = Task.objects.select_related("acknowledged_by", "done_by").filter(pk=id).first()
    if found is None:
        raise NotFound("There is no such task here.")
    return found


def mine(nodes: Collection[int], *, is_open: bool, but_of: Collection[int] = ()) -> QuerySet[Task]:
    """Tasks of the units on `nodes`, but not those handed down at one of `but_of` to another unit; open ones first come
    first, others latest first."""
    found = Task.objects.filter(Q(node_id=F("home_id")) | ~Q(home_id__in=but_of), node_id__in=nodes)
    states = [state.value for state in STILL_OPEN]
    if is_open:
        return found.filter(state__in=states).order_by("pk")
    return found.exclude(state__in=states).order_by("-pk")


def with_directives(tasks: Collection[Task]) -> list[Mine]:
    """Each with its directive, which hangs on a place that the unit itself may not see."""
    with _of_offices({task.home_id for task in tasks}):
        found = Directive.objects.in_bulk([task.directive_id for task in tasks])
    return [Mine(task, found[task.directive_id]) for task in tasks]


def directive_of(task: Task) -> Directive:
    """What a task that the reader sees is about."""
    return with_directives([task])[0].directive


def what_was_done(tasks: Collection[Task]) -> dict[UUID, str]:
    """Task → what was said when it was closed by hand."""
    by_order = {task.order_id: task.pk for task in tasks if task.done_at is not None}
    steps = Step.objects.filter(order_id__in=by_order, kind=StepKind.CLOSED).order_by("id")
    return {by_order[step.order_id]: str(step.facts.get("finding", "")) for step in steps}


def papers_of(directive: Directive, task: Task | None) -> list[Paper]:
    """Papers of the directive, and of the task, without what is in them: for whoever sees one of the two."""
    with _of_offices({directive.node_id}):
        own = list(Paper.objects.filter(directive=directive, task=None).defer("sealed").order_by("added_at"))
    shown = [] if task is None else list(Paper.objects.filter(task=task).defer("sealed").order_by("added_at"))
    return own + shown


def paper_at(id: UUID, task: Task | None) -> Paper:
    """One paper: within the reader's scope, or of the directive of a `task` that is. Raises NotFound."""
    found = Paper.objects.filter(pk=id).first()
    if found is None and task is not None:
        with _of_offices({task.home_id}):
            found = Paper.objects.filter(pk=id, directive_id=task.directive_id, task=None).first()
    if found is None:
        raise NotFound("There is no such paper here.")
    return found


def reminders_of(directive: Directive) -> list[Reminder]:
    """When everybody was reminded, the latest first."""
    return list(Reminder.objects.filter(directive=directive).select_related("by").order_by("-id"))


def late_by(directive: Directive, at: dt.datetime) -> dt.timedelta:
    """How late whoever has not acknowledged at `at` is; nothing before its time."""
    return max(at - directive.acknowledge_by, dt.timedelta(0))


@contextmanager
def _of_offices(homes: Collection[int]) -> Iterator[None]:
    """Read as the offices that handed something down: for whoever was shown to see a task of theirs."""
    with acting_for({Permission.SEE_ORDERS: frozenset(homes)}):
        yield
