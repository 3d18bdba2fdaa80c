"""The roster as a sheet, out and in again: everything checked first, then all rows or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from django.db import transaction

from kakou.access.events import registry as known
from kakou.access.models import RosterEntry, Staff
from kakou.access.queries import seat_of, staff_spelled
from kakou.access.roster import actions
from kakou.access.roster.actions import Known
from kakou.access.roster.rules import LONGEST, N_, TITLES, Identity, Mobilised, RosterRefused
from kakou.access.rules import Permission
from kakou.access.scope import nodes_of
from kakou.audit import actions as audit
from kakou.kernel.errors import Refusal
from kakou.web.sheets import Cell, CellProblem, Column, Problems, Row, Sheet, SheetRefused, read_sheet, wording

W = TypeVar("W", Identity, Mobilised)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "account": ("账号", "account"),
    "display": ("称谓", "duty title"),
    "place": ("所属", "belongs to"),
    "identities": ("身份", "identities"),
    "branch": ("党支部", "party branch"),
    "state": ("动员", "mobilised"),
    "post": ("岗位", "post"),
}
REQUIRED = ("account", "place")
WORDS: Mapping[Identity | Mobilised, tuple[str, ...]] = {
    Identity.PARTY_MEMBER: ("党员",),
    Identity.STREET_OFFICIAL: ("机关同志",),
    Identity.LIAISON: ("驻村联络员",),
    Identity.COMMUNITY_CADRE: ("社区干部",),
    Identity.VILLAGE_CADRE: ("村干部",),
    Identity.GRID_WORKER: ("网格员",),
    Identity.VOLUNTEER: ("志愿者",),
    Identity.MEDIC: ("医务人员", "医护"),
    Mobilised.HOME: ("未动员",),
    Mobilised.CALLED: ("已通知",),
    Mobilised.THERE: ("已到岗",),
}
MEANT = {word.lower(): what for what, words in WORDS.items() for word in (*words, what.value, TITLES[what])}
NO_PLACE = N_("None of your places is called %(word)s.")
MANY_PLACES = N_("Several places are called %(word)s.")
FIX_PLACE = N_("Write its name as the sheet that is handed out has it.")
NO_WORD = N_("%(word)s is no identity and no state.")
FIX_WORD = N_("Write one that the sheet that is handed out has; several identities with 、 between them.")
TOO_LONG = N_("This is longer than 64 characters.")
FIX_LONG = N_("Write less.")
ELSEWHERE = N_("This account belongs to a place that is not yours.")
FIX_ELSEWHERE = N_("Leave the row out.")
TWICE = N_("The same account stands in row %(first)d already.")
FIX_TWICE = N_("Leave one of the two out.")
FIX_CELL = N_("Correct the cell.")
_UNKNOWN = Known("", 0)  # where each line says where its account belongs
SHORT, SPLIT = "、", str.maketrans("，,;；/", "、、、、、")


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    same: int = 0


class _Sent(NamedTuple):
    """Where somebody is mobilised to."""

    state: Mobilised
    post: int | None


@dataclass(frozen=True, slots=True)
class _Line:
    """What a row says, and nothing of a column that is not there: what holds now holds on."""

    account: str
    known: Mapping[str, Any]  # fields of Known
    sent: Mapping[str, Any]  # fields of _Sent

    def known_after(self, now: Known) -> Known:
        """What is told of somebody who is `now` told of so."""
        return replace(now, **self.known)

    def sent_after(self, now: _Sent) -> _Sent:
        """Where somebody is mobilised to who is there `now`; at home, no post goes with it."""
        sent = now._replace(**self.sent)
        return sent if sent.state is not Mobilised.HOME else _Sent(Mobilised.HOME, None)


class _Places:
    """The reader's places by name. Of several with one name each has its number behind it, out and in."""

    def __init__(self, nodes: frozenset[int]) -> None:
        names = known.names(nodes)
        taken: dict[str, list[int]] = {}
        for node, name in names.items():
            taken.setdefault(name, []).append(node)
        self.called = {node: name if len(taken[name]) == 1 else f"{name} #{node}" for node, name in names.items()}
        self._nodes = {name: node for node, name in self.called.items()}
        self._many = {name for name, nodes_ in taken.items() if len(nodes_) > 1}

    def node(self, cell: Cell, word: str) -> int:
        """Raises CellProblem."""
        if (node := self._nodes.get(word)) is not None:
            return node
        text = MANY_PLACES if word in self._many else NO_PLACE
        raise cell.problem(text, fix=FIX_PLACE, field="place", word=word[:40])


def rows_out(entries: Sequence[RosterEntry], nodes: frozenset[int]) -> Iterator[list[str]]:
    """One row each, as it comes in again without a change."""
    places = _Places(nodes)
    for entry in entries:
        yield [
            entry.staff.username,
            entry.staff.display,
            places.called.get(entry.node_id, ""),
            SHORT.join(WORDS[Identity(one)][0] for one in entry.identities),
            entry.branch,
            WORDS[Mobilised(entry.state)][0],
            places.called.get(entry.post_id or 0, ""),
        ]


@transaction.atomic
def import_roster(data: bytes, *, filename: str, by: Staff, at: dt.datetime, dry_run: bool = False) -> Outcome:
    """Take the whole file or nothing; a name that nobody has becomes an account that cannot log in until it is given a
    password. Runs in the caller's scope. Raises SheetRefused, SheetProblems."""
    problems, outcome = Problems(), Outcome()
    with problems.collect():
        sheet = read_sheet(data, filename=filename)
        reader = _Reader(sheet, frozenset(nodes_of(by)[Permission.MANAGE_STAFF]))
        for row in sheet.rows():
            with problems.collect():
                _take(reader, row, outcome, by=by, at=at)
    problems.refuse_if_any()
    if not outcome.added + outcome.changed + outcome.same:
        raise SheetRefused(wording.NO_ROWS)
    audit.record(
        "roster.imported", subject=None, by=by.pk, at=at, node=seat_of(by), added=outcome.added,
        changed=outcome.changed,
    )  # fmt: skip
    if dry_run:
        transaction.set_rollback(True)
    return outcome


class _Reader:
    """Reads rows of one sheet; every cell is checked by itself."""

    def __init__(self, sheet: Sheet, nodes: frozenset[int]) -> None:
        self._sheet, self._places = sheet, _Places(nodes)
        self._columns: dict[str, Column] = sheet.find({name: COLUMNS[name] for name in REQUIRED})
        for name, titles in COLUMNS.items():
            if name not in self._columns and (column := sheet.column(*titles)) is not None:
                self._columns[name] = column
        self._seen: dict[str, int] = {}

    def read(self, row: Row) -> tuple[_Line, dict[str, Cell]]:
        """Raises CellProblem at the first cell that cannot be used."""
        cells = {name: self._sheet.cell(row, column) for name, column in self._columns.items()}
        account = cells["account"].required_text()
        first = self._seen.setdefault(account.casefold(), row.number)
        if first != row.number:
            raise cells["account"].problem(TWICE, fix=FIX_TWICE, field="account", first=first)
        sent = {
            "state": next(iter(self._meant(cells, "state", Mobilised)), Mobilised.HOME),
            "post": self._places.node(cells["post"], word) if (word := _said(cells, "post")) else None,
        }
        node = self._places.node(cells["place"], cells["place"].required_text())
        told = {
            "display": _said(cells, "display"),
            "identities": frozenset(self._meant(cells, "identities", Identity)),
            "branch": _said(cells, "branch"),
        }
        return _Line(account, {"node": node, **_there(told, cells)}, _there(sent, cells)), cells

    def _meant(self, cells: Mapping[str, Cell], name: str, kind: type[W]) -> list[W]:
        found: list[W] = []
        for word in filter(None, (part.strip() for part in _said(cells, name).translate(SPLIT).split(SHORT))):
            meant = MEANT.get(word.lower())
            if not isinstance(meant, kind):
                raise cells[name].problem(NO_WORD, fix=FIX_WORD, field=name, word=word[:40])
            found.append(meant)
        return found


def _there(told: Mapping[str, Any], cells: Mapping[str, Cell]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name in cells}


def _said(cells: Mapping[str, Cell], name: str) -> str:
    text = cells[name].text() if name in cells else ""
    if len(text) > LONGEST and name != "identities":
        raise cells[name].problem(TOO_LONG, fix=FIX_LONG, field=name)
    return text


def _take(reader: _Reader, row: Row, outcome: Outcome, *, by: Staff, at: dt.datetime) -> None:
    line, cells = reader.read(row)
    staff = staff_spelled(line.account)
    entry = RosterEntry.objects.filter(staff=staff).first() if staff else None
    try:
        if staff is None:
            entry = actions.enter(line.account, line.known_after(_UNKNOWN), by=by, at=at)
            outcome.added += 1
        elif entry is None:
            raise cells["account"].problem(ELSEWHERE, fix=FIX_ELSEWHERE, field="account")
        else:
            now = _as_known(entry)
            then = line.known_after(now)
            changed = now != then
            if changed:
                actions.describe(staff, then, by=by, at=at)
            moved = _send(entry, line, by=by, at=at)
            outcome.changed += changed or moved
            outcome.same += not (changed or moved)
            return
        _send(entry, line, by=by, at=at)
    except CellProblem:
        raise
    except Refusal as refusal:
        cell = cells["state" if isinstance(refusal, RosterRefused) and "state" in cells and staff else "account"]
        raise cell.problem(refusal.text, fix=FIX_CELL, **refusal.params) from refusal  # type: ignore[arg-type]


def _as_known(entry: RosterEntry) -> Known:
    identities = frozenset(Identity(one) for one in entry.identities)
    return Known(entry.staff.display, entry.node_id, identities, entry.branch)


def _send(entry: RosterEntry, line: _Line, *, by: Staff, at: dt.datetime) -> bool:
    """Bring somebody to the state and post that the line says, by the steps that lead there."""
    now = _Sent(Mobilised(entry.state), entry.post_id)
    then = line.sent_after(now)
    if now == then:
        return False
    steps = [then.state]
    if then.state is Mobilised.THERE and now != (Mobilised.CALLED, then.post):
        steps = [Mobilised.CALLED, Mobilised.THERE]
    for step in steps:
        actions.mobilise([entry], step, post=then.post, by=by, at=at)
    return True
