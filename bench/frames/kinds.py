"""What can be wrong with a frame, and how badly: one table, drawn from by a seeded generator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np

Span: TypeAlias = tuple[float, float]
NONE: Span = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Spans:
    """From least to most of each flaw. What is not named is as for a pass held well: near, nearly flat, in good light.

    `module`: pixels of a module; `turn`: degrees in the picture, either way; `tilt`: degrees out of it; `paper` and
    `ink`: grey, 0–255; `soft`: sigma of the lens, px; `motion`: length of the smear, px; `defocus`: radius of the disc,
    px; `veil`: grey that stray light adds; `spot`: sigma of a reflection, in sides of the code; `shine`: grey that
    it adds at its middle; `noise`: sigma, grey, after what phones themselves smooth; `creases`: how many; `crease`: how
    far one shifts the paper, in modules.
    """

    module: Span = (6.0, 11.0)
    turn: Span = (0.0, 30.0)
    tilt: Span = (0.0, 15.0)
    paper: Span = (170.0, 235.0)
    ink: Span = (20.0, 60.0)
    soft: Span = (0.6, 1.0)
    motion: Span = NONE
    defocus: Span = NONE
    veil: Span = NONE
    spot: Span = NONE
    shine: Span = NONE
    noise: Span = (1.0, 3.0)
    creases: Span = NONE
    crease: Span = NONE

    def drawn(self, dice: np.random.Generator) -> Flaws:
        """One of them, each flaw evenly between its least and most."""
        return Flaws(**{one.name: float(dice.uniform(*getattr(self, one.name))) for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Flaws:
    """How bad one frame is; units as in Spans."""

    module: float
    turn: float
    tilt: float
    paper: float
    ink: float
    soft: float
    motion: float
    defocus: float
    veil: float
    spot: float
    shine: float
    noise: float
    creases: float
    crease: float


KINDS: Mapping[str, Spans] = {
    "held well": Spans(),
    "motion": Spans(motion=(5, 11)),
    "defocus": Spans(defocus=(2, 5)),
    "glare": Spans(veil=(40, 110), spot=(0.08, 0.25), shine=(60, 220)),
    "noise": Spans(noise=(20, 45)),
    "tilt": Spans(tilt=(35, 60), turn=(0, 180)),
    "far": Spans(module=(2.0, 3.5)),
    "dark": Spans(paper=(28, 60), ink=(6, 14), noise=(3, 7)),
    "crumpled": Spans(creases=(3, 7), crease=(0.3, 1.0)),
    "everything": Spans(
        module=(5, 9), motion=(2, 6), defocus=(0.5, 1.5), noise=(8, 20), tilt=(10, 35), turn=(0, 180), veil=(0, 60),
        paper=(90, 200), creases=(1, 4), crease=(0.1, 0.5),
    ),
}  # fmt: skip
