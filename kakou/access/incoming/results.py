"""What became of a list as it is kept: figures and what is wrong, as msgids that each reader has worded. And the file
while it waits: both sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kakou import vault
from kakou.access.incoming.models import IncomingList
from kakou.kernel.errors import Refusal
from kakou.vault.sealing import seal, unseal
from kakou.web.kit.importing import Done
from kakou.web.sheets import CellProblem, Notice, SheetProblems

TABLE, CONTENT, RESULT = "access_incominglist", "content", "result"
Told = tuple[str, Mapping[str, Any]]  # msgid, params


@dataclass(frozen=True, slots=True)
class Waiting:
    """The file: how its sender called it, what was chosen beside it, its bytes."""

    filename: str
    chosen: Mapping[str, Any]
    data: bytes


@dataclass(slots=True)
class Figures:
    """A Done."""

    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class Result:
    """`figures`: added, changed, same. `refused`: why nothing was taken. `cells`: what is wrong with each."""

    figures: Figures | None = None
    notices: Sequence[Told] = ()
    refused: Told | None = None
    cells: Sequence[Mapping[str, Any]] = ()


def result_of(done: Done) -> Result:
    """Of a list that was taken, or could be."""
    notices: Sequence[Notice] = getattr(done, "notices", ())
    return Result(Figures(done.added, done.changed, done.same), [(one.text, dict(one.params)) for one in notices])


def refused_by(refusal: Refusal) -> Result:
    """Of one that was not."""
    cells = [_cell(one) for one in getattr(refusal, "problems", ()) if isinstance(one, CellProblem)]
    return Result(refused=(refusal.text, dict(refusal.params)), cells=cells)


def refusal_in(result: Result) -> Refusal | None:
    """The refusal again, with its cells: it is worded as if it had just been raised."""
    if result.refused is None:
        return None
    text, params = result.refused
    if not result.cells:
        return Refusal(text, **params)
    return SheetProblems(tuple(CellProblem(one["text"], **one["where"], **one["params"]) for one in result.cells),
                         int(params.get("count", len(result.cells))))  # fmt: skip


def _cell(problem: CellProblem) -> Mapping[str, Any]:
    where = {name: getattr(problem, name) for name in ("row", "letter", "title", "field", "fix")}
    return {"text": problem.text, "where": where, "params": dict(problem.params)}


def seal_content(row: IncomingList, waiting: Waiting) -> bytes:
    """As it waits."""
    head = json.dumps([waiting.filename, dict(waiting.chosen)], ensure_ascii=False).encode()
    return _sealed(row, CONTENT, head + b"\n" + waiting.data)


def content_of(row: IncomingList) -> Waiting:
    """The file again; of a row that still has it."""
    head, _, data = _opened(row, CONTENT).partition(b"\n")
    filename, chosen = json.loads(head)
    return Waiting(filename, chosen, data)


def seal_result(row: IncomingList, result: Result) -> bytes:
    """As it is kept. What JSON does not know is kept as text: it is only read."""
    told = [result.figures and asdict(result.figures), result.notices, result.refused, result.cells]
    return _sealed(row, RESULT, json.dumps(told, ensure_ascii=False, default=str).encode())


def result_in(row: IncomingList) -> Result:
    """What became of it; nothing while nothing is known."""
    if row.result is None:
        return Result()
    figures, notices, refused, cells = json.loads(_opened(row, RESULT))
    why = (refused[0], refused[1]) if refused else None
    return Result(Figures(**figures) if figures else None, [(text, params) for text, params in notices], why, cells)


def _sealed(row: IncomingList, field: str, plain: bytes) -> bytes:
    return seal(vault.store(), due=row.due_on, table=TABLE, row=row.pk, field=field, plain=plain)


def _opened(row: IncomingList, field: str) -> bytes:
    return unseal(vault.store(), table=TABLE, row=row.pk, field=field, sealed=bytes(getattr(row, field)))
