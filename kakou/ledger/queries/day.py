"""A day at some gates: how many passed, when it was busiest (R07), who recorded, the last passages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Count, DateTimeField, F, Func, Max, Q, QuerySet, Value

from kakou.kernel.ids import floor_of
from kakou.ledger.gatesheet.forms import PAPER
from kakou.ledger.models import Passage, Stray
from kakou.ledger.queries.versions import CROSSING, TAKES_BACK, crossing_of
from kakou.ledger.stays import effective
from kakou.ledger.stays.shapes import Direction

BUCKET = dt.timedelta(minutes=5)
MARGIN = dt.timedelta(days=1)  # a clock this far off still leaves a passage within what is read; see `Stray`
MANY = 500


@dataclass(slots=True)
class Flow:
    """Crossings of some time: in, out, passing by, and who was not let through."""

    entered: int = 0
    left: int = 0
    passing: int = 0
    turned_back: int = 0

    @property
    def balance(self) -> int:
        """In less out."""
        return self.entered - self.left

    @property
    def crossed(self) -> int:
        """Everybody who passed."""
        return self.entered + self.left + self.passing

    def add(self, direction: int, crossed: bool, n: int) -> None:
        """Count `n` more."""
        if not crossed:
            self.turned_back += n
        elif direction == Direction.IN:
            self.entered += n
        elif direction == Direction.OUT:
            self.left += n
        else:
            self.passing += n

    def join(self, more: Flow) -> None:
        """Count all of `more` too."""
        self.entered += more.entered
        self.left += more.left
        self.passing += more.passing
        self.turned_back += more.turned_back


@dataclass(frozen=True, slots=True)
class Day:
    """`buckets`: five-minute slots that saw anybody, in order. `gates`: gate → its flow and its last passage."""

    start: dt.datetime
    end: dt.datetime
    total: Flow
    buckets: Sequence[tuple[dt.datetime, Flow]]
    gates: dict[int, tuple[Flow, dt.datetime]] = field(default_factory=dict)

    @property
    def peak(self) -> tuple[dt.datetime, int] | None:
        """The busiest five minutes and how many passed in them; of equal ones the first."""
        if not self.buckets:
            return None
        at, flow = max(self.buckets, key=lambda bucket: bucket[1].crossed)
        return (at, flow.crossed) if flow.crossed else None


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who recorded how many, and when last. `staff` None: recorded without a name."""

    staff: int | None
    count: int
    last: dt.datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One passage as a list shows it."""

    id: UUID
    gate: int
    at: dt.datetime
    recorded_at: dt.datetime
    direction: int
    crossed: bool
    subject: UUID
    subject_kind: int
    verdict: int
    recorder: int | None
    clock: int
    is_correction: bool
    is_from_paper: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Some gates from `start` until before `end`. `strays`: passages of that time whose ids tell quite another, and
    any since that may correct one; None when they are too many to be named: then every day kept is read. `beaten`,
    `circled`: see `_odd`."""

    gates: Collection[int]
    start: dt.datetime
    end: dt.datetime
    strays: Sequence[UUID] | None
    beaten: Collection[UUID] = ()
    circled: Collection[UUID] = ()

    def of_ids(self, *, until_now: bool = False) -> Q:
        """Where such passages lie: the days around, which spares the planner all others, and the strays."""
        if self.strays is None:
            return Q()
        around = Q(id__gte=floor_of(self.start.astimezone(dt.UTC).date() - MARGIN))
        if not until_now:
            around &= Q(id__lt=floor_of(self.end.astimezone(dt.UTC).date() + 2 * MARGIN))
        return around | Q(id__in=self.strays) if self.strays else around


def window(gates: Collection[int], start: dt.datetime, end: dt.datetime) -> Window:
    """`gates` from `start` until before `end`, for what follows. Two queries, three where there are strays; the last
    about corrections alone, which are few."""
    found = Stray.objects.filter(node_id__in=gates, happened_at__gte=start - MARGIN).order_by("id")
    strays = list(found.values_list("id", flat=True)[: MANY + 1])
    if strays:  # what corrects one lies where it lies, and may tell of a time long before
        strays += Passage.objects.filter(corrects__in=strays, node_id__in=gates).values_list("id", flat=True)
    asked = Window(gates, start, end, strays if len(strays) <= MANY else None)
    beaten, circled = _odd(_corrections(asked).filter(node_id__in=gates))
    return replace(asked, beaten=beaten, circled=circled)


def day_of(asked: Window) -> Day:
    """What passed in the window. One query."""
    total = Flow()
    buckets: dict[dt.datetime, Flow] = {}
    found: dict[int, tuple[Flow, dt.datetime]] = {}
    for row in _by(held(asked).annotate(slot=_slot(asked.start)), "slot", "node_id"):
        _add_at_gate(found, row)
        for counted in (buckets.setdefault(row["slot"], Flow()), total):
            counted.add(row["direction"], row["crossed"], row["n"])
    return Day(asked.start, asked.end, total, sorted(buckets.items()), found)


def per_gate(asked: Window) -> dict[int, tuple[Flow, dt.datetime]]:
    """Gate → its flow and its last passage; a gate at which nobody was is not a key. One query."""
    found: dict[int, tuple[Flow, dt.datetime]] = {}
    for row in _by(held(asked), "node_id"):
        _add_at_gate(found, row)
    return found


def _add_at_gate(found: dict[int, tuple[Flow, dt.datetime]], row: dict[str, Any]) -> None:
    flow, last = found.get(row["node_id"], (Flow(), row["last"]))
    flow.add(row["direction"], row["crossed"], row["n"])
    found[row["node_id"]] = flow, max(last, row["last"])


def recorders(asked: Window) -> list[Recorder]:
    """Who recorded, the busiest first. Counts rows as written, corrected or not: it is work done."""
    rows = _within(asked).values("recorder").annotate(n=Count("id"), last=Max("happened_at"))
    return [Recorder(row["recorder"], row["n"], row["last"]) for row in rows.order_by("-n", "recorder")]


def lines(asked: Window) -> QuerySet[Passage]:
    """Passages newest first, to be cut into pages; see `line_of`. Rows that a correction replaced are left out."""
    return held(asked).order_by("-happened_at", "-id")


def lines_of(passages: Iterable[Passage]) -> list[Line]:
    """Rows of the table → lines."""
    return [
        Line(
            row.id, row.node_id, row.happened_at, row.recorded_at, row.direction, row.crossed, row.subject,
            row.subject_kind, row.verdict, row.recorder, row.clock, row.corrects is not None,
            row.pack.startswith(PAPER),
        )
        for row in passages
    ]  # fmt: skip


class _Pair(Func):
    """A passage's id and a node as one value, to be looked up in a list of them."""

    template = "(uuid_send(%(expressions)s::int8))"
    arg_joiner = ") || int8send("
    output_field = BinaryField()


def rows_of(asked: Window) -> tuple[list[Passage], list[Passage]]:
    """Every row of the window as it was written, and the rows that correct any of the time since: to be read together
    where what was replaced is shown too. Of the latter only what `crossing_of` reads."""
    corrections = Passage.objects.filter(asked.of_ids(until_now=True), corrects__isnull=False, node_id__in=asked.gates)
    return list(_within(asked)), list(corrections.only(*CROSSING))


def many_rows(asked: Window) -> int:
    """How many rows were written in the window, corrected or not."""
    return _within(asked).count()


def _within(asked: Window) -> QuerySet[Passage]:
    passages = Passage.objects.filter(asked.of_ids(), happened_at__gte=asked.start, happened_at__lt=asked.end)
    return passages.filter(node_id__in=asked.gates)


def held(asked: Window) -> QuerySet[Passage]:
    """What passed in the window, without the rows that another row of the same gate corrects: it was made later,
    perhaps today. Nor what only takes one back."""
    pairs = _corrections(asked).annotate(pair=_Pair("corrects", "node_id")).values("pair")
    gone = Q(pair__in=pairs) & ~Q(id__in=asked.circled) if asked.circled else Q(pair__in=pairs)
    found = _within(asked).alias(pair=_Pair("id", "node_id")).exclude(gone)
    found = found.exclude(TAKES_BACK)
    return found.exclude(id__in=asked.beaten) if asked.beaten else found


def _corrections(asked: Window) -> QuerySet[Passage]:
    return Passage.objects.filter(asked.of_ids(until_now=True), corrects__isnull=False)


def _odd(corrections: QuerySet[Passage]) -> tuple[set[UUID], set[UUID]]:
    """Of two corrections of one row, by two people who had not heard of each other, the one that does not count; of
    rows that correct each other in a circle the one that counts."""
    rows = [crossing_of(row) for row in corrections.only(*CROSSING)]
    holding = set(effective(rows))
    replaced = {(row[2], row[5]) for row in rows}
    circled = {UUID(int=row[1]) for row in holding if (row[2], row[1]) in replaced}
    return {UUID(int=row[1]) for row in set(rows) - holding}, circled


def _slot(start: dt.datetime) -> Func:
    return Func(Value(BUCKET), F("happened_at"), Value(start), function="date_bin", output_field=DateTimeField())


def _by(passages: QuerySet[Passage], *keys: str) -> QuerySet[Passage, dict[str, Any]]:
    rows: QuerySet[Passage, dict[str, Any]] = passages.values(*keys, "direction", "crossed")
    return rows.annotate(n=Count("id"), last=Max("happened_at"))
