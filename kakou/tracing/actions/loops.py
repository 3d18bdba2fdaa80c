"""What tracing leaves open becomes work orders, and they close when their matter heals. In the worker, once a minute:
who takes a step of tracing may not be one who closes orders, so the orders follow afterwards, by one way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import F, Q

from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.kernel.time import day_in
from kakou.tracing.actions import results
from kakou.tracing.models import FollowUp, Involved, NameRelease
from kakou.tracing.queries import names
from kakou.tracing.rules.following import ALARMING, Finding
from kakou.tracing.rules.names import CONFIRM_WITHIN
from kakou.tracing.rules.standing import CaseState, Standing
from kakou.web.queries import site_zone
from kakou.workorders import actions as orders
from kakou.workorders.actions import Matter
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind, within

UNDECIDED = Kind("contacts_undecided", "Contacts are proposed and nobody has decided", within(hours=2),
                 recurs=True, by_hand=False)  # fmt: skip
NOT_FOLLOWED = Kind("follow_up_overdue", "Follow-up of yesterday was not told", within(hours=4), recurs=True,
                    by_hand=False)  # fmt: skip
ALARM = Kind("follow_up_alarm", "Follow-up: symptoms, a positive test, or refused", within(minutes=30),
             frozenset({"done"}))  # fmt: skip
LOST = Kind("contact_lost", "Somebody followed up cannot be found", within(hours=4), recurs=True, by_hand=False)
BROKEN_GLASS = Kind("broken_glass", "Names were opened without a second person: confirm or refuse",
                    within(seconds=CONFIRM_WITHIN.total_seconds()), by_hand=False)  # fmt: skip
EXPOSED_AGAIN = Kind("exposed_again", "Somebody released or dismissed was exposed again", within(hours=4),
                     recurs=True, by_hand=False)  # fmt: skip
KINDS = (EXPOSED_AGAIN, UNDECIDED, NOT_FOLLOWED, ALARM, LOST, BROKEN_GLASS)


def follow_tracing(*, at: dt.datetime) -> int:
    """Open and heal the orders of tracing; how many it opened."""
    with acting_as_system():
        opened = _follow(UNDECIDED, _undecided(), at)
        opened += _follow(NOT_FOLLOWED, _not_followed(at), at)
        opened += _follow(LOST, _lost(), at)
        opened += _follow(EXPOSED_AGAIN, _exposed_again(), at)
        opened += _follow(BROKEN_GLASS, [Matter(one.pk, one.node_id) for one in names.broken_glass()], at)
        opened += len(orders.open_many(ALARM.name, _alarms(), at=at))
        _report_unconfirmed(at)
        _take_back_excluded(at)
    return opened


def _follow(kind: Kind, matters: Iterable[Matter], at: dt.datetime) -> int:
    """Open what is open, close what no longer is."""
    wanted = {str(matter.cause): matter for matter in matters}
    healed = open_causes(kind.name)[kind.name] - wanted.keys()
    orders.close_causes(kind.name, healed, at=at, healed="settled")
    return len(orders.open_many(kind.name, wanted.values(), at=at))


def _undecided() -> Iterable[Matter]:
    """One order for each unit and outbreak, however many are proposed."""
    waiting = Involved.objects.filter(standing=Standing.PROPOSED, outbreak__closed_at=None)
    for outbreak, node in waiting.values_list("outbreak_id", "node_id").distinct().order_by():
        yield Matter(f"{outbreak}:{node}", node, {"outbreak": outbreak})


def _not_followed(at: dt.datetime) -> Iterable[Matter]:
    """One for each unit and day before today of which something is not told."""
    today = day_in(site_zone(), at)
    late = FollowUp.objects.filter(finding=Finding.DUE, day__lt=today, involved__standing=Standing.FOLLOWED)
    for node in late.values_list("node_id", flat=True).distinct().order_by():
        yield Matter(node, node)


def _lost() -> Iterable[Matter]:
    for id, node in Involved.objects.filter(standing=Standing.LOST).values_list("pk", "node_id"):
        yield Matter(id, node)


def _exposed_again() -> Iterable[Matter]:
    """Whom a person released or dismissed, and who was found exposed later than all that was known then."""
    settled = Involved.objects.filter(
        standing__in=[Standing.RELEASED, Standing.DISMISSED], number=None, decided_at__lt=F("found_at")
    )
    for id, node in settled.values_list("pk", "node_id"):
        yield Matter(id, node)


def _take_back_excluded(at: dt.datetime) -> None:
    """Of a case that was excluded, and of a dismissed contact, nothing follows that the ledger said."""
    gone = Q(case_state=CaseState.EXCLUDED) | Q(number=None, standing=Standing.DISMISSED)
    for source in Involved.objects.filter(gone, exposed__is_told=False).distinct():
        results.take_back_all(source, at=at)


def _alarms() -> list[Matter]:
    alarming = FollowUp.objects.filter(
        finding__in=[finding.value for finding in ALARMING], involved__standing=Standing.FOLLOWED
    )
    return [
        Matter(id, node, {"of": involved, "finding": finding})
        for id, node, involved, finding in alarming.values_list("pk", "node_id", "involved_id", "finding")
    ]


def _report_unconfirmed(at: dt.datetime) -> None:
    """Glass broken that nobody confirmed within twelve hours stands in the audit, once."""
    for release in names.unconfirmed(at):
        if release.settled_at is None:
            NameRelease.objects.filter(pk=release.pk).update(settled_at=at)
            facts: Mapping[str, int] = {"asked_by": release.asked_by_id}
            audit.record("names.unconfirmed", subject=release.pk, by=None, at=at, node=release.node_id, **facts)
