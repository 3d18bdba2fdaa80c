"""Household quotas kept up: a breach that no gate could know is an open loop; what explains it closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kakou.ledger.actions.cursors import portion
from kakou.ledger.checks.kinds import QUOTA_EXCEEDED
from kakou.ledger.checks.quotas import Beyond, beyond, by_household
from kakou.ledger.lane.rows import KEEP_DAYS
from kakou.ledger.queries.checked import Chains, people_of, rows_where
from kakou.ledger.queries.households import WENT_OUT, exits_of, members_of
from kakou.ledger.queries.rulebook import RuleBook
from kakou.screening.models import Pass
from kakou.screening.queries.passes import any_household, of_households_of
from kakou.web.queries import site_zone
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_among

CURSOR = "quotas"
BATCH = 20_000  # passages of one transaction
EXPLAINED = "explained"
_NEWS = f"p.xid > %s::text::xid8 and p.xid <= %s::text::xid8 and (({WENT_OUT}) or p.corrects is not null)"


def fold_quotas(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at who went out since the last call; one portion of it, 0 when nothing was left. Every minute."""
    return int(portion(CURSOR, lambda after, upto: _take(after, upto, at), most=most))


def _take(after: int, upto: int, at: dt.datetime) -> None:
    if not any_household():
        return
    news = rows_where(_NEWS, [after, upto])
    passed = people_of({row.subject for row in (*news, *Chains(news).chained)})
    passes = of_households_of(set(passed.keys_of)) if news else []
    if passes:
        _settle(passes, at)


def _settle(passes: Sequence[Pass], at: dt.datetime) -> None:
    """Open and close what all that is known of these households says."""
    rules, zone = RuleBook(), site_zone()
    members = members_of(passes)
    # all that are kept: who went beyond the quota does not use it up, so an answer may hang on one long ago
    rows = exits_of(members, since=at - dt.timedelta(days=KEEP_DAYS))
    households = by_household(Chains(rows).held, members, rules.pack, zone)
    found = [one for some in households.values() for one in beyond(some, rules.pack)]
    wanted = {one.row.id for one in found}
    if healed := open_among(QUOTA_EXCEEDED.name, {row.id for row in rows} - wanted):
        close_causes(QUOTA_EXCEEDED.name, healed, at=at, healed=EXPLAINED)
    if found:
        open_many(QUOTA_EXCEEDED.name, map(_matter, found), at=at)


def _matter(one: Beyond) -> Matter:
    facts: dict[str, str | int] = {
        "passage": str(one.row.id),
        "other": str(one.before),
        "persons": one.persons,
        "days": one.days,
    }
    return Matter(one.row.id, one.row.node, facts)
