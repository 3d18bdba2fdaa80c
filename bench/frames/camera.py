"""What a camera makes of a pass: where it is held, what the paper is like, what light and lens add.

Grey values are those of the picture, 0–255, without a curve between light and number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.frames.kinds import Flaws
from bench.frames.paper import FINE

WIDTH, HEIGHT = 1280, 720
LENS = 1100.0  # focal length, px: about 60 degrees across
Picture = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Held:
    """How a paper is held: from pixels of the frame to places on the flat picture (3x3), and where its code is."""

    to_paper: NDArray[np.float64]
    box: tuple[int, int, int, int]  # left, top, right, bottom of the paper in the frame
    middle: tuple[float, float]  # of the code
    side: float  # of the code, px


def held(paper: Picture, code: tuple[float, float, float], flaws: Flaws, dice: np.random.Generator) -> Held:
    """Turned, tilted, at its distance, the whole code in the middle square of the frame. `code`: its middle and side on
    the flat picture."""
    across, down, side = code
    size = flaws.module / FINE
    turn, tilt = math.radians(flaws.turn * dice.choice((-1, 1))), math.radians(flaws.tilt)
    axis = dice.uniform(0, 2 * math.pi)
    lean = _about((math.cos(axis), math.sin(axis), 0.0), tilt) @ _about((0.0, 0.0, 1.0), turn)
    flat = np.array([[size, 0, -size * across], [0, size, -size * down], [0, 0, 1]])
    seen = np.array([[LENS, 0, 0], [0, LENS, 0], [0, 0, 1]]) @ np.column_stack([lean[:, 0], lean[:, 1], [0, 0, LENS]])
    free = max(0.0, HEIGHT / 2 - side * size * 0.72)  # the code stays in the square however it is turned
    middle = WIDTH / 2 + dice.uniform(-free, free), HEIGHT / 2 + dice.uniform(-free, free)
    forth = np.array([[1, 0, middle[0]], [0, 1, middle[1]], [0, 0, 1]]) @ seen @ flat
    height, width = paper.shape
    corners = forth @ np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]], dtype=float)
    x, y = corners[:2] / corners[2]
    box = max(0, int(x.min())), max(0, int(y.min())), min(WIDTH, int(x.max()) + 2), min(HEIGHT, int(y.max()) + 2)
    return Held(np.linalg.inv(forth), box, middle, side * size)


def _about(axis: tuple[float, float, float], angle: float) -> NDArray[np.float64]:
    """The rotation about an axis (unit length), radians."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


@dataclass(frozen=True, slots=True)
class Folds:
    """Creases of a crumpled paper: at each the paper shifts along it and stands in another light."""

    lines: NDArray[np.float64]  # n x 3: normal (x, y) and distance, on the flat picture
    shift: NDArray[np.float64]  # n: px of the flat picture
    light: NDArray[np.float64]  # n: share of light that one side has more

    def at(self, u: NDArray[np.float64], v: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """(u, v) where the paper is that lies there after crumpling, and its light."""
        light = np.ones_like(u)
        for (x, y, distance), shift, shade in zip(self.lines, self.shift, self.light, strict=True):
            side = u * x + v * y - distance
            bent = np.abs(side) / (12 * FINE)
            near = np.exp(-bent)  # the facets lean towards the crease and away from it
            u, v = u + shift * near * x, v + shift * near * y
            light = light * (1 + shade * np.tanh(side / FINE))
        return u, v, light


def crumpled(paper: Picture, flaws: Flaws, dice: np.random.Generator) -> Folds:
    """Creases through the paper, as many and as deep as the flaws say."""
    count = round(flaws.creases)
    angle = dice.uniform(0, 2 * math.pi, count)
    normal = np.column_stack([np.cos(angle), np.sin(angle)])
    through = np.column_stack([dice.uniform(0.15, 0.85, count) * n for n in reversed(paper.shape)])
    lines = np.column_stack([normal, (normal * through).sum(1)])
    return Folds(lines, flaws.crease * FINE * dice.choice((-1, 1), count), dice.uniform(0.03, 0.15, count))


def photographed(
    paper: Picture, where: Held, folds: Folds, flaws: Flaws, dice: np.random.Generator
) -> NDArray[np.uint8]:
    """The frame, 720 x 1280."""
    frame = behind(dice) * (flaws.paper / 200)
    _lay(frame, paper, where, folds, flaws)
    frame = through_the_lens(frame, flaws, dice)
    if flaws.veil or flaws.shine:
        frame = dazzled(frame, where, flaws, dice)
    frame = frame + dice.normal(0, flaws.noise, frame.shape).astype(np.float32)
    return np.clip(np.rint(frame), 0, 255).astype(np.uint8)


def behind(dice: np.random.Generator) -> Picture:
    """What stands behind the paper: soft light and dark, and some edges."""
    x, y = np.linspace(0, 8.999, WIDTH), np.linspace(0, 4.999, HEIGHT)
    frame = _sampled(dice.uniform(40, 190, (6, 10)).astype(np.float32), *np.meshgrid(x, y))
    for _ in range(12):
        left, top = dice.integers(0, WIDTH), dice.integers(0, HEIGHT)
        wide, high = dice.integers(10, 400), dice.integers(10, 300)
        frame[top : top + high, left : left + wide] *= dice.uniform(0.5, 1.4)
    return np.clip(frame, 0, 230).astype(np.float32)


def _lay(frame: Picture, paper: Picture, where: Held, folds: Folds, flaws: Flaws) -> None:
    """Put the paper into the frame, each pixel the mean of as many samples as keep fine lines fine."""
    left, top, right, bottom = where.box
    many = max(1, math.ceil(FINE / flaws.module))
    steps = (np.arange(many) + 0.5) / many
    x = (np.arange(left, right)[:, None] + steps).ravel()
    y = (np.arange(top, bottom)[:, None] + steps).ravel()
    across, down = np.meshgrid(x, y)
    u, v, w = np.tensordot(where.to_paper, np.stack([across, down, np.ones_like(across)]), 1)
    inside = (u >= 0) & (v >= 0) & (u < w * paper.shape[1]) & (v < w * paper.shape[0])
    u, v, light = folds.at(u / w, v / w)
    grey = (flaws.ink + (flaws.paper - flaws.ink) * _sampled(paper, u - 0.5, v - 0.5)) * light
    shape = (bottom - top, many, right - left, many)
    seen, share = (np.where(inside, grey, 0).reshape(shape).mean((1, 3)), inside.reshape(shape).mean((1, 3)))
    region = frame[top:bottom, left:right]
    region[:] = region * (1 - share) + seen


def _sampled(picture: Picture, x: NDArray[np.float64], y: NDArray[np.float64]) -> Picture:
    """Between four pixels each."""
    height, width = picture.shape
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    right, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    upper = picture[top, left] * (1 - right) + picture[top, left + 1] * right
    lower = picture[top + 1, left] * (1 - right) + picture[top + 1, left + 1] * right
    return (upper * (1 - down) + lower * down).astype(np.float32)


def through_the_lens(frame: Picture, flaws: Flaws, dice: np.random.Generator) -> Picture:
    """Softened, out of focus and smeared, in one convolution each."""
    spread = np.fft.rfft2(frame) * np.fft.rfft2(_spot_of(_soft(flaws.soft)))
    if flaws.defocus:
        spread *= np.fft.rfft2(_spot_of(_disc(flaws.defocus)))
    if flaws.motion:
        spread *= np.fft.rfft2(_spot_of(_line(flaws.motion, dice.uniform(0, math.pi))))
    return np.fft.irfft2(spread, frame.shape).astype(np.float32)


def dazzled(frame: Picture, where: Held, flaws: Flaws, dice: np.random.Generator) -> Picture:
    """With stray light over all of it, and a reflection on the code."""
    bright = frame * (1 - flaws.veil / 400) + flaws.veil
    if flaws.shine:
        x0, y0 = (middle + dice.uniform(-0.4, 0.4) * where.side for middle in where.middle)
        y, x = np.ogrid[:HEIGHT, :WIDTH]
        far = ((x - x0) ** 2 + (y - y0) ** 2) / (flaws.spot * where.side) ** 2
        bright = bright + flaws.shine * np.exp(-far / 2)
    return bright.astype(np.float32)


def _spot_of(kernel: NDArray[np.float64]) -> Picture:
    """A kernel (odd sides) as large as a frame, its middle at (0, 0), its sum 1."""
    whole = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
    whole[: kernel.shape[0], : kernel.shape[1]] = kernel / kernel.sum()
    return np.roll(whole, (-(kernel.shape[0] // 2), -(kernel.shape[1] // 2)), (0, 1))


def _grid(reach: float, fine: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    many = 2 * math.ceil(reach) + 1
    steps = (np.arange(many * fine) + 0.5) / fine - many / 2
    x, y = np.meshgrid(steps, steps)
    return x, y


def _soft(sigma: float) -> NDArray[np.float64]:
    x, y = _grid(4 * sigma)
    return np.exp(-(x**2 + y**2) / (2 * sigma**2))


def _disc(radius: float) -> NDArray[np.float64]:
    x, y = _grid(radius + 1, 8)
    return _pixels(x**2 + y**2 <= radius**2, 8)


def _line(length: float, angle: float) -> NDArray[np.float64]:
    x, y = _grid(length / 2 + 1, 8)
    along, beside = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    return _pixels((np.abs(along) <= length / 2) & (np.abs(beside) <= 0.5), 8)


def _pixels(fine: NDArray[np.bool_], many: int) -> NDArray[np.float64]:
    """Each pixel the share of it that is covered."""
    side = fine.shape[0] // many
    covered: NDArray[np.float64] = fine.reshape(side, many, side, many).mean((1, 3))
    return covered
