"""What is wrong with a sheet, told so that the person who made it can mend it: by file, by row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from kakou.kernel.errors import Refusal
from kakou.web.sheets import wording


class SheetRefused(Refusal):
    """The file or the sheet as a whole cannot be used."""

    code = "sheet-refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Notice:
    """Worth telling the reader, no reason to refuse: `text` is a msgid."""

    text: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


class CellProblem(Refusal):
    """One cell cannot be used.

    `row` is the number Excel shows, `letter` the column's letters, `title` its heading as written, `field` what the
    caller wanted there ("" when the sheet itself found the problem), `fix` the msgid of the nearest way out.
    """

    code = "cell-refused"
    status = 422

    def __init__(
        self, text: str, /, *, row: int, letter: str, title: str = "", field: str = "", fix: str = "", **params: object
    ) -> None:
        super().__init__(text, **params)
        self.row = row
        self.letter = letter
        self.title = title
        self.field = field
        self.fix = fix

    @property
    def place(self) -> Notice:
        """Where it is, as a msgid with its params."""
        where = {"row": self.row, "letter": self.letter, "title": self.title}
        return Notice(wording.AT_CELL if self.title else wording.AT_UNTITLED_CELL, where)

    def __str__(self) -> str:
        told = self.text % self.params if self.params else self.text
        return (wording.CELL_LINE % {"place": self.place, "text": told, "fix": self.fix}).rstrip()


class SheetProblems(SheetRefused):
    """Cells that cannot be used: the first ones in `problems`, all of them counted in `count`."""

    code = "sheet-problems"

    def __init__(self, problems: tuple[Refusal, ...], count: int) -> None:
        super().__init__(wording.PROBLEMS, count=count)
        self.problems = problems
        self.count = count


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, keeps the first `keep`, counts all."""

    keep: int = 100
    kept: list[Refusal] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Refusal) -> None:
        """Note one problem."""
        self.count += 1
        if len(self.kept) < self.keep:
            self.kept.append(problem)

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Note the CellProblem raised inside, and go on."""
        try:
            yield
        except CellProblem as problem:
            self.add(problem)

    def refuse_if_any(self) -> None:
        """Raises SheetProblems when anything was noted."""
        if self.count:
            raise SheetProblems(tuple(self.kept), self.count)
