"""One run: under way, then what it found, and from there to the ranked list."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.kernel.time import from_ms
from kakou.ledger.pages.frame import where_names
from kakou.ledger.queries.labels import labels
from kakou.tracing.models import Outbreak, Trace
from kakou.tracing.pages.evidence import Met, met_of
from kakou.tracing.pages.frame import Somebody, name_of, somebodies, somebody
from kakou.tracing.pages.words import GRADES, TRACES, TROUBLES, mates_told
from kakou.tracing.policy import Grade
from kakou.tracing.queries import cases as queries

FIRST = 50  # of the ranked list, shown with the result itself
PERSON = 1
SOON = dt.timedelta(minutes=1)  # in which the worker looks for mates


@require_safe
@require_permission(Permission.SEE_CASES)
def trace(request: StaffRequest, id: UUID) -> HttpResponse:
    """See the module. While it is under way the page asks again by itself."""
    run = queries.trace_at(id)
    outbreak = queries.outbreak_seen(run)
    done = run.state == Trace.State.DONE
    context = {
        "now": request.now,
        "run": run,
        "outbreak": outbreak,
        "state": TRACES[Trace.State(run.state)],
        "waiting": run.state in (Trace.State.QUEUED, Trace.State.RUNNING),
        "trouble": _(TROUBLES[run.trouble]) if run.trouble in TROUBLES else run.trouble,
        "who": somebody(request, run.source, outbreak),
        "found": _found(run) if done and run.kind == Trace.Kind.CONTACTS else [],
        "mates": _mates(run, request.now),
        "elsewhere": run.elsewhere if run.asked_by == request.staff else [],  # as he saw the units
        "degrees": sorted((int(degree), many) for degree, many in run.found.items()) if _is_reach(run) else [],
        "alone": done and _is_reach(run) and not run.found,
        "chain": _chain(run) if done and _is_reach(run) else [],
        "rows": _ranked(request, run, outbreak) if done and run.kind == Trace.Kind.CONTACTS else [],
    }
    return render(request, "tracing/trace.html", context)


def _is_reach(run: Trace) -> bool:
    return run.kind == Trace.Kind.REACH


def _found(run: Trace) -> list[tuple[object, int, str]]:
    """Sign, how many, grade: the strongest first."""
    return [(GRADES[grade], run.found.get(grade.value, 0), grade.value) for grade in Grade]


def _ranked(request: StaffRequest, run: Trace, outbreak: Outbreak | None) -> list[tuple[Somebody, list[Met]]]:
    """The first of them, each with the stays that are the evidence."""
    rows = list(queries.contacts_of(outbreak, source=run.source_id)[:FIRST])
    best = queries.strongest_exposure(rows, run.source_id)
    met = met_of(best.values())
    people = somebodies(request, rows, outbreak=outbreak, exposures=best)
    return [(one, met.get(one.row.pk, [])) for one in people]


def _mates(run: Trace, at: dt.datetime) -> str:
    """Whom the engine cannot know: of the household, in the same vehicle."""
    if run.mates:
        return mates_told(run.mates)
    if run.kind != Trace.Kind.CONTACTS or run.state != Trace.State.DONE or run.asked_by is None:
        return ""
    if run.finished_at and at - run.finished_at < SOON:
        return _("Household and vehicle mates are being looked for.")
    return _("Nobody has looked for household and vehicle mates. Propose them on the person's page.")


def _chain(run: Trace) -> list[dict[str, object]]:
    """Those reached the earliest: by whom, where, when; masked."""
    subjects = {UUID(link[key]) for link in run.chain for key in ("subject", "by") if link[key]}
    masked = labels((subject, PERSON) for subject in subjects)
    places = where_names({link["place"] for link in run.chain})
    told = []
    in_scope = {subject for subject, label in masked.items() if label.text}
    for link in [link for link in run.chain if UUID(link["subject"]) in in_scope][:FIRST]:
        one, by = masked[UUID(link["subject"])], masked.get(UUID(link["by"])) if link["by"] else None
        told.append({
            **link, "name": name_of(one.text, one.mark), "from": name_of(by.text, by.mark) if by else "",
            "at": from_ms(link["time"] * 1_000), "where": places.get(link["place"], ""),
        })  # fmt: skip
    return told
