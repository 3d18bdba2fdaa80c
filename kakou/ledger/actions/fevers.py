"""Fevers follow the passages: too warm opens a case, a second temperature goes to it, and whoever goes on is told of.

体温异常者及时处理 (article line 21). What a case does from there on is `screening`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from kakou.ledger.checks.kinds import FEVER_WALKED
from kakou.ledger.checks.rows import Checked
from kakou.ledger.checks.walking import SAME_FEVER, Fever, is_told_of, walked
from kakou.ledger.queries.checked import Chains, People, people_of, portions, rows_of, rows_of_keys
from kakou.ledger.queries.rulebook import RuleBook
from kakou.ledger.rules import SubjectKind
from kakou.screening.actions.fever import Hot, measured_again, open_cases, retest_id
from kakou.screening.models import FeverCase
from kakou.screening.queries.fever import around, case_at, measured_in, spells_of, steps_known
from kakou.screening.rules import Verdict
from kakou.screening.rules.fever import FeverState
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_among

IMPORTED_UNTIL = dt.timedelta(hours=24)  # a fever that another system knew of is no gate's matter after that
SETTLED = "settled"
_PASSED = """select distinct subject from ledger_passage
  where xid > %s::text::xid8 and xid <= %s::text::xid8 and subject = any(%s)"""


class Span(NamedTuple):
    """The transactions of a portion: > `after`, <= `upto`; those up to before `below` are committed and wait."""

    after: int
    upto: int
    below: int


def follow_fevers(span: Span, rows: Sequence[Checked], chains: Chains, rules: RuleBook, *, at: dt.datetime) -> None:
    """What the passages of these transactions mean for fevers: `rows` are those of them that say anything. Within the
    caller's transaction and over every node."""
    warm = [row for row in rows if row.id not in chains.replaced and _is_warm(row, rules, at)]
    warm.sort(key=lambda row: (row.happened_at, row.id))
    fevers = _Fevers(warm, chains, rules, at, first=_first([*rows, *chains.chained], at))
    for row in warm:
        fevers.take(row)
    fevers.tell_who_went_on(span)


def _first(rows: Iterable[Checked], at: dt.datetime) -> dt.datetime:
    return min((row.happened_at for row in rows), default=at)


def _is_warm(row: Checked, rules: RuleBook, at: dt.datetime) -> bool:
    """Is there a temperature that may open a case, or belong to one?"""
    if row.temperature is None or row.subject_kind != SubjectKind.PERSON:
        return False
    if row.verdict == Verdict.NONE and at - row.happened_at > IMPORTED_UNTIL:
        return False
    return row.first_temperature is not None or row.temperature >= rules.numbers_for(row)["temperature_limit"]


class _Fevers:
    """The cases that may be about the people of these passages, by subject."""

    def __init__(
        self, warm: Sequence[Checked], chains: Chains, rules: RuleBook, at: dt.datetime, *, first: dt.datetime
    ) -> None:
        self._chains, self._rules, self._at = chains, rules, at
        since = _first(warm, at) - SAME_FEVER
        ids = {passage for row in warm for passage in chains.together(row.id)}
        cases = around(opened_since=since, ended_since=first, ids=ids)
        self._opening = {row.id: row for row in rows_of([case.pk for case in cases])}
        self._people = people_of({row.subject for row in (*warm, *self._opening.values())})
        self._known = steps_known([retest_id(row.id, row.happened_at) for row in warm]) if warm else set()
        self._touched = {self._people.subject(row.subject) for row in warm}
        self._cases: dict[UUID, dict[UUID, FeverCase]] = {}
        for case in cases:
            if (opening := self._opening.get(case.pk)) is not None:  # else its passage is on its way, or forgotten
                self._keep(self._people.subject(opening.subject), case)

    def take(self, row: Checked) -> None:
        """One temperature, in order of time."""
        subject, limit = self._people.subject(row.subject), self._rules.numbers_for(row)["temperature_limit"]
        assert row.temperature is not None
        before = row.first_temperature
        if retest_id(row.id, row.happened_at) in self._known:
            return
        if before is None:
            self._take_first(subject, row, row.temperature)
            return
        case = self._waiting(subject, row)
        if case is None and self._is_settled(subject, row):
            return
        if case is None and max(before, row.temperature) >= limit:
            case = self._open(subject, row, before if before >= limit else row.temperature)
        if case is not None and (case.pk != row.id or before >= limit):
            self._measure_again(subject, case, row, row.temperature)

    def _take_first(self, subject: UUID, row: Checked, tenths: int) -> None:
        """Too warm, and no temperature before it is named. Whoever is in a case already gets no second one: after his
        rest it is the second temperature, before that he still rests."""
        if self._is_known(subject, row):
            return
        case = self._going_on(subject, row)
        if case is None:
            self._open(subject, row, tenths)
        elif case.state == FeverState.RESTING and case.due_at is not None and row.happened_at >= case.due_at:
            self._measure_again(subject, case, row, tenths)

    def _measure_again(self, subject: UUID, case: FeverCase, row: Checked, tenths: int) -> None:
        measured_again(case, passage=row.id, tenths=tenths, at=row.happened_at, recorded_at=self._at)
        self._keep(subject, case_at(case.pk))

    def tell_who_went_on(self, span: Span) -> None:
        """Open an order for every passage by which somebody went on whose fever was not settled, and close those of
        passages that turn out to be none: he was well again, or it was somebody else."""
        passed = self._who_passed(span) | {row.subject for row in self._chains.chained}
        subjects = self._touched | {self._people.subject(key) for key in passed}
        touched = {subject: self._cases[subject] for subject in subjects if subject in self._cases}
        if not touched:
            return
        rows = rows_of_keys(
            [key for subject in touched for key in _keys(self._people, subject)],
            since=min(case.opened_at for cases in touched.values() for case in cases.values()) - SAME_FEVER,
            but=(span.upto, span.below),
        )
        spells = spells_of([case for cases in touched.values() for case in cases.values()])
        held = {row.id for row in Chains(rows).held}
        wanted: dict[UUID, UUID] = {}
        for subject, cases in touched.items():
            mine = [row for row in rows if self._people.subject(row.subject) == subject]
            wanted |= walked([Fever(pk, pk, spells[pk]) for pk in cases], mine, held)
        _settle(wanted, rows, self._at)

    def _who_passed(self, span: Span) -> set[UUID]:
        keys = [key for subject in self._cases for key in _keys(self._people, subject)]
        found: set[UUID] = set()
        with connection.cursor() as cursor:
            for some in portions(keys):
                cursor.execute(_PASSED, [span.after, span.upto, some])
                found |= {subject for (subject,) in cursor.fetchall()}
        return found

    def _is_known(self, subject: UUID, row: Checked) -> bool:
        """Has this first temperature its case: by the passage itself, by a row that it corrects or that corrects it, or
        by a retest that came in before it and told of it?"""
        together = self._chains.together(row.id)
        return any(pk in together or self._told_of(case, row) for pk, case in self._cases.get(subject, {}).items())

    def _told_of(self, case: FeverCase, row: Checked) -> bool:
        opening = self._opening.get(case.pk)
        return opening is not None and is_told_of(row, opening)

    def _is_settled(self, subject: UUID, row: Checked) -> bool:
        """Does it tell once more what a case of his that has ended says: measured on a page or by the phone's own step
        before the passage came in, or the same passage corrected in something else?"""
        ended = [
            case
            for case in self._cases.get(subject, {}).values()
            if case.first == row.first_temperature and case.opened_at <= row.happened_at <= case.opened_at + SAME_FEVER
        ]
        return row.temperature in measured_in(ended)

    def _waiting(self, subject: UUID, row: Checked) -> FeverCase | None:
        """The latest case of this person that was open before, since a day at most."""
        cases = [
            case
            for case in self._cases.get(subject, {}).values()
            if case.state != FeverState.ENDED and case.opened_at <= row.happened_at <= case.opened_at + SAME_FEVER
        ]
        return max(cases, key=lambda case: (case.opened_at, case.pk), default=None)

    def _going_on(self, subject: UUID, row: Checked) -> FeverCase | None:
        """The latest case of this person that went on when he was measured, since a day at most; or one that is open
        and began within the day after it, when the phone of that gate was quicker to tell."""
        cases = [
            case
            for case in self._cases.get(subject, {}).values()
            if abs(case.opened_at - row.happened_at) <= SAME_FEVER
            and (case.ended_at is None or case.opened_at <= row.happened_at < case.ended_at)
        ]
        return max(cases, key=lambda case: (case.opened_at, case.pk), default=None)

    def _open(self, subject: UUID, row: Checked, tenths: int) -> FeverCase:
        params = self._rules.numbers_for(row)
        hot = Hot(
            row.id,
            row.node,
            tenths,
            params["temperature_limit"],
            params["retest_minutes"],
            self._rules.version_for(row),
            row.happened_at,
        )
        open_cases([hot], at=self._at)
        self._opening[row.id] = row
        self._keep(subject, case := case_at(row.id))
        return case

    def _keep(self, subject: UUID, case: FeverCase) -> None:
        self._cases.setdefault(subject, {})[case.pk] = case


def _keys(people: People, subject: UUID) -> Collection[UUID]:
    return people.keys_of.get(subject, (subject,))


def _settle(wanted: dict[UUID, UUID], rows: Sequence[Checked], at: dt.datetime) -> None:
    gates = {row.id: row.node for row in rows}
    if healed := open_among(FEVER_WALKED.name, gates.keys() - wanted.keys()):
        close_causes(FEVER_WALKED.name, healed, at=at, healed=SETTLED)
    matters = [
        Matter(passage, gates[passage], {"passage": str(passage), "fever": str(case)})
        for passage, case in wanted.items()
    ]
    if matters:
        open_many(FEVER_WALKED.name, matters, at=at)
