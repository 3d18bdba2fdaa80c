"""A gate, or all gates of a place, today or on a past day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.pages import frame
from kakou.ledger.pages.words import ENTRANCES
from kakou.ledger.queries import day as days
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.where import NO_PHONES, Gate, Phones, gates_of, phones_of
from kakou.places.rules import EntranceState
from kakou.web.kit.lists import page_of
from kakou.web.kit.signs import Sign
from kakou.web.shell.here import place_of

ROWS = 25


@dataclass(frozen=True, slots=True)
class GateRow:
    """One gate in the list: what passed there that day, and how fresh that is."""

    gate: Gate
    sign: Sign
    flow: days.Flow
    last: dt.datetime | None
    phones: Phones
    silent: bool


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One passage with its names."""

    line: days.Line
    label: Label
    gate: str
    recorder: str


@require_permission(Permission.SEE_LEDGER)
def today(request: StaffRequest) -> HttpResponse:
    """Counts, balance, throughput and its peak, last passages, who recorded."""
    place, asked = place_of(request), frame.day_asked(request)
    gates = gates_of(place.id if place else None)
    nodes = [gate.node_id for gate in gates]
    window = days.window(nodes, asked.start, asked.end)
    day = days.day_of(window)
    phones = phones_of(nodes)
    who = days.recorders(window)
    page = page_of(days.lines(window), request.GET.get("page", ""), size=ROWS)
    names = frame.staff_names({recorder.staff for recorder in who})
    context = {
        "now": request.now,
        "asked": asked,
        "is_today": asked.end > request.now,
        "day": day,
        "slots": slots(day),
        "gates": [row for row in gate_rows(gates, day.gates, phones, request.now) if _is_worth_a_row(row)],
        "one": gates[0] if len(gates) == 1 else None,
        "page": page,
        "rows": passage_rows(days.lines_of(page.rows), gates, names),
        "recorders": [(names.get(recorder.staff, ""), recorder) for recorder in who],
        "silent": [gate for gate in gates if phones.get(gate.node_id, NO_PHONES).silent(request.now)],
        "phones": phones,
    }
    return render(request, "ledger/today.html", context)


def _is_worth_a_row(row: GateRow) -> bool:
    """A sealed entrance at which nobody passed is no news of the day."""
    return row.gate.state == EntranceState.STAFFED.value or row.last is not None or row.phones.count > 0


def slots(day: days.Day) -> list[tuple[dt.datetime, days.Flow]]:
    """Every five minutes from the first that saw anybody to the last, quiet ones too: a gap is to be seen as one."""
    if not day.buckets:
        return []
    seen, (first, _), (last, _) = dict(day.buckets), day.buckets[0], day.buckets[-1]
    steps = (last - first) // days.BUCKET
    return [(at, seen.get(at, days.Flow())) for at in (first + days.BUCKET * n for n in range(steps + 1))]


def gate_rows(
    gates: list[Gate],
    flows: dict[int, tuple[days.Flow, dt.datetime]],
    phones: dict[int, Phones],
    now: dt.datetime,
) -> list[GateRow]:
    """Gates with what is wrong first: silent, then staffed, then the rest."""
    rows = []
    for gate in gates:
        flow, last = flows.get(gate.node_id, (days.Flow(), None))
        have = phones.get(gate.node_id, NO_PHONES)
        sign = ENTRANCES[EntranceState(gate.state)]
        rows.append(GateRow(gate, sign, flow, last, have, have.silent(now)))
    return sorted(rows, key=lambda row: (not row.silent, row.gate.state != EntranceState.STAFFED.value))


def passage_rows(lines: list[days.Line], gates: list[Gate], names: dict[int | None, str]) -> list[PassageRow]:
    """Lines with the names of their subjects, gates and recorders."""
    called = labels((line.subject, line.subject_kind) for line in lines)
    gate_names = frame.gate_names(gates, with_unit=len({gate.unit_id for gate in gates}) > 1)
    return [
        PassageRow(line, called[line.subject], gate_names.get(line.gate, ""), names.get(line.recorder, ""))
        for line in lines
    ]
