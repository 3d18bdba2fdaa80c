"""The only way into the chain."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from kakou.audit.rules import Fact, canonical, checked_action, checked_facts, checked_subject


def record(
    action: str,
    *,
    subject: str | UUID | None,
    by: int | None,
    at: dt.datetime,
    node: int | None = None,
    **facts: Fact | Sequence[Fact],
) -> None:
    """Add `action` (`thing.happened`) on `subject` (an id) by staff `by` (None: the installation) to the chain.

    In the caller's transaction: told now, chained by a deferred trigger as the last thing before COMMIT, gone with a
    rollback. Raises TransactionManagementError outside a transaction, PersonalDataInAudit for facts that are not ids,
    codes, numbers or dates; see `rules.checked_facts`.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("an audit event belongs into the transaction of the act it tells of")
    what, on, kept = checked_action(action), checked_subject(subject), checked_facts(facts)
    text = canonical(at, what, by, on, node, kept)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_told (at, action, by_staff, subject, node, facts, canonical)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [at, what, by, on, node, json.dumps(kept, ensure_ascii=False), text],
        )
