"""Papers: sealed until their day, each look at one in the audit."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou import vault
from kakou.access.models import Staff
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.directives.models import PAPERS, Directive, Paper, Task
from kakou.directives.rules import Paper as Given
from kakou.kernel.errors import NotFound
from kakou.kernel.ids import new_id
from kakou.kernel.time import day_in
from kakou.vault.keys import KeyTrouble
from kakou.vault.sealing import seal, unseal
from kakou.web.queries import site_zone

KEEP = dt.timedelta(days=366)  # past the furthest deadline


def keep_paper(given: Given, *, directive: Directive, task: Task | None, by: Staff, at: dt.datetime) -> Paper:
    """Seal it beside its directive or task."""
    id, due = new_id(), day_in(site_zone(), at) + KEEP
    sealed = seal(vault.store(), due=due, table=PAPERS, row=id, field="sealed", plain=given.content)
    return Paper.objects.create(
        id=id, directive=directive, task=task, node_id=task.node_id if task else directive.node_id,
        home_id=directive.node_id, media_type=given.media_type, size=len(given.content), sealed=sealed, added_at=at,
        added_by=by, due_on=due,
    )  # fmt: skip


@transaction.atomic
def show_paper(paper: Paper, *, by: Staff, at: dt.datetime) -> Given:
    """The file, for whoever sees the row. Raises NotFound once it was destroyed."""
    audit.record("directive.paper_seen", subject=paper.pk, by=by.pk, at=at, node=paper.node_id)
    try:
        plain = unseal(vault.store(), table=PAPERS, row=paper.pk, field="sealed", sealed=bytes(paper.sealed))
    except KeyTrouble:
        raise NotFound("This was never known, or was destroyed when it fell due.") from None
    return Given(paper.media_type, plain)


def forget_papers(*, by: Staff | None, at: dt.datetime) -> int:
    """Destroy the papers that are due; how many. Needs the worker's role."""
    with acting_as_system():
        rows, _ = Paper.objects.filter(due_on__lte=day_in(site_zone(), at)).delete()
        if rows:
            audit.record("directives.papers_forgotten", subject=None, by=by.pk if by else None, at=at, rows=rows)
    return rows
