"""Holes that the ledger's kinds of order lie in (漏洞). Whoever brings kinds that leak in another way adds a line."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kakou.ledger.actions.chain import CHAIN_FORK, CHAIN_GAP, QUARANTINE
from kakou.ledger.actions.lost import QUEUE_LOST
from kakou.ledger.checks.kinds import GATE_SILENT, INTAKE_DEAF, NO_SHIFT, QUEUE_STUCK
from kakou.ledger.stays.orders import OrderKind
from kakou.workorders.events import of_kinds

HOLES = (
    of_kinds("no_exit", gettext_noop("Rows without exit"), OrderKind.MISSING_EXIT, OrderKind.OUTLASTING),
    of_kinds("silent", gettext_noop("Silent gates"), GATE_SILENT.name, INTAKE_DEAF.name),
    of_kinds("stuck", gettext_noop("Stuck queues"), QUEUE_STUCK.name, QUEUE_LOST.name),
    of_kinds("no_shift", gettext_noop("Recorded without a shift"), NO_SHIFT.name),
    of_kinds("phones", gettext_noop("Gaps of phones"), CHAIN_GAP.name, CHAIN_FORK.name, QUARANTINE.name),
)
