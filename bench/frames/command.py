"""`kakou bench frames`: how many frames of a bad camera the scanner reads, beside `qr` alone and jsQR (figure 5).

All three look at the same middle square of the same frames in the same page, in turns. Ours is timed as the camera asks
it: from the colours of a frame to its text, with the way to the worker and back. A pass that is held before a camera is
seen in many frames; here each frame is alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import click

from bench.figures import Figure, are_met, exactly, measured, tell, unmeasured
from bench.frames.decoding import DECODERS, Round, decoding_page, drawn
from bench.frames.frame_set import EACH, SEED, Case, cases
from bench.phone_page import NoPage

FIGURE = "5"
LEAST_READ, LEAST_RATIO, MOST_P95 = 90.0, 1.3, 60.0  # percent, times jsQR's, ms
FAST = ("ours", "qr")  # jsQR takes seconds for a frame, so it is shown each of them once
CALLED = {"ours": "ours, zxing in its worker", "qr": "qr alone", "jsqr": "jsQR"}


def figures(each: int = EACH, seed: int = SEED, rounds: int = 3) -> list[Figure]:
    """Draw, show, tell."""
    asked = cases(each, seed)
    try:
        with decoding_page(asked, drawn(asked)) as page:
            page.rounds(FAST)  # warm
            taken = [page.rounds(FAST if number else DECODERS) for number in range(rounds)]
    except NoPage as why:
        return [unmeasured(FIGURE, f"NOT RUN: {why}"[:140])]
    by_name = {name: [one[name] for one in taken if name in one] for name in DECODERS}
    return [*_read(by_name), *_times(by_name), *_by_kind(asked, by_name), *_sound(by_name)]


def _read(taken: Mapping[str, Sequence[Round]]) -> list[Figure]:
    share = {name: [one.share for one in rounds] for name, rounds in taken.items()}
    peer = share["jsqr"][0]
    ratio = [mine / peer if peer else float("inf") for mine in share["ours"]]
    many = len(taken["ours"][0].right)
    return [
        measured(FIGURE, f"{many} frames, read: {CALLED[name]}", share[name], "%",
                 least=LEAST_READ if name == "ours" else None)
        for name in DECODERS
    ] + [measured(FIGURE, "frames read: ours : jsQR", ratio, "x", least=LEAST_RATIO)]  # fmt: skip


def _times(taken: Mapping[str, Sequence[Round]]) -> list[Figure]:
    return [
        measured(FIGURE, f"a frame, {name}: {CALLED[decoder]}", [one.quantile(share) for one in taken[decoder]], "ms",
                 most=MOST_P95 if decoder == "ours" and share == 0.95 else None)
        for decoder in DECODERS
        for name, share in (("median", 0.5), ("95 of 100", 0.95))
    ]  # fmt: skip


def _by_kind(asked: Sequence[Case], taken: Mapping[str, Sequence[Round]]) -> list[Figure]:
    kinds = list(dict.fromkeys(case.kind for case in asked))
    found = {name: [one.by_kind(asked) for one in rounds] for name, rounds in taken.items()}
    return [
        measured(FIGURE, f"{kind}: {CALLED[name]}", [one[kind] for one in found[name]], "%")
        for kind in kinds
        for name in DECODERS
    ]


def _sound(taken: Mapping[str, Sequence[Round]]) -> list[Figure]:
    """A text that is not the pass's own, and a worker that was gone, would make the rest worth nothing."""
    wrong = sum(one.wrong for rounds in taken.values() for one in rounds)
    return [
        exactly(FIGURE, "frames read wrongly, by any", wrong, 0),
        exactly(FIGURE, "frames at which the worker was gone", sum(one.fallen_back for one in taken["ours"]), 0),
    ]


@click.command("frames")
@click.option("--each", default=EACH, show_default=True, type=click.IntRange(1), help="Frames of each kind.")
@click.option("--seed", default=SEED, show_default=True, type=click.IntRange(0), help="Which frames.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="Rounds of each decoder.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def command(each: int, seed: int, rounds: int, as_json: bool) -> None:
    """Measure how the scanner reads bad frames (about ten minutes). 1 when a figure is not met."""
    click.echo("drawing frames and showing them …", err=True)
    found = figures(each, seed, rounds)
    tell(found, as_json=as_json)
    sys.exit(0 if are_met(found) else 1)
