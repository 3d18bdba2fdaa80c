"""The fonts on paper: Noto Sans CJK SC, and Noto Sans for Latin and the other scripts. Both are Python packages, locked
and installed like every other, so an offline installation has them too; a PDF holds only the glyphs that it uses.

The machine's own fonts are never looked at: the same text prints the same everywhere. The bodies are OFL 1.1.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from fontTools.ttLib import TTFont
from typst import FontInfo, Fonts

PACKAGES: Final = ("manimgx_fonts_cjk", "manimgx_fonts")
FIRST: Final = ("Noto Sans", "Noto Sans CJK SC")  # Latin first: the other draws an accent beside a letter it lacks
TYPED: Final = "DejaVu Sans Mono"  # comes with typst; tells 0 from O and 1 from I
_OTHER_REGIONS = "Noto Sans CJK "  # the same characters as drawn in Japan, Korea, Taiwan, Hong Kong


def folders() -> list[str]:
    """Where the fonts lie."""
    return [str(files(package)) for package in PACKAGES]


@cache
def families() -> tuple[str, ...]:
    """In the order in which they are tried for a character."""
    noto = {font.family for font in _fonts()}
    return (*FIRST, *sorted(noto - set(FIRST)))


@cache
def covered() -> frozenset[int]:
    """The code points that one of the families has: some 50,000."""
    return frozenset().union(*(_characters(font) for font in _fonts()))


@cache
def _fonts() -> tuple[FontInfo, ...]:
    found = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders())).fonts()
    return tuple(font for font in found if not font.family.startswith(_OTHER_REGIONS) or font.family in FIRST)


def _characters(font: FontInfo) -> set[int]:
    assert font.path
    with TTFont(font.path, fontNumber=font.index, lazy=True) as opened:
        return set(opened.getBestCmap())
