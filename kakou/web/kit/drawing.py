"""The one place that writes SVG: what is text is escaped here, colours come from one table, widths are estimated.

Colours are attributes with a class beside them: a page's own style may turn them for the night, a file that stands
alone is black on white. No style element and no style attribute, which our pages' CSP would refuse; nothing is fetched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape as _escape

INK: Mapping[str, str] = {
    "ink": "#10161d",
    "muted": "#465260",
    "paper": "#ffffff",
    "well": "#f0f3f6",
    "line": "#ccd3da",
    "edge": "#6b7785",
    "accent": "#003a8c",
    "pale": "#c3d3ea",
    "stop": "#a30015",
    "look": "#ffd000",
    "go": "#00602b",
    "black": "#000000",  # on "look", by day and by night
}
FONT = "system-ui, -apple-system, 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
WIDE, NARROW = 960, 296  # px: on a desk, and in a panel of a phone of 360 px
TEXT, SMALL = 13, 11  # px: nothing is written smaller

Paint = dict[str, str | float]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no XML may hold
_WIDE_CHARACTERS = {"W", "F"}


def escaped(text: str) -> str:
    """Text or attribute as XML holds it; what XML cannot hold is shown as U+FFFD."""
    return _escape(_FORBIDDEN.sub("�", text), {'"': "&quot;"})


def number(value: float) -> str:
    """12, 12.5: at most one decimal, so that the same picture has the same bytes."""
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def tag(name: str, *inside: str, **attributes: str | float | None) -> str:
    """One element; `inside` is markup, attributes are escaped, `_` in their names is `-`; None leaves one out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}>{''.join(inside)}</{name}>" if inside else f"<{name}{told}/>"


def paint(fill: str | None = None, stroke: str | None = None, width: float = 1, dash: str = "") -> Paint:
    """Attributes for colours of the table; `fill` may also be a pattern's `url(#…)`."""
    named = [f"f-{fill}"] if fill in INK else []
    painted: Paint = {"fill": INK.get(fill or "", fill or "none")}
    if stroke:
        named.append(f"s-{stroke}")
        painted |= {"stroke": INK[stroke], "stroke_width": width}
        if dash:
            painted["stroke_dasharray"] = dash
    if named:
        painted["class_"] = " ".join(named)
    return painted


def words(
    x: float, y: float, text: str, *, size: float = TEXT, ink: str = "ink", anchor: str = "", bold: bool = False,
    halo: bool = False,
) -> str:  # fmt: skip
    """A line of text with its baseline at y. `halo`: it can be read above lines."""
    return tag(
        "text",
        escaped(text),
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor or None,
        font_weight="650" if bold else None,
        paint_order="stroke" if halo else None,
        **paint(ink, "paper" if halo else None, 3),
    )


def rect(x: float, y: float, width: float, height: float, painted: Paint, *, round_: float = 0) -> str:
    """A rectangle, painted by `paint(…)`."""
    return tag("rect", x=x, y=y, width=width, height=height, rx=round_ or None, **painted)


def line(x0: float, y0: float, x1: float, y1: float, *, ink: str = "line", width: float = 1, dash: str = "") -> str:
    """A straight line."""
    return tag("path", d=f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}", **paint(None, ink, width, dash))


def named(title: str, *inside: str) -> str:
    """A group that says more when it is pointed at."""
    return tag("g", tag("title", escaped(title)), *inside)


def pattern(name: str, kind: str, ink: str) -> str:
    """A filling that is told apart without its colour: `hatch` or `dots`."""
    marks = {
        "hatch": tag("path", d="M-1 1L1 -1M0 6L6 0M5 7L7 5", **paint(None, ink, 1.5)),
        "dots": tag("circle", cx=3, cy=3, r=1.2, **paint(ink)),
    }
    ground = rect(0, 0, 6, 6, paint("paper"))
    return tag("pattern", ground, marks[kind], id=f"{name}-{kind}", width=6, height=6, patternUnits="userSpaceOnUse")


def document(
    body: Iterable[str], *, name: str, title: str, desc: str, width: float, height: float, defs: Iterable[str] = (),
    role: str = "img",
) -> str:  # fmt: skip
    """A whole SVG. `name`: begins every id in it, so that several may stand in one page. `role`: "group" where it holds
    links."""
    kept = "".join(defs)
    return tag(
        "svg",
        tag("title", escaped(title), id=f"{name}-t"),
        tag("desc", escaped(desc), id=f"{name}-d"),
        tag("defs", kept) if kept else "",
        rect(0, 0, width, height, paint("paper")),
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role=role,
        aria_labelledby=f"{name}-t {name}-d",
        font_family=FONT,
        font_size=TEXT,
    )


def extent(text: str, size: float = TEXT) -> float:
    """How wide a text will be, in px; rather too much than too little."""
    return size * sum(1.0 if unicodedata.east_asian_width(c) in _WIDE_CHARACTERS else _latin(c) for c in text)


def _latin(character: str) -> float:
    if character in "ijlt.,:;'|!()[] ·":
        return 0.34
    return 0.92 if character in "mwMW@%" else 0.68 if character.isupper() else 0.58


def fitted(text: str, width: float, size: float = TEXT) -> str:
    """The text, cut with an ellipsis where it is wider than `width`."""
    if extent(text, size) <= width:
        return text
    kept, room = "", width - size
    for character in text:
        room -= extent(character, size)
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"


def wrapped(text: str, width: float, size: float = TEXT) -> list[str]:
    """Lines no wider than `width`: broken at spaces, and between any two signs of a script that has none."""
    lines, current = [], ""
    for piece in re.findall(
        r"\s+|[\u2e80-\uffef\U00020000-\U0003ffff][，。；：、！？）」』]*|[^\s\u2e80-\uffef]+", text
    ):
        if current and extent(current + piece.rstrip(), size) > width:
            lines.append(current.rstrip())
            current = ""
        current += piece if current else piece.lstrip()
    return [*lines, current.rstrip()] if current.strip() else lines


def paragraph(x: float, y: float, sentences: Iterable[str], width: float) -> tuple[list[str], float]:
    """Small lines below one another, and the y after the last."""
    drawn: list[str] = []
    for sentence in sentences:
        for text in wrapped(sentence, width, SMALL + 1):
            drawn.append(words(x, y, text, size=SMALL + 1, ink="muted"))
            y += 18
    return drawn, y


def keys(entries: Iterable[tuple[str, str]], x: float, y: float, width: float) -> tuple[list[str], float]:
    """A legend in lines no wider than `width`, and the y below: (drawing at 0,0 and 16 px wide, its word)."""
    drawn: list[str] = []
    left, at = x, y
    for picture, word in entries:
        shown = fitted(word, width - 24, SMALL + 1)
        wide = 24 + extent(shown, SMALL + 1)
        if left > x and left + wide > x + width:
            left, at = x, at + 20
        drawn.append(
            tag("g", picture, words(24, 0, shown, size=SMALL + 1), transform=f"translate({left:.0f} {at:.0f})")
        )
        left += wide + 18
    return drawn, at + 20
