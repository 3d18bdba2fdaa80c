"""Outbreaks, and the measures that belong to them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kakou.access import actions as access
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import NotFound
from kakou.tracing.models import ControlMeasure, Outbreak
from kakou.tracing.policy import PolicyRefused, edition
from kakou.web.actions import announce

TITLE = 80


@transaction.atomic
def open_outbreak(
    *, node: int, title: str, plan: str, lookback_days: int | None = None, by: Staff, at: dt.datetime
) -> Outbreak:
    """Begin an outbreak at `node` and below, told by the edition `plan`. Raises NotAllowed, PolicyRefused, ReasonUnfit
    for a title that is none."""
    access.require(by, Permission.TRACE, node)
    edition(plan, lookback_days=lookback_days)
    made = Outbreak.objects.create(
        node_id=node, title=checked_reason(title)[:TITLE], edition=plan, lookback_days=lookback_days, opened_at=at,
        opened_by=by,
    )  # fmt: skip
    audit.record("outbreak.opened", subject=made.pk, by=by.pk, at=at, node=node, edition=plan, days=lookback_days)
    announce("cases.changed", node=node)
    return made


@transaction.atomic
def change_edition(outbreak: Outbreak, *, plan: str, lookback_days: int | None, by: Staff, at: dt.datetime) -> Outbreak:
    """Tell its contacts by another edition from now on: what was decided stays, the next trace proposes anew."""
    now = _locked(outbreak, by)
    edition(plan, lookback_days=lookback_days)
    now.edition, now.lookback_days = plan, lookback_days
    now.save(update_fields=["edition", "lookback_days"])
    audit.record(
        "outbreak.edition_changed", subject=now.pk, by=by.pk, at=at, node=now.node_id, edition=plan, days=lookback_days
    )
    return now


@transaction.atomic
def close_outbreak(outbreak: Outbreak, *, by: Staff, at: dt.datetime) -> None:
    """End it: no trace runs by itself any more. Doing it twice changes nothing."""
    now = _locked(outbreak, by)
    if now.closed_at is None:
        now.closed_at = at
        now.save(update_fields=["closed_at"])
        audit.record("outbreak.closed", subject=now.pk, by=by.pk, at=at, node=now.node_id)


@transaction.atomic
def reopen_outbreak(outbreak: Outbreak, *, by: Staff, at: dt.datetime) -> None:
    """It was closed too early. Doing it twice changes nothing."""
    now = _locked(outbreak, by)
    if now.closed_at is not None:
        now.closed_at = None
        now.save(update_fields=["closed_at"])
        audit.record("outbreak.reopened", subject=now.pk, by=by.pk, at=at, node=now.node_id)


@transaction.atomic
def set_measure(
    outbreak: Outbreak,
    *,
    node: int,
    kind: ControlMeasure.Kind,
    since: dt.datetime,
    until: dt.datetime | None = None,
    note: str = "",
    by: Staff,
    at: dt.datetime,
) -> ControlMeasure:
    """Something is done at a place because of this outbreak: it is locked down, closed, disinfected. Raises NotAllowed,
    ReasonUnfit, PolicyRefused for an end before the beginning."""
    access.require(by, Permission.TRACE, outbreak.node_id)
    access.require(by, Permission.TRACE, node)
    if until is not None and until < since:
        raise PolicyRefused("It ends before it begins. Look at the two times again.")
    made = ControlMeasure.objects.create(
        outbreak=outbreak, node_id=node, kind=kind, since_at=since, until_at=until,
        note=checked_reason(note) if note else "", set_by=by,
    )  # fmt: skip
    audit.record("measure.set", subject=made.pk, by=by.pk, at=at, node=node, kind=kind.value, outbreak=outbreak.pk)
    announce("cases.changed", node=node)
    return made


@transaction.atomic
def end_measure(measure: ControlMeasure, *, by: Staff, at: dt.datetime) -> None:
    """It ends now. Doing it twice changes nothing."""
    access.require(by, Permission.TRACE, measure.node_id)
    if ControlMeasure.objects.filter(pk=measure.pk, until_at=None).update(until_at=max(at, measure.since_at)):
        audit.record("measure.ended", subject=measure.pk, by=by.pk, at=at, node=measure.node_id)
        announce("cases.changed", node=measure.node_id)


def _locked(outbreak: Outbreak, by: Staff) -> Outbreak:
    access.require(by, Permission.TRACE, outbreak.node_id)
    now = Outbreak.objects.select_for_update().filter(pk=outbreak.pk).first()
    if now is None:
        raise NotFound("This outbreak is not known here.")
    return now
