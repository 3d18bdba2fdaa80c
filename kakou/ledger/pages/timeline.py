"""One person's or vehicle's trail: where in, where out, how long, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from kakou.access.pages import StaffRequest, nodes_held, require_permission
from kakou.access.rules import Permission
from kakou.ledger.actions.finding import tell_opened
from kakou.ledger.checks.cases import checks_of
from kakou.ledger.models import Passage, Stay
from kakou.ledger.pages import frame
from kakou.ledger.pages.revealing import FIELDS
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.trail import corrected_of, kind_of, passages_of, stays_of
from kakou.ledger.stays.rows import KINDS
from kakou.ledger.stays.shapes import ABSENCE, Flag
from kakou.people.queries import PersonShown, VehicleShown, shown_many
from kakou.screening.pages.words import language
from kakou.screening.queries.wording import InWords
from kakou.web.kit.lists import page_of

ROWS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One passage on the trail."""

    passage: Passage
    gate: str
    recorder: str
    replaced: bool
    late: dt.timedelta | None  # how long after it happened it arrived, when that is worth saying
    reasons: list[str]
    looks: list[str]
    aboard: int  # of a vehicle: how many sat in it; 0: not said


@dataclass(frozen=True, slots=True)
class StayRow:
    """One stay with its names."""

    stay: Stay
    unit: str
    enter_gate: str
    leave_gate: str
    away: bool
    census: bool
    overridden: bool


LATE = dt.timedelta(minutes=10)


@require_permission(Permission.SEE_LEDGER)
def timeline(request: StaffRequest, subject: UUID) -> HttpResponse:
    """The trail, newest day first, and the stays it makes."""
    kind = kind_of(subject)
    tell_opened(subject, by=request.staff, at=request.now)
    page = page_of(passages_of(subject), request.GET.get("page", ""), size=ROWS)
    stays = stays_of(subject)
    shown = shown_many([subject]).get(subject)
    names = frame.where_names(_nodes(page.rows, stays) | ({shown.node_id} if shown else set()))
    rows = [_stay_row(stay, names) for stay in stays]
    context = {
        "now": request.now,
        "subject": subject,
        "kind": kind,
        "label": _label(subject, kind, shown),
        "page": page,
        "days": [(day, list(steps)) for day, steps in groupby(_steps(page.rows, names), key=_day)],
        "stays": rows,
        "facts": _facts(shown),
        "home": names.get(shown.node_id, "") if shown else "",
        "may_reveal": shown is not None and shown.node_id in nodes_held(Permission.REVEAL),
        "may_correct": bool(nodes_held(Permission.CORRECT_LEDGER)),
        "standing": [row for row in rows if row.stay.until_at is None],
    }
    return render(request, "ledger/timeline.html", context)


def _label(subject: UUID, kind: int, shown: PersonShown | VehicleShown | None) -> Label:
    if shown is None:  # then by what was shown at the gate
        return labels([(subject, kind)])[subject]
    text = shown.name if isinstance(shown, PersonShown) else shown.plate
    return Label(kind, text, subject.hex[-4:], is_gone=not text)


def _facts(shown: PersonShown | VehicleShown | None) -> list[tuple[str, str, str]]:
    """(field, what it is, masked text) of what the register knows."""
    known = [(field, gettext(what), getattr(shown, field, "")) for field, what in FIELDS.items()] if shown else []
    return [fact for fact in known if fact[2]]


def _steps(rows: Sequence[Passage], names: dict[int, str]) -> list[Step]:
    replaced, words = corrected_of(rows), InWords(language())
    staff = frame.staff_names({row.recorder for row in rows})
    return [
        Step(
            row,
            names.get(row.node_id, ""),
            staff.get(row.recorder, ""),
            row.id in replaced,
            _late(row),
            words.reasons(row.pack, row.reasons),
            words.looks(row.pack, checks_of(row), (row.detail or {}).get("skipped", {})),
            (row.detail or {}).get("aboard", 0),
        )
        for row in rows
    ]


def _late(row: Passage) -> dt.timedelta | None:
    took = row.recorded_at - row.happened_at
    return took if took > LATE else None


def _day(step: Step) -> dt.date:
    return timezone.localtime(step.passage.happened_at).date()


def _nodes(passages: Sequence[Passage], stays: list[Stay]) -> set[int]:
    nodes = {row.node_id for row in passages}
    for stay in stays:
        nodes |= {node for node in (stay.node_id, stay.enter_gate, stay.leave_gate) if node}
    return nodes


def _stay_row(stay: Stay, names: dict[int, str]) -> StayRow:
    flags = Flag(stay.flags)
    return StayRow(
        stay,
        names.get(stay.node_id, ""),
        names.get(stay.enter_gate or 0, ""),
        names.get(stay.leave_gate or 0, ""),
        stay.kind == KINDS[ABSENCE],
        Flag.CENSUS in flags,
        Flag.OVERRIDDEN in flags,
    )
