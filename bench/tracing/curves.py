"""The curves of growth as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt

Curves = Mapping[str, Mapping[str, Mapping[int, float]]]
WIDE = 2  # panels in a row


def draw(cpu: Curves, contacts: Mapping[int, float], file: Path) -> None:
    """CPU seconds by stays, a panel for each question, both axes logarithmic; dotted: in proportion to the stays, and
    in the first panel dashed: in proportion to the contacts of a case, both from the engine's first point on.
    """
    high = -(-len(cpu) // WIDE)
    figure, panels = plt.subplots(high, WIDE, figsize=(11, 4 * high), squeeze=False, layout="constrained")
    for panel, (question, curves) in zip(panels.flat, cpu.items(), strict=False):
        for name, points in curves.items():
            style = {"linewidth": 3, "color": "black"} if name == "engine" else {"linewidth": 1.5}
            panel.plot(list(points), list(points.values()), marker="o", label=name, **style)
        _beside(panel, curves["engine"], {stays: float(stays) for stays in contacts}, "as the stays", ":")
        if question == "contacts of one":
            _beside(panel, curves["engine"], contacts, "as the contacts of a case", "--")
        panel.set(xscale="log", yscale="log", title=question, xlabel="stays", ylabel="CPU seconds")
        panel.legend(fontsize=8)
        panel.grid(visible=True, alpha=0.3)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _beside(panel: Any, engine: Mapping[int, float], grows: Mapping[int, float], name: str, style: str) -> None:
    first = next(iter(engine))
    points = [engine[first] * grows[stays] / grows[first] for stays in engine]
    panel.plot(list(engine), points, style, color="grey", label=name)
