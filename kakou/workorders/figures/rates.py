"""How orders fared that were opened within a span: rates and medians, each with the formula that is shown beside it.

A duplicate counts nowhere: the order that it follows does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext_noop

from kakou.workorders.events import OPINIONS
from kakou.workorders.rules import State, StepKind

# by a person: the clock that runs until somebody responds (响应) stops with these
RESPONDING = (StepKind.BEGUN, StepKind.ANSWERED, StepKind.CLOSED)
FIGURES = """with told as (
    select o.kind, o.opened_at, o.closed_at, o.due_at, coalesce(o.answered_at, o.closed_at) settled_at,
      coalesce(o.answer_due_at, o.due_at) settle_by, s.responded_at, s.passed_on
    from workorders_workorder o left join lateral (
      select min(at) filter (where by_id is not null and kind = any(%(responding)s)) responded_at,
        bool_or(kind = %(passed_on)s) passed_on
      from workorders_step where order_id = o.id) s on true
    where o.opened_at >= %(since)s and o.opened_at < %(until)s and o.state <> %(duplicate)s
      and (%(node)s::int is null or exists (select from access_closure c
        where c.ancestor_id = %(node)s and c.descendant_id in (o.node_id, o.first_node_id))))
  select kind, count(*), count(responded_at), count(*) filter (where responded_at is null and closed_at is not null),
    count(closed_at), count(closed_at) filter (where settled_at <= settle_by),
    count(*) filter (where closed_at is null and due_at < %(at)s), count(*) filter (where passed_on),
    percentile_cont(0.5) within group (order by responded_at - opened_at),
    percentile_cont(0.5) within group (order by closed_at - opened_at),
    percentile_cont(0.5) within group (order by %(at)s - opened_at) filter (where closed_at is null)
  from told group by grouping sets ((), (kind)) order by grouping(kind) desc, count(*) desc, kind"""


class Figures(NamedTuple):
    """What the orders of a kind (None: of all kinds) that were opened within a span came to by a moment."""

    kind: str | None
    opened: int
    responded: int
    healed: int  # closed by themselves before anybody responded
    closed: int
    in_time: int
    overdue: int  # still open past their time
    passed_on: int
    until_response: dt.timedelta | None
    until_closed: dt.timedelta | None
    age: dt.timedelta | None
    opinions: Mapping[str, tuple[int, int]] = MappingProxyType({})  # part and whole by the name of the opinion


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole; `words` and `formula` are msgids."""

    name: str
    words: str
    formula: str
    part: Callable[[Figures], int]
    whole: Callable[[Figures], int]


@dataclass(frozen=True, slots=True)
class Median:
    """Half of them took no longer; `words` and `formula` are msgids."""

    name: str
    words: str
    formula: str
    of: Callable[[Figures], dt.timedelta | None]


RATES = (
    Rate(
        "response",
        gettext_noop("Responded to"),
        gettext_noop(
            "orders that somebody began, answered or closed ÷ orders opened, less those that closed by themselves first"
        ),
        lambda told: told.responded,
        lambda told: told.opened - told.healed,
    ),
    Rate(
        "in_time",
        gettext_noop("Settled in time"),
        gettext_noop(
            "closed orders that were answered or closed by the time that was due ÷ orders closed or overdue now; one"
            " that is open and not yet due counts in neither"
        ),
        lambda told: told.in_time,
        lambda told: told.closed + told.overdue,
    ),
    Rate(
        "passed_on",
        gettext_noop("Passed on"),
        gettext_noop("orders passed to the unit above at least once because they were late ÷ orders opened"),
        lambda told: told.passed_on,
        lambda told: told.opened,
    ),
)
MEDIANS = (
    Median(
        "until_response",
        gettext_noop("Median until responded to"),
        gettext_noop("of the orders responded to: from opening until somebody first began, answered or closed"),
        lambda told: told.until_response,
    ),
    Median(
        "until_closed",
        gettext_noop("Median until closed"),
        gettext_noop("of the orders that are closed: from opening to closing"),
        lambda told: told.until_closed,
    ),
    Median(
        "age",
        gettext_noop("Median age"),
        gettext_noop("of the orders still open: from opening to now"),
        lambda told: told.age,
    ),
)


def figures(*, since: dt.datetime, until: dt.datetime, at: dt.datetime, node: int | None = None) -> list[Figures]:
    """All kinds together first, then each kind, most first; with `node` of those at it and below. One query and one for
    each opinion, within the reader's walls."""
    with connection.cursor() as cursor:
        cursor.execute(
            FIGURES,
            {
                "since": since,
                "until": until,
                "at": at,
                "node": node,
                "responding": [kind.value for kind in RESPONDING],
                "passed_on": StepKind.ESCALATED.value,
                "duplicate": State.DUPLICATE.value,
            },
        )
        told = [Figures(*row) for row in cursor.fetchall()]
    counted = {name: opinion.count(since, until, node) for name, opinion in OPINIONS.items()}
    return [one._replace(opinions={name: tally.of(one.kind) for name, tally in counted.items()}) for one in told]


def shown() -> list[Rate | Median]:
    """Everything that stands beside its formula, in the order of the page."""
    return [*rates(), *MEDIANS]


def rates() -> tuple[Rate, ...]:
    """Every rate that is shown: those of all orders, then those that others count."""
    return (
        *RATES,
        *(
            Rate(one.name, one.words, one.formula, partial(_opinion, one.name, 0), partial(_opinion, one.name, 1))
            for one in OPINIONS.values()
        ),
    )


def _opinion(name: str, which: int, told: Figures) -> int:
    return told.opinions.get(name, (0, 0))[which]
