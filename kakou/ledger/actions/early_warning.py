"""An order for each gate, hour and sign of which more is seen than usual; closed by itself when it was not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from kakou.kernel.ids import floor_of
from kakou.ledger.actions.cursors import portion
from kakou.ledger.checks.kinds import ABOVE_USUAL
from kakou.ledger.checks.rows import Checked
from kakou.ledger.checks.signs import DAYS, LEAST, Cell, Sign, cell_of, is_unusual, signs_of
from kakou.ledger.models.passage import OF_NOTE
from kakou.ledger.queries.checked import MARGIN, Chains, rows_from, rows_where
from kakou.ledger.queries.rulebook import RuleBook
from kakou.web.queries import site_zone
from kakou.workorders.actions import Cause, Matter, close_causes, open_many
from kakou.workorders.queries import open_causes

CURSOR = "warnings"
BATCH = 20_000  # passages of one transaction
LATEST = dt.timedelta(hours=24)  # what began longer ago is no early warning: a phone that was away, or an import
SOON = dt.timedelta(hours=1)  # and what lies further ahead was told by a clock that is wrong
LATER_ROWS = "later_rows"
ONE_DAY = dt.timedelta(days=1)
AT_ONCE = 500  # hours of gates in one query

_NEWS = f"p.xid > %s::text::xid8 and p.xid <= %s::text::xid8 and ({OF_NOTE} or p.corrects is not null)"
# each gate and hour by its index: no day is read as a whole
_THERE = f"""unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[])
    as asked(node, first, last, low, high)
  cross join lateral (select p.* from ledger_passage p where p.node_id = asked.node and p.happened_at >= asked.first
    and p.happened_at < asked.last and p.id >= asked.low and p.id < asked.high and {OF_NOTE} offset 0) p"""  # noqa: S608


class _Seen(NamedTuple):
    """How many different people of a sign a gate saw in an hour, and the first passage of them."""

    many: int
    first: UUID


Counts = Mapping[tuple[Cell, Sign], _Seen]
NOBODY = _Seen(0, UUID(int=0))


def fold_warnings(*, at: dt.datetime, most: int = BATCH) -> int:
    """Look at the hours of which something came in since the last call, and at the same hour of the days whose usual
    they change; one portion of it, 0 when nothing was left. Every minute."""
    return int(portion(CURSOR, lambda after, upto: _take(after, upto, at), most=most))


def _take(after: int, upto: int, at: dt.datetime) -> None:
    news = rows_where(_NEWS, [after, upto])
    if not news:
        return
    zone = site_zone()
    corrected = Chains([row for row in news if row.corrects]).chained
    new = {cell_of(row, zone) for row in (*news, *corrected)}
    known = open_causes(ABOVE_USUAL.name)[ABOVE_USUAL.name]
    touched = {cell.on(cell.day + n * ONE_DAY) for cell in new for n in range(DAYS + 1)}
    judged = {cell for cell in touched if _is_young(cell, zone, at) or not known.isdisjoint(_causes([cell]))}
    rules = RuleBook()
    counts = _counts(judged, rules)
    suspects = {cell for (cell, sign), seen in counts.items() if seen.many >= LEAST[sign]}
    before = {cell.on(cell.day - n * ONE_DAY) for cell in suspects for n in range(1, DAYS + 1)}
    _settle(judged, {**_counts(before - judged, rules), **counts}, known, at)


def _is_young(cell: Cell, zone: ZoneInfo, at: dt.datetime) -> bool:
    return at - LATEST <= cell.span(zone)[0] <= at + SOON


def _counts(cells: Collection[Cell], rules: RuleBook) -> dict[tuple[Cell, Sign], _Seen]:
    """What was seen in these hours, by the rows that hold."""
    zone, people = site_zone(), dict[tuple[Cell, Sign], dict[UUID, UUID]]()
    for row in sorted(Chains(_read(cells)).held, key=lambda row: (row.happened_at, row.id)):
        cell = cell_of(row, zone)
        if cell in cells:
            for sign in signs_of(row, rules.numbers_for(row)["temperature_limit"]):
                people.setdefault((cell, sign), {}).setdefault(row.subject, row.id)
    return {where: _Seen(len(whom), next(iter(whom.values()))) for where, whom in people.items()}


def _read(cells: Iterable[Cell]) -> list[Checked]:
    """The passages of note in these hours, those that were replaced too."""
    zone, found, asked = site_zone(), dict[UUID, Checked](), sorted(cells)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        spans = [cell.span(zone) for cell in some]
        values = [
            [cell.node for cell in some], [first for first, _ in spans], [last for _, last in spans],
            [floor_of((first - MARGIN).date()) for first, _ in spans],
            [floor_of((last + 2 * MARGIN).date()) for _, last in spans],
        ]  # fmt: skip
        found |= {row.id: row for row in rows_from(_THERE, values)}
    return [*found.values()]


def _settle(judged: Collection[Cell], counts: Counts, known: Collection[str], at: dt.datetime) -> None:
    """Open what is unusual and young enough to be a warning; close what is usual by now. `known`: causes of what is
    open."""
    unusual = {
        _cause(cell, sign): _matter(cell, sign, counts)
        for cell in judged
        for sign in Sign
        if is_unusual(_many(counts, cell, sign), _before(counts, cell, sign), least=LEAST[sign])
    }
    healed: list[Cause] = [*(_causes(judged) & {*known}) - unusual.keys()]
    if healed:
        close_causes(ABOVE_USUAL.name, healed, at=at, healed=LATER_ROWS)
    zone = site_zone()
    young = _causes(cell for cell in judged if _is_young(cell, zone, at))
    if matters := [matter for cause, matter in unusual.items() if cause in young]:
        open_many(ABOVE_USUAL.name, matters, at=at)


def _many(counts: Counts, cell: Cell, sign: Sign) -> int:
    return counts.get((cell, sign), NOBODY).many


def _before(counts: Counts, cell: Cell, sign: Sign) -> list[int]:
    return [_many(counts, cell.on(cell.day - n * ONE_DAY), sign) for n in range(1, DAYS + 1)]


def _causes(cells: Iterable[Cell]) -> set[str]:
    return {_cause(cell, sign) for cell in cells for sign in Sign}


def _cause(cell: Cell, sign: Sign) -> str:
    return f"{cell.node}:{cell.day.isoformat()}T{cell.hour:02}:{sign.value}"


def _matter(cell: Cell, sign: Sign, counts: Counts) -> Matter:
    many, first = counts[cell, sign]
    facts: dict[str, str | int] = {
        "sign": sign.value, "many": many, "before": sum(_before(counts, cell, sign)), "day": cell.day.isoformat(),
        "hour": cell.hour, "passage": str(first),
    }  # fmt: skip
    return Matter(_cause(cell, sign), cell.node, facts)
