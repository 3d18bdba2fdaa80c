"""A QR code as data to draw: no picture, so it stays sharp at any size."""

from __future__ import annotations

import segno

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks
_LARGEST = 3
_LARGEST_ON_A_WALL = 10  # 57 modules: 2 mm each on A4


def drawn_code(text: str) -> dict[str, object]:
    """The side in modules, quiet zone included, and the dark runs as (column, row, length).

    Level M, alphanumeric, version 3 at most: more would blur at arm's length.
    """
    code = segno.make_qr(text, error="m", boost_error=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= _LARGEST
    return _drawn(code)


def drawn_address(address: str) -> dict[str, object]:
    """The same for an address that a phone's own camera opens: in small letters, which some readers need to know an
    address by, and so with more modules; it hangs large on a wall. Raises ValueError for more than version 10 holds.
    """
    code = segno.make_qr(address, error="m", boost_error=False)
    if int(code.version) > _LARGEST_ON_A_WALL:
        raise ValueError(f"{len(address)} characters are too many for a code that is read at arm's length")
    return _drawn(code)


def _drawn(code: segno.QRCode) -> dict[str, object]:
    rows = list(code.matrix)
    runs = [run for y, row in enumerate(rows) for run in _runs(row, y)]
    return {"side": len(rows) + 2 * QUIET, "runs": runs}


def _runs(row: bytearray, y: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if x and row[x - 1]:
            column, _, length = found.pop()
            found.append((column, y + QUIET, length + 1))
        else:
            found.append((x + QUIET, y + QUIET, 1))
    return found
