"""Ids as small numbers in the order of their coming: an append-only dictionary of int64 ids, looked up by hash."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kakou.tracing.engine import kernels

UNKNOWN = -1


class Codes:
    """int64 ids <-> codes 0, 1, 2, …; a code once given stays."""

    def __init__(self, ids: npt.NDArray[np.int64] | None = None) -> None:
        """With the ids known so far, in the order of their codes."""
        self._ids = np.empty(16, np.int64) if ids is None or len(ids) == 0 else np.array(ids, np.int64)
        self._many = 0 if ids is None else len(ids)
        self._table = np.empty(0, np.int32)  # filled when it is first asked

    def __len__(self) -> int:
        return self._many

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """The ids, by code."""
        return self._ids[: self._many]

    def find(self, ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The codes of ids; UNKNOWN for those never given one."""
        wanted = np.array(ids, np.int64)  # a copy: one kind of array to compile for
        self._fit()
        return kernels.hashing.find(wanted, self._ids, self._table)  # type: ignore[no-any-return]

    def give(self, ids: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The codes of ids; whoever has none is given the next."""
        wanted = np.array(ids, np.int64)
        codes = np.empty(len(wanted), np.int32)
        done = 0
        while done < len(wanted):
            if self._many == len(self._ids):
                self._ids = np.concatenate([self._ids, np.empty(self._many, np.int64)])
            self._fit()
            done, self._many = kernels.hashing.give(wanted, done, codes, self._ids, self._table, self._many)
        return codes

    def _fit(self) -> None:
        """Has a table of at least twice as many slots as ids."""
        size = max(64, len(self._table))
        while self._many * 2 >= size:
            size *= 4
        if size != len(self._table):
            table = np.full(size, UNKNOWN, np.int32)
            kernels.hashing.fill(self._ids, table, self._many)
            self._table = table
