"""What is known of lines of paper before they are taken: their forms, whether they were typed in, whether a phone had
recorded the same; and whether rows of a sheet that was handed out say what the ledger says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from kakou.access.models import Staff
from kakou.kernel.time import from_ms, to_ms
from kakou.ledger.gatesheet import COLUMNS, FormRef, LineRef, words
from kakou.ledger.gatesheet.items import MINUTE, Item
from kakou.ledger.gatesheet.lines import MASKED, cells_of
from kakou.ledger.gatesheet.reading import KnownRow, changed
from kakou.ledger.gatesheet.reading import PaperRow as Line
from kakou.ledger.gatesheet.words import Language
from kakou.ledger.lane.rows import COLUMNS as ROW
from kakou.ledger.lane.rows import Row, codes_of
from kakou.ledger.models import PaperForm, PaperRow, Passage
from kakou.ledger.queries import day as days
from kakou.ledger.queries.gate_sheet import AT_ONCE, Teller
from kakou.people import queries as people
from kakou.web.queries import site_zone
from kakou.web.sheets import Problems

# they follow from what else was recorded since the sheet went out
_MOVES = frozenset({"number", "correction"})
_SUBJECT, _HAPPENED = list(ROW).index("subject"), list(ROW).index("happened_at")


class LinesBefore:
    """Forms of one gate, and which of their lines were typed in already. `again`: how often a line was taken back."""

    def __init__(self, gate: int, forms: Collection[FormRef]) -> None:
        self._gate = gate
        asked = PaperForm.objects.filter(node_id=gate, day__in={form.day for form in forms})
        self._forms = {FormRef(form.node_id, form.day, form.number): form.pk for form in asked}
        refs = {pk: ref for ref, pk in self._forms.items()}
        self._said: dict[LineRef, bytes] = {}
        self.again: dict[LineRef, int] = {}
        for row in PaperRow.objects.filter(form__in=[pk for ref, pk in self._forms.items() if ref in forms]):
            ref = LineRef(refs[row.form_id], row.line)
            if row.is_undone:
                self.again[ref] = self.again.get(ref, 0) + 1
            else:
                self._said[ref] = bytes(row.said)

    def form(self, ref: FormRef) -> UUID:
        """Its id."""
        return self._forms[ref]

    def is_new(self, line: Line, said: bytes, problems: Problems) -> bool:
        """Is it still to be taken? False too for what is wrong with it, which goes into `problems`."""
        at = line.cells.get("id", line.cells["time"])
        known = self._said.get(line.ref)
        with problems.collect():
            if line.ref.form.gate != self._gate:
                raise at.problem(words.OTHER_GATE, fix=words.FIX_OTHER_GATE, field="id")
            if line.ref.form not in self._forms:
                raise at.problem(words.NO_FORM, fix=words.FIX_NO_FORM, field="id")
            if known is not None and known != said:
                raise at.problem(words.SAID_OTHERWISE, fix=words.FIX_SAID, field="id")
            return known is None
        return False


def check_known(
    rows: Sequence[KnownRow], gate: int, language: Language, problems: Problems, *, may_unmask: bool
) -> None:
    """Rows of a sheet that was handed out, each once: every cell says what the ledger says, masked or, for who may
    unmask, in plain. Nobody else hears of a whole value whether it is right: a sheet of guesses would find it."""
    teller = Teller(site_zone(), language)
    rows = _once(rows, problems)
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        found = Passage.objects.filter(pk__in={row.id for row in some}, node_id=gate)
        lines = teller.lines(list(found))
        for row in some:
            line = lines.get(row.id)
            if line is None:
                with problems.collect():
                    raise row.cells["id"].problem(words.NOT_HERE, fix=words.FIX_NOT_HERE, field="id")
                continue
            plain, masked = (
                dict(zip(COLUMNS, cells_of(line, language, masked=hidden), strict=True)) for hidden in (False, True)
            )
            cells = {name: cell for name, cell in row.cells.items() if name not in _MOVES}
            told = (masked, plain) if may_unmask else (masked,)
            for name, cell in cells.items():
                if not changed({name: cell}, *told):
                    continue
                if name in MASKED and not may_unmask:
                    problems.add(cell.problem(words.NOT_AS_MASKED, fix=words.FIX_MASKED_SHEET))
                else:
                    problems.add(cell.problem(words.CHANGED, fix=words.FIX_CHANGED))


def _once(rows: Sequence[KnownRow], problems: Problems) -> list[KnownRow]:
    first: dict[UUID, KnownRow] = {}
    for row in rows:
        known = first.setdefault(row.id, row)
        if known is not row:
            with problems.collect():
                raise row.cells["id"].problem(words.ROW_TWICE, fix=words.FIX_ROW_TWICE, field="id", first=known.row)
    return [*first.values()]


def already_passed(gate: int, rows: Mapping[UUID, Row]) -> dict[UUID, UUID]:
    """Of passages to be (by id) those that the gate recorded already: the same one, the same way in the
    same minute. Id → that of the passage in the ledger."""
    if not rows:
        return {}
    moments = [row[_HAPPENED] for row in rows.values()]
    start, end = (from_ms(moment // MINUTE * MINUTE) for moment in (min(moments), max(moments)))
    asked = days.window([gate], start, end + dt.timedelta(minutes=1))
    keys = {row[_SUBJECT] for row in rows.values()}
    same = people.canonical(keys)
    found = list(days.held(asked).filter(subject__in=keys | set(same.values())))
    same |= people.canonical({row.subject for row in found})
    kept = {_what(same, row.subject, row.direction, row.crossed, to_ms(row.happened_at)): row.pk for row in found}
    told = {}
    for id, row in rows.items():
        code = codes_of(row)
        what = _what(same, row[_SUBJECT], code["direction"], bool(code["crossed"]), row[_HAPPENED])
        if what in kept:
            told[id] = kept[what]
    return told


def check_aboard(cars: Iterable[Item], present: Mapping[UUID, UUID], problems: Problems) -> None:
    """How many sat in a vehicle that the gate recorded already: what the paper says of it is what the ledger says, or
    is told, because nothing in the ledger is overwritten. `present`: see `already_passed`."""
    said = [(present[item.id], item.counted) for item in cars if item.id in present and item.counted]
    kept = dict(Passage.objects.filter(pk__in=[passage for passage, _ in said]).values_list("pk", "detail"))
    for passage, line in said:
        known = (kept[passage] or {}).get("aboard")
        if known != line.hand.aboard:
            text = words.ABOARD_UNSAID if known is None else words.ABOARD_KNOWN
            with problems.collect():
                raise line.cells["aboard"].problem(text, fix=words.FIX_ABOARD_KNOWN, field="aboard", known=known)


def _what(same: Mapping[UUID, UUID], subject: UUID, way: int, crossed: bool, ms: int) -> tuple[UUID, int, bool, int]:
    return UUID(int=same.get(subject, subject).int), way, crossed, ms // MINUTE


def recorders_called(names: Iterable[str]) -> dict[str, int]:
    """Name on paper → account, of names that just one account has."""
    wanted = {name for name in names if name}
    found: dict[str, set[int]] = {}
    for pk, display, username in Staff.objects.filter(is_active=True).values_list("pk", "display", "username"):
        for name in {display, username} & wanted:
            found.setdefault(name, set()).add(pk)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
