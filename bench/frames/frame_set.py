"""All frames of a seed: as many of each kind, each with a pass of its own; the same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench.frames.camera import crumpled, held, photographed
from bench.frames.kinds import KINDS, Flaws
from bench.frames.paper import FINE, MARGIN, printed
from kakou.screening.passes.text import pass_text
from kakou.screening.printing.codes import QUIET

SEED = 20260204
EACH = 36  # of every kind: 360 in all


@dataclass(frozen=True, slots=True)
class Case:
    """A frame that can be drawn: what is on it and how bad it is. `number` is part of its seed."""

    kind: str
    number: int
    text: str
    flaws: Flaws
    seed: int

    def frame(self) -> NDArray[np.uint8]:
        """The frame, 720 x 1280 grey values."""
        dice = np.random.default_rng((self.seed, 1, _place(self.kind), self.number))
        paper = printed(self.text, dice)
        side = paper.shape[1] - 2 * FINE * (MARGIN + QUIET)
        middle = paper.shape[1] / 2
        where = held(paper, (middle, middle, side), self.flaws, dice)
        return photographed(paper, where, crumpled(paper, self.flaws, dice), self.flaws, dice)


def cases(each: int = EACH, seed: int = SEED) -> list[Case]:
    """`each` of every kind. A case depends on its kind and number alone: more of them change none."""
    return [_case(kind, number, seed) for kind in KINDS for number in range(each)]


def _case(kind: str, number: int, seed: int) -> Case:
    dice = np.random.default_rng((seed, 0, _place(kind), number))
    text = pass_text(UUID(bytes=dice.bytes(16)))
    return Case(kind, number, text, KINDS[kind].drawn(dice), seed)


def _place(kind: str) -> int:
    return list(KINDS).index(kind)
