"""How much of a stranger's file is read. Beyond a limit the file is refused, never cut off."""

from __future__ import annotations

from dataclasses import dataclass

EXCEL_COLUMNS = 16_384
EXCEL_ROWS = 1_048_576
EXCEL_CELL_CHARS = 32_767


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one read. Bytes, counts and characters; `ratio` is inflated to packed and is asked after the first MiB.
    A text may be as long as `file_bytes` whether it comes packed or not.

    Time needs no limit of its own: `inflated_bytes` and `told_chars` bound it (measured: 50 MiB of the worst sheet in
    under 30 s).
    """

    file_bytes: int = 50 << 20
    inflated_bytes: int = 50 << 20
    ratio: int = 100
    entries: int = 200
    rows: int = 200_000
    columns: int = 512  # with something in them
    cell_chars: int = EXCEL_CELL_CHARS
    strings: int = 1_000_000
    told_chars: int = 100 << 20  # of shared texts, counted for every cell that names one
