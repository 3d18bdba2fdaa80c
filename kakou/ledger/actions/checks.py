"""Checks kept up: every new passage is looked at once as its gate wrote it down, for fever and for its verdict.

What is read does nothing twice: the same passage looked at again changes nothing, so a fold that was broken off, a
database made from a backup and passages in another order all come to the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from kakou.ledger.actions.cursors import Reach, at_cursor
from kakou.ledger.actions.fevers import IMPORTED_UNTIL, Span, follow_fevers
from kakou.ledger.actions.verdicts import judge_again
from kakou.ledger.checks.rows import Checked
from kakou.ledger.queries.checked import Chains, rows_where
from kakou.ledger.queries.rulebook import RuleBook

CURSOR = "checks"
BATCH = 2_000  # passages of one transaction: a verdict takes a tenth of a millisecond
FEW = 200  # as come in between two looks; then one query tells what is new, and over a hundred days each takes its time

# an import may have hundreds of thousands of readings in one transaction: what has no verdict and no fever is not read
_NEWS = """p.xid > %s::text::xid8 and p.xid <= %s::text::xid8 and (p.verdict <> 0 or p.corrects is not null
  or (p.temperature >= %s and p.happened_at >= %s))"""


def fold_checks(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at the passages that came since the last call, about `most` of them; 0 when nothing is left."""
    with at_cursor(CURSOR) as reach:
        rules = RuleBook()
        rows, upto = _read(reach, most, [rules.default["temperature_limit"], at - IMPORTED_UNTIL])
        if upto is None:
            reach.nothing_new = True
            return 0
        chains = Chains(rows)
        rules.look_up({row.node for row in rows})
        follow_fevers(Span(reach.after, upto, reach.below), rows, chains, rules, at=at)
        judge_again(rows, chains, rules, at=at)
        reach.move(upto)
    return 1


def _read(reach: Reach, most: int, bounds: Sequence[Any]) -> tuple[list[Checked], int | None]:
    """What is new and says anything, and the transaction up to which it is read; None where nothing is left."""
    few = min(FEW, most)
    if not reach.restored:
        rows = rows_where(f"{_NEWS} order by p.xid limit %s", [reach.after, reach.below - 1, *bounds, few])
        if 0 < len(rows) < few:
            return rows, reach.below - 1
    upto = reach.upto(most)
    return ([] if upto is None else rows_where(_NEWS, [reach.after, upto, *bounds])), upto
