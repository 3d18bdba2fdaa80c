"""A pass as it is printed: its code with lines of writing beneath, as a flat picture."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from kakou.screening.printing.codes import QUIET, drawn_code

FINE = 8  # pixels of a module in the flat picture
MARGIN, LINES = 3, 3  # modules of paper around the quiet zone; lines of writing beneath


def printed(text: str, dice: np.random.Generator) -> NDArray[np.float32]:
    """1 is paper, 0 is ink; the code stands above the middle. FINE pixels a module."""
    code = drawn_code(text)
    side = cast(int, code["side"])
    card = np.ones((side + 2 * MARGIN + 3 * LINES, side + 2 * MARGIN), dtype=np.float32)
    for x, y, length in cast(list[tuple[int, int, int]], code["runs"]):
        card[MARGIN + y, MARGIN + x : MARGIN + x + length] = 0
    fine = card.repeat(FINE, 0).repeat(FINE, 1)
    _write(fine, side + MARGIN, dice)
    return fine


def modules(text: str) -> int:
    """How many modules a side has, without the quiet zone."""
    return cast(int, drawn_code(text)["side"]) - 2 * QUIET


def _write(card: NDArray[Any], below: int, dice: np.random.Generator) -> None:
    """Lines of words, as dark boxes."""
    width = card.shape[1]
    for line in range(LINES):
        top, left = (below + 3 * line) * FINE, MARGIN * FINE
        while left < width - 2 * MARGIN * FINE:
            word = int(dice.integers(1, 6)) * FINE
            card[top : top + FINE, left : min(left + word, width - MARGIN * FINE)] = 0.25
            left += word + FINE
