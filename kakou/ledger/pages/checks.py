"""What was looked at and decided at the gates of a place on a day; and everybody who was turned back, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.ledger.models import Passage
from kakou.ledger.pages import frame
from kakou.ledger.pages.words import MASKS, VERDICTS
from kakou.ledger.queries import checks as queries
from kakou.ledger.queries.day import window
from kakou.ledger.queries.labels import Label, labels
from kakou.ledger.queries.where import gates_of
from kakou.screening.pages.words import language
from kakou.screening.queries.official import service_name
from kakou.screening.queries.wording import InWords
from kakou.screening.rules import Verdict
from kakou.web.kit.lists import page_of
from kakou.web.shell.here import place_of

ROWS = 25
DECIDED = [verdict for verdict in Verdict if verdict]


@dataclass(frozen=True, slots=True)
class Turned:
    """One who was turned back."""

    passage: Passage
    label: Label
    gate: str
    reasons: list[str]


@require_safe
@require_permission(Permission.SEE_LEDGER)
def checks(request: StaffRequest) -> HttpResponse:
    """Counts first, then reasons, then those who were turned back, the latest first."""
    place, asked = place_of(request), frame.day_asked(request)
    gates = gates_of(place.id if place else None)
    seen = window([gate.node_id for gate in gates], asked.start, asked.end)
    found, said = queries.checks_of(seen), InWords(language())
    page = page_of(queries.turned_back(seen), request.GET.get("page", ""), size=ROWS)
    names = frame.gate_names(gates, with_unit=len({gate.unit_id for gate in gates}) > 1)
    context = {
        "now": request.now,
        "asked": asked,
        "is_today": asked.end > request.now,
        "found": found,
        "verdicts": [(VERDICTS[verdict], found.verdicts.get(verdict, 0)) for verdict in DECIDED],
        "masks": [(gettext(words), found.masks.get(mask, 0)) for mask, words in MASKS.items()],
        "reasons": _in_words(said, found.reasons),
        "left_out": _left_out(said, found.left_out),
        "page": page,
        "rows": _turned(said, page.rows, names),
        "official": service_name(),
    }
    return render(request, "ledger/checks.html", context)


def _in_words(said: InWords, found: Iterable[queries.Reason]) -> list[tuple[str, int]]:
    """Reasons that read alike are one, whatever version said them."""
    counted: Counter[str] = Counter()
    for reason, version, many in found:
        (words,) = said.reasons(version, [reason])
        counted[words] += many
    return counted.most_common()


def _left_out(said: InWords, found: Iterable[queries.LeftOut]) -> list[tuple[str, int]]:
    counted: Counter[str] = Counter()
    for look, reason, version, many in found:
        counted[said.skip(version, look, reason)] += many
    return counted.most_common()


def _turned(said: InWords, rows: Sequence[Passage], names: dict[int, str]) -> list[Turned]:
    called = labels((row.subject, row.subject_kind) for row in rows)
    return [
        Turned(row, called[row.subject], names.get(row.node_id, ""), said.reasons(row.pack, row.reasons))
        for row in rows
    ]
