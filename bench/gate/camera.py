"""What the phone's camera sees: one frame in a file, which is painted over when the next person steps up.

Chromium reads the file again for every frame, so a picture that changes is a picture that moves. Passes are drawn by
bench.frames as they are printed and held.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.frames.camera import HEIGHT, WIDTH
from bench.frames.frame_set import SEED, Case
from bench.frames.kinds import KINDS

HEAD = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420\nFRAME\n".encode()
COLOURS = bytes([128]) * (WIDTH * HEIGHT // 2)
HELD = "held well"


def held_pass(text: str, number: int) -> NDArray[np.uint8]:
    """A printed pass as somebody holds it up, another way for each number."""
    flaws = KINDS[HELD].drawn(np.random.default_rng((SEED, number)))
    return Case(HELD, number, text, flaws, SEED).frame()


class Picture:
    """The file, and what stands in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        dice = np.random.default_rng(SEED)
        self._nobody = dice.integers(90, 110, HEIGHT * WIDTH, dtype=np.uint8).tobytes()
        path.write_bytes(HEAD + self._nobody + COLOURS)
        self._file = os.open(path, os.O_RDWR)

    def show(self, frame: NDArray[np.uint8]) -> float:
        """From now on; the moment (epoch ms)."""
        os.pwrite(self._file, frame.tobytes(), len(HEAD))
        return time.time() * 1000

    def clear(self) -> None:
        """Nobody stands there."""
        os.pwrite(self._file, self._nobody, len(HEAD))

    def close(self) -> None:
        """Done with it."""
        os.close(self._file)
