"""The only way into the chain, and its end written down."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from kakou.audit.queries import signed_head, write_head
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


def write_head_down(folder: Path, *, at: dt.datetime) -> Path:
    """Write the signed head of the chain as `head-<UTC moment>.json` and return its path. Whole or not at all; never
    over an older one. Raises NobodySigns and what the key store raises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = signed_head(at)
    path = folder / f"head-{head.at:%Y-%m-%dT%H%M%SZ}.json"
    spare = path.with_suffix(".part")
    spare.write_text(write_head(head), "utf-8")
    spare.replace(path)
    return path
