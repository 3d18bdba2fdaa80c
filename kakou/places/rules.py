"""What may stand where in the tree of places, and in which state. Pure: tables and checks, no Django, no clock.

Kinds and states: data dictionary, OrgUnit and Entrance; article lines 7 (13 communities), 9 (21 compounds, 12 urban
villages, entrances sealed with sheet iron) and 21 (checkpoints on the villages' main roads).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum

from kakou.kernel.errors import Refusal


class UnitKind(StrEnum):
    """What a place of the tree is."""

    COUNTY = "county"  # 县
    ZONE = "zone"  # 开发区
    STREET = "street"  # 街道
    COMMUNITY_URBAN = "community_urban"  # 城市社区
    COMMUNITY_RURAL = "community_rural"  # 涉农社区
    COMPOUND = "compound"  # 小区
    URBAN_VILLAGE = "urban_village"  # 城中村
    VILLAGE = "village"  # 村
    VILLAGE_GROUP = "village_group"  # 村民小组
    ENTERPRISE = "enterprise"  # 企业
    SITE = "site"  # 工地
    PLACE = "place"  # 场所


class EntranceKind(StrEnum):
    """What kind of opening is watched."""

    COMPOUND_GATE = "compound_gate"  # 小区大门
    ROAD_CHECKPOINT = "road_checkpoint"  # 交通卡点
    VILLAGE_PATH = "village_path"  # 入村道口
    ENTERPRISE_GATE = "enterprise_gate"  # 厂门
    SITE_GATE = "site_gate"  # 工地大门


class EntranceState(StrEnum):
    """Who may pass at all."""

    STAFFED = "staffed"  # 设岗
    SEALED = "sealed"  # 封堵
    EMERGENCY_ONLY = "emergency_only"  # 应急
    CLOSED = "closed"  # 关闭


class Management(StrEnum):
    """Under which rule a unit stands."""

    OPEN = "open"  # 正常
    CLOSED = "closed"  # 封闭管理
    LOCKDOWN = "lockdown"  # 封控
    CONTROL = "control"  # 管控
    PREVENTION = "prevention"  # 防范


class ShapeSource(StrEnum):
    """Who says where a place lies."""

    SURVEYED = "surveyed"  # 实测
    PICKED = "picked"  # 图上选取
    IMPORTED = "imported"  # 导入


class Act(StrEnum):
    """How the tree is cut anew."""

    MOVED = "moved"  # 改隶
    SPLIT = "split"  # 分设
    MERGED = "merged"  # 并入
    PARTED = "parted"  # 恢复单设


class PlaceRefused(Refusal):
    """The tree would no longer be one that a street office knows; the text says what to change."""

    code = "place-refused"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "a text to be translated later"
    """Mark a msgid."""
    return text


U, E = UnitKind, EntranceKind

TITLES: Mapping[UnitKind | EntranceKind | EntranceState | Management | ShapeSource | Act, str] = {
    U.COUNTY: N_("County"),
    U.ZONE: N_("Development zone"),
    U.STREET: N_("Street office"),
    U.COMMUNITY_URBAN: N_("Urban community"),
    U.COMMUNITY_RURAL: N_("Rural community"),
    U.COMPOUND: N_("Compound"),
    U.URBAN_VILLAGE: N_("Urban village"),
    U.VILLAGE: N_("Village"),
    U.VILLAGE_GROUP: N_("Villagers' group"),
    U.ENTERPRISE: N_("Enterprise"),
    U.SITE: N_("Building site"),
    U.PLACE: N_("Public place"),
    E.COMPOUND_GATE: N_("Compound gate"),
    E.ROAD_CHECKPOINT: N_("Road checkpoint"),
    E.VILLAGE_PATH: N_("Village path"),
    E.ENTERPRISE_GATE: N_("Enterprise gate"),
    E.SITE_GATE: N_("Site gate"),
    EntranceState.STAFFED: N_("Staffed"),
    EntranceState.SEALED: N_("Sealed"),
    EntranceState.EMERGENCY_ONLY: N_("Emergency only"),
    EntranceState.CLOSED: N_("Shut"),
    Management.OPEN: N_("No restriction"),
    Management.CLOSED: N_("Closed management"),
    Management.LOCKDOWN: N_("Lockdown area"),
    Management.CONTROL: N_("Control area"),
    Management.PREVENTION: N_("Prevention area"),
    ShapeSource.SURVEYED: N_("Surveyed on the spot"),
    ShapeSource.PICKED: N_("Picked on the map"),
    ShapeSource.IMPORTED: N_("Brought in from a file"),
    Act.MOVED: N_("Moved"),
    Act.SPLIT: N_("Split"),
    Act.MERGED: N_("Merged into another"),
    Act.PARTED: N_("Parted again"),
}
_GROUND = frozenset({U.ENTERPRISE, U.SITE, U.PLACE})  # what stands anywhere
_SETTLED = _GROUND | {U.COMPOUND, U.URBAN_VILLAGE, U.VILLAGE}

MAY_CONTAIN: Mapping[UnitKind, frozenset[UnitKind]] = {
    U.COUNTY: frozenset({U.STREET, U.ZONE}),
    U.ZONE: _GROUND | {U.STREET, U.COMPOUND},
    U.STREET: _SETTLED | {U.COMMUNITY_URBAN, U.COMMUNITY_RURAL, U.ZONE},
    U.COMMUNITY_URBAN: _SETTLED | {U.VILLAGE_GROUP},
    U.COMMUNITY_RURAL: _SETTLED | {U.VILLAGE_GROUP},
    U.COMPOUND: _GROUND | {U.COMPOUND},  # phases of one compound
    U.URBAN_VILLAGE: _GROUND | {U.COMPOUND, U.VILLAGE_GROUP},
    U.VILLAGE: _GROUND | {U.COMPOUND, U.VILLAGE_GROUP},
    U.VILLAGE_GROUP: _GROUND,
    U.ENTERPRISE: _GROUND,  # tenants and building sites on the ground of a factory
    U.SITE: frozenset({U.PLACE}),
    U.PLACE: frozenset({U.PLACE}),
}
MAY_BE_ROOT = frozenset(UnitKind) - {U.VILLAGE_GROUP}  # one compound or factory may run Kakou on its own

# a checkpoint can stand on any road, so it is allowed everywhere
ENTRANCES_OF: Mapping[UnitKind, frozenset[EntranceKind]] = {
    kind: frozenset({E.ROAD_CHECKPOINT}) | more
    for kind, more in {
        U.COUNTY: frozenset[EntranceKind](),
        U.ZONE: frozenset({E.COMPOUND_GATE, E.ENTERPRISE_GATE}),
        U.STREET: frozenset({E.VILLAGE_PATH}),
        U.COMMUNITY_URBAN: frozenset({E.COMPOUND_GATE, E.VILLAGE_PATH}),
        U.COMMUNITY_RURAL: frozenset({E.COMPOUND_GATE, E.VILLAGE_PATH}),
        U.COMPOUND: frozenset({E.COMPOUND_GATE}),
        U.URBAN_VILLAGE: frozenset({E.COMPOUND_GATE, E.VILLAGE_PATH}),
        U.VILLAGE: frozenset({E.VILLAGE_PATH}),
        U.VILLAGE_GROUP: frozenset({E.VILLAGE_PATH}),
        U.ENTERPRISE: frozenset({E.ENTERPRISE_GATE}),
        U.SITE: frozenset({E.SITE_GATE}),
        U.PLACE: frozenset({E.COMPOUND_GATE, E.ENTERPRISE_GATE}),
    }.items()
}

# who may become one: what is lived in, communities, offices; a factory is no part of a village
_LIVED_IN = frozenset({U.COMPOUND, U.URBAN_VILLAGE, U.VILLAGE, U.VILLAGE_GROUP})
MERGE = (_LIVED_IN, frozenset({U.COMMUNITY_URBAN, U.COMMUNITY_RURAL}), frozenset({U.STREET, U.ZONE}),
         *(frozenset({kind}) for kind in _GROUND))  # fmt: skip

S = EntranceState
TRANSITIONS: Mapping[EntranceState, frozenset[EntranceState]] = {
    S.STAFFED: frozenset({S.SEALED, S.EMERGENCY_ONLY, S.CLOSED}),
    S.SEALED: frozenset({S.STAFFED, S.EMERGENCY_ONLY, S.CLOSED}),
    S.EMERGENCY_ONLY: frozenset({S.STAFFED, S.SEALED, S.CLOSED}),
    S.CLOSED: frozenset({S.STAFFED, S.SEALED, S.EMERGENCY_ONLY}),
}

LONGEST_NAME = 64
SEPARATORS = frozenset("/、")  # in our own sheets between the names on the way to a place, and between names
_CODE = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?(-[0-9A-Z]{1,16})?")


def check_place_in(kind: UnitKind, parent: UnitKind | None) -> None:
    """May a unit of `kind` stand inside `parent` (None: on its own)? Raises PlaceRefused."""
    if parent is None:
        if kind not in MAY_BE_ROOT:
            raise PlaceRefused("A villagers' group stands inside another unit; name it.")
    elif kind not in MAY_CONTAIN[parent]:
        raise PlaceRefused("A unit of this kind does not stand inside one of that kind.")


def check_entrance_of(kind: EntranceKind, unit: UnitKind) -> None:
    """May an entrance of `kind` lead into a `unit`? Raises PlaceRefused."""
    if kind not in ENTRANCES_OF[unit]:
        raise PlaceRefused("A unit of that kind has no entrance of this kind.")


OFFICES = frozenset({U.COUNTY, U.ZONE, U.STREET})


def check_second(superior: UnitKind) -> None:
    """Can a unit of kind `superior` manage one of another line on behalf (代管)? Raises PlaceRefused."""
    if superior not in OFFICES:
        raise PlaceRefused("Only a county, a zone or a street office manages units of another line.")


def check_merge(kind: UnitKind, into: UnitKind) -> None:
    """May a unit of `kind` become a part of one of kind `into`? Raises PlaceRefused."""
    if not any({kind, into} <= like for like in MERGE):
        raise PlaceRefused("A unit of this kind cannot become a part of one of that kind.")


def check_state_change(now: EntranceState, then: EntranceState, *, material: str) -> None:
    """May an entrance go from `now` to `then`? A seal says what it is made of. Raises PlaceRefused."""
    if then not in TRANSITIONS[now]:
        raise PlaceRefused("The entrance is in this state already.")
    check_seal(then, material)


def check_seal(state: EntranceState, material: str) -> None:
    """A sealed entrance says with what (铁皮围挡), others say nothing. Raises PlaceRefused."""
    if state is S.SEALED and not material:
        raise PlaceRefused("Say with what the entrance is sealed.")
    if state is not S.SEALED and material:
        raise PlaceRefused("Only a sealed entrance has a seal.")


def check_unit_name(text: str) -> str:
    """The name without white space around it: 1 to 64 printable characters. Raises PlaceRefused."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME:
        raise PlaceRefused("A name has 1 to %(most)d characters.", most=LONGEST_NAME)
    if not name.isprintable():
        raise PlaceRefused("The name has a character that cannot be printed.")
    return name


def check_place_name(text: str) -> str:
    """`check_unit_name` for a unit or an entrance that is new or renamed: without what separates names in our sheets.
    Raises PlaceRefused.
    """
    name = check_unit_name(text)
    if sign := next((sign for sign in name if sign in SEPARATORS), ""):
        raise PlaceRefused(
            "A place's name has no “%(sign)s”: it stands between names in sheets. Write “-” instead.", sign=sign
        )
    return name


def check_code(text: str) -> str:
    """A division code: 6, 9 or 12 digits (GB/T 2260, statistical divisions), with a local suffix like -A01 for what has
    no code of its own. Raises PlaceRefused.
    """
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise PlaceRefused("A code is 6, 9 or 12 digits, perhaps with a suffix like -A01.")
    return code


def check_period(start: dt.datetime, end: dt.datetime | None) -> None:
    """A management state lasts from `start` until before `end`, or until it is changed. Raises PlaceRefused."""
    if end is not None and end <= start:
        raise PlaceRefused("The end lies before the beginning.")
