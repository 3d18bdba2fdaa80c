"""Households at the gates: who belongs to one by his pass, and who of it went out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from kakou.kernel.ids import floor_of
from kakou.ledger.checks.quotas import Member
from kakou.ledger.checks.rows import Checked
from kakou.ledger.queries.checked import MARGIN, people_of, portions, rows_where
from kakou.ledger.rules import Direction, SubjectKind
from kakou.screening.models import Pass

# SQL about a passage `p`: a way out that may use up a quota
WENT_OUT = (
    f"p.subject_kind = {SubjectKind.PERSON:d} and p.direction = {Direction.OUT:d} and p.crossed and p.purpose <> 0"
)
_EXITS = f"p.subject = any(%s) and p.id >= %s and {WENT_OUT}"


def members_of(passes: Sequence[Pass]) -> dict[UUID, list[Member]]:
    """Every key of everybody who has one of these passes → his passes."""
    people = people_of({one.person_id for one in passes if one.person_id})
    found: dict[UUID, list[Member]] = {}
    for one in passes:
        assert one.person_id
        assert one.household
        member = Member(one.person_id, bytes(one.household), one.valid_from, one.valid_to, one.cancelled_at)
        for key in people.keys_of[people.subject(one.person_id)]:
            found.setdefault(key, []).append(member)
    return found


def exits_of(keys: Collection[UUID], *, since: dt.datetime) -> list[Checked]:
    """Ways out under any of these keys since about then, in no order; those that were replaced too."""
    floor = floor_of(since.astimezone(dt.UTC).date() - MARGIN)
    return [row for some in portions(keys) for row in rows_where(_EXITS, [some, floor])]
