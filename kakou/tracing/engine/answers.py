"""What the engine answers: columns of numpy, one row each, and as Arrow tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom somebody met; a row for each, in no order that means anything."""

    person: Int64
    exposure_s: Int32  # sum over the pairs of stays, no more than 2**31 - 1
    encounters: Int32  # pairs of stays
    first: Int64  # when the first began, seconds of the epoch
    last: Int64  # when the last ended
    certain: Bool  # in at least one both were seen to come and to leave
    case: Int32 | None = None  # of several asked about: which, by its position

    def __len__(self) -> int:
        return len(self.person)

    def table(self) -> pa.Table:
        """As an Arrow table, without a copy."""
        return _table(self)

    def ranked(self) -> Contacts:
        """The longest exposure first; of equal ones the smaller person."""
        order = np.lexsort((self.person, -self.exposure_s.astype(np.int64)))
        case = None if self.case is None else self.case[order]
        return Contacts(**{name: getattr(self, name)[order] for name in CONTACT}, case=case)


CONTACT = ("person", "exposure_s", "encounters", "first", "last", "certain")


@dataclass(frozen=True, slots=True)
class ManyContacts:
    """Whom each of several persons met, in the order in which they were asked about, in parts."""

    parts: Sequence[Contacts]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def table(self) -> pa.Table:
        """As one Arrow table of the same parts, without a copy."""
        import pyarrow as pa

        return pa.concat_tables([part.table() for part in self.parts])

    def joined(self) -> Contacts:
        """In one piece: a copy where there are several."""
        return Contacts(**{name: np.concatenate([getattr(p, name) for p in self.parts]) for name in (*CONTACT, "case")})


@dataclass(frozen=True, slots=True)
class Exposure:
    """What everybody in the index shared with everybody."""

    person: Int64
    exposure_s: Int64
    encounters: Int64

    def table(self) -> pa.Table:
        """As an Arrow table, without a copy."""
        return _table(self)


class Step(NamedTuple):
    """One meeting of a chain: two stays in one place, and when it was passed on."""

    source: int
    target: int
    place: int
    time: int
    source_stay: tuple[int, int]  # enter, leave
    target_stay: tuple[int, int]
    certain: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom chains of meetings reach, and how: the seeds first among them, as their own predecessors."""

    person: Int64
    degree: Int32  # the fewest meetings by which he is reached
    time: Int64  # when at the earliest, by at most as many meetings as were asked for
    predecessor: Int64  # by whom then
    chain: Callable[[int], list[Step]]

    def __len__(self) -> int:
        return len(self.person)

    def evidence(self, person: int) -> list[Step]:
        """The stays by which somebody is reached at the earliest, from a seed on; of a seed it is empty.

        Raises KeyError for somebody who is not reached.
        """
        return self.chain(person)

    def table(self) -> pa.Table:
        """As an Arrow table, without a copy."""
        return _table(self, ("person", "degree", "time", "predecessor"))


def _table(answer: object, names: Sequence[str] = ()) -> pa.Table:
    import pyarrow as pa

    columns = {name: getattr(answer, name) for name in names or answer.__slots__}  # type: ignore[attr-defined]
    return pa.table({name: column for name, column in columns.items() if column is not None})
