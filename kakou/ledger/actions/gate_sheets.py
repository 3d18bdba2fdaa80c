"""The sheet of a gate and day going out: printed copies are numbered, what is not masked leaves its reason in the
audit; and blank forms, whose numbers nobody else has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from kakou.access import actions as access
from kakou.access import exporting
from kakou.access.models import Staff
from kakou.access.rules import Permission
from kakou.audit import actions as audit
from kakou.audit.rules import checked_reason
from kakou.kernel.errors import Refusal
from kakou.kernel.time import day_in
from kakou.ledger.gatesheet import FormRef, Language
from kakou.ledger.gatesheet.forms import MOST_FORMS
from kakou.ledger.gatesheet.papers import (
    columns_of,
    part_of,
    parts_of,
    printed_forms,
    printed_sheet,
    sheet_of,
    told,
)
from kakou.ledger.models import PaperForm, SheetCopy
from kakou.ledger.queries.gate_sheet import DaySheet
from kakou.screening.printing import LedgerWords
from kakou.web.turns import wait_for_turn

FORMS_AT_ONCE = 20
EXPORT = "ledger.gate_sheet"  # as it is known to `access.exporting`


class TooManyForms(Refusal):
    """Every number of that day is taken."""

    code = "too-many-forms"


@dataclass(frozen=True, slots=True)
class Printing:
    """How a sheet goes out: `gate` as it is called, `who` prints it, in which language, on which clock."""

    gate: str
    who: str
    language: Language
    zone: ZoneInfo


def plain_sheet(sheet: DaySheet, language: Language, *, reason: str, by: Staff, at: dt.datetime) -> bytes:
    """XLSX in plain. Needs `reveal` at the gate; leaves an audit event. Raises NotAllowed, ReasonUnfit."""
    with transaction.atomic():
        _tell_plain(sheet, "sheet", reason, by, at)
        return sheet_of(sheet.lines, language, masked=False)


@transaction.atomic
def print_sheet(sheet: DaySheet, how: Printing, *, part: int, by: Staff, at: dt.datetime) -> bytes:
    """PDF, masked: the next copy of that day, or of a part of it. Raises NotAllowed, NotPrintable, TooMuchToPrint: then
    there is no copy."""
    access.require(by, Permission.SEE_LEDGER, sheet.gate)
    _in_turn(sheet.gate)
    return _printed(sheet, how, part=min(max(part, 1), parts_of(len(sheet.lines))), masked=True, by=by, at=at)


@transaction.atomic
def print_plain(sheet: DaySheet, how: Printing, *, reason: str, by: Staff, at: dt.datetime) -> list[bytes]:
    """PDFs in plain of the whole day: one, or of a long day each of its parts, which is a copy of its own. Needs
    `reveal` at the gate. Raises NotAllowed, ReasonUnfit, NeedsSecond, NotPrintable, TooMuchToPrint: then there is
    none."""
    access.require(by, Permission.SEE_LEDGER, sheet.gate)
    _tell_plain(sheet, "paper", reason, by, at)
    _in_turn(sheet.gate)
    parts = range(1, parts_of(len(sheet.lines)) + 1)
    return [_printed(sheet, how, part=part, masked=False, by=by, at=at) for part in parts]


def _printed(sheet: DaySheet, how: Printing, *, part: int, masked: bool, by: Staff, at: dt.datetime) -> bytes:
    before = SheetCopy.objects.filter(node_id=sheet.gate, day=sheet.day).aggregate(last=Max("number"))["last"] or 0
    lines = part_of(sheet.lines, part)
    copy = SheetCopy.objects.create(
        node_id=sheet.gate, day=sheet.day, number=before + 1, part=part, is_masked=masked, rows=len(lines),
        printed_at=at, printed_by=by,
    )  # fmt: skip
    audit.record(
        "gate_sheet.printed", subject=copy.pk, by=by.pk, at=at, node=sheet.gate, day=sheet.day, copy=copy.number,
        rows=copy.rows, masked=masked,
    )  # fmt: skip
    return printed_sheet(
        lines, sheet.totals, _words(copy, parts_of(len(sheet.lines)), how, at), how.language, masked=masked,
        made_on=day_in(how.zone, at),
    )  # fmt: skip


def _tell_plain(sheet: DaySheet, form: str, reason: str, by: Staff, at: dt.datetime) -> None:
    """For many people a second person has released it (`access.exporting`): once, as a sheet or on paper."""
    why = checked_reason(reason)
    claimed = exporting.claim(
        EXPORT, node=sheet.gate, detail=sheet.day.isoformat(), count=len(sheet.lines), reason=why, by=by, at=at
    )
    released = {"released_by": claimed.settled_by_id} if claimed.settled_by_id else {}
    audit.record(
        "gate_sheet.handed_plain", subject=None, by=by.pk, at=at, node=sheet.gate, day=sheet.day, form=form,
        rows=len(sheet.lines), reason=why, **released,
    )  # fmt: skip


def _words(copy: SheetCopy, parts: int, how: Printing, at: dt.datetime) -> LedgerWords:
    language = how.language
    number = told("copy", language, number=copy.number)
    by = told("by", language, who=how.who, when=f"{at.astimezone(how.zone):%Y-%m-%d %H:%M}")
    beside = [number, told("masked" if copy.is_masked else "plain", language)]
    if parts > 1:
        beside.append(told("part", language, part=copy.part, parts=parts))
    return LedgerWords(
        told("title", language, gate=how.gate, day=copy.day.isoformat()), " · ".join(beside),
        columns_of(language, blank=False), told("foot", language), f"{number} · {by}", language,
    )  # fmt: skip


@transaction.atomic
def make_forms(
    gate: int, day: dt.date, how: Printing, *, many: int, by: Staff, at: dt.datetime
) -> tuple[list[PaperForm], bytes]:
    """The next blank sheets of that gate and day, and their PDF. Raises NotAllowed, TooManyForms, NotPrintable."""
    access.require(by, Permission.CORRECT_LEDGER, gate)
    _in_turn(gate)
    last = PaperForm.objects.filter(node_id=gate, day=day).aggregate(last=Max("number"))["last"] or 0
    numbers = range(last + 1, last + 1 + min(max(many, 1), FORMS_AT_ONCE))
    if numbers[-1] > MOST_FORMS:
        raise TooManyForms("There are %(most)d forms of this gate and day already.", most=MOST_FORMS)
    forms = PaperForm.objects.bulk_create(
        PaperForm(node_id=gate, day=day, number=number, made_at=at, made_by=by) for number in numbers
    )
    audit.record("paper.printed", subject=None, by=by.pk, at=at, node=gate, day=day, first=numbers[0], last=numbers[-1])
    return forms, form_paper(forms, how, at)


def form_paper(forms: list[PaperForm], how: Printing, at: dt.datetime) -> bytes:
    """PDF of these forms of one gate and day."""
    language, day = how.language, forms[0].day
    words = LedgerWords(
        told("form", language, gate=how.gate, day=day.isoformat()), told("beside", language),
        columns_of(language, blank=True), "", "", language,
    )  # fmt: skip
    refs = [FormRef(form.node_id, form.day, form.number) for form in forms]
    return printed_forms(refs, words, language, day=day, made_on=day_in(how.zone, at))


def _in_turn(gate: int) -> None:
    """Two printings at once get two numbers."""
    wait_for_turn("gate's paper", gate)
