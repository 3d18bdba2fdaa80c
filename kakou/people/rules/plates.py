"""Number plates (GA 36-2018): 7 places, 8 for new energy, and the special kinds. One form: capitals, no dots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kakou.kernel.errors import Refusal
from kakou.people.rules.text import bare


class PlateKind(StrEnum):
    """What the plate says of the vehicle."""

    STANDARD = "standard"  # 普通
    NEW_ENERGY_SMALL = "new_energy_small"  # 小型新能源
    NEW_ENERGY_LARGE = "new_energy_large"  # 大型新能源
    POLICE = "police"  # 警
    EMERGENCY = "emergency"  # 应急
    TRAILER = "trailer"  # 挂
    LEARNER = "learner"  # 学
    HK_MACAO = "hk_macao"  # 港, 澳
    EMBASSY = "embassy"  # 使
    CONSULATE = "consulate"  # 领
    TEMPORARY = "temporary"  # 临
    ARMED_POLICE = "armed_police"  # WJ
    MILITARY = "military"  # 军
    OTHER = "other"  # foreign, or not of this table


class PlateRefused(Refusal):
    """Not a plate of this table; the text says what to look at, or to declare it as other."""

    code = "plate-refused"


@dataclass(frozen=True, slots=True)
class Plate:
    """`text` in one form; two spellings of one plate are equal."""

    kind: PlateKind
    text: str


_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_LETTER = "A-HJ-NP-Z"  # no I, no O: they would be read as 1 and 0
_P = f"[{_PROVINCES}][{_LETTER}]"
_X = f"[{_LETTER}0-9]"
_ENERGY = "A-HJK"  # D, A, B, C, E pure electric; F, G, H, J, K others
_SHAPES: tuple[tuple[PlateKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(shape))
    for kind, shape in (
        (PlateKind.STANDARD, rf"{_P}{_X}{{5}}"),
        (PlateKind.NEW_ENERGY_SMALL, rf"{_P}[{_ENERGY}]{_X}[0-9]{{4}}"),
        (PlateKind.NEW_ENERGY_LARGE, rf"{_P}[0-9]{{5}}[{_ENERGY}]"),
        (PlateKind.POLICE, rf"{_P}{_X}{{4}}警"),
        (PlateKind.EMERGENCY, rf"{_P}{_X}{{4}}应急"),
        (PlateKind.TRAILER, rf"{_P}{_X}{{4}}挂"),
        (PlateKind.LEARNER, rf"{_P}{_X}{{4}}学"),
        (PlateKind.HK_MACAO, rf"粤Z{_X}{{4}}[港澳]"),
        (PlateKind.EMBASSY, r"使[0-9]{6}|[0-9]{6}使"),
        (PlateKind.CONSULATE, rf"{_P}{_X}{{4}}领"),
        (PlateKind.TEMPORARY, rf"{_P}{_X}{{4,5}}临|临{_P}{_X}{{4,5}}"),
        (PlateKind.ARMED_POLICE, rf"WJ[{_PROVINCES}]?[0-9]{{4}}[0-9A-Z]"),
        (PlateKind.MILITARY, r"[BCGHJKLNSVZ][A-HJKMNORTVY][0-9]{5}"),
    )
)
_LONGEST_OTHER = 32
_NOISE = "·-‐‑–—−_"


def parse_plate(text: str, *, declared: PlateKind | None = None) -> Plate:
    """The plate that `text` says. `declared=OTHER` takes any 1 to 32 printable characters (foreign, not in this table);
    any other declared kind must fit. Raises PlateRefused; the text never repeats the plate.
    """
    plate = bare(text, _NOISE)
    if not plate:
        raise PlateRefused("The plate is empty.")
    kinds = [kind for kind, shape in _SHAPES if shape.fullmatch(plate)]
    if kinds and declared in (None, PlateKind.OTHER, kinds[0]):
        return Plate(kinds[0], plate)
    if declared is PlateKind.OTHER:
        return _other(plate)
    raise PlateRefused(_why_not(plate), count=len(plate))


def _other(plate: str) -> Plate:
    if len(plate) > _LONGEST_OTHER or not plate.isprintable():
        raise PlateRefused("A plate of another kind is 1 to 32 printable characters.")
    return Plate(PlateKind.OTHER, plate)


def _why_not(plate: str) -> str:
    if plate[0] not in _PROVINCES:
        return "A plate begins with the sign of a province; declare a foreign or special plate as other."
    if "I" in plate or "O" in plate:
        return "Plates have no letters I and O: look whether it is 1 or 0."
    if len(plate) not in (7, 8):
        return "A plate has 7 places, 8 for new energy; %(count)d were given."
    return "This is no plate of the known kinds; declare a foreign or special plate as other."
