"""Vehicles, goods, and what is sealed of a delivery and of a parcel. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from kakou.kernel.errors import Refusal
from kakou.skills.rules import Skill

DAYS_AHEAD = 7
KEEP = dt.timedelta(days=90)  # as requests
KEEP_PARCEL = dt.timedelta(days=30)
MOST_PIECES = 500
OLD = dt.timedelta(days=2)  # a parcel that lies so long is asked about


class GoodsRefused(Refusal):
    """This cannot be announced or left so; the text says why."""

    code = "goods-refused"


class Body(StrEnum):
    """What kind of vehicle: it decides which licence the escort needs."""

    CAR = "car"  # 小型车、面包车
    LIGHT_TRUCK = "light_truck"  # 轻型货车
    LARGE_TRUCK = "large_truck"  # 大型货车
    TRAILER = "trailer"  # 半挂车


class Goods(StrEnum):
    """What it brings."""

    FOOD = "food"
    PARTS = "parts"
    BUILDING = "building"
    MEDICAL = "medical"
    OTHER = "other"


LICENCE: Mapping[Body, Skill] = {
    Body.CAR: Skill.CLASS_C1,
    Body.LIGHT_TRUCK: Skill.CLASS_C1,
    Body.LARGE_TRUCK: Skill.CLASS_B2,
    Body.TRAILER: Skill.CLASS_A2,
}


class ToldOfDelivery(Struct, frozen=True, omit_defaults=True):
    """`plate` in its one form; `phone` of the driver, or of who announced, may be ""."""

    plate: str
    phone: str = ""


class ToldOfParcel(Struct, frozen=True, omit_defaults=True):
    """`door`: for whom."""

    door: str


def write(told: ToldOfDelivery | ToldOfParcel) -> bytes:
    """As it is sealed."""
    return msgspec.json.encode(told)


def read_delivery(plain: bytes) -> ToldOfDelivery:
    """What `write` wrote."""
    return msgspec.json.decode(plain, type=ToldOfDelivery)


def read_parcel(plain: bytes) -> ToldOfParcel:
    """What `write` wrote."""
    return msgspec.json.decode(plain, type=ToldOfParcel)


def check_day(day: dt.date, *, today: dt.date) -> dt.date:
    """On which day it is expected: today or within a week. Raises GoodsRefused."""
    if not today <= day < today + dt.timedelta(days=DAYS_AHEAD):
        raise GoodsRefused("A delivery is announced for today or within %(days)d days.", days=DAYS_AHEAD)
    return day


def check_pieces(pieces: int) -> int:
    """How many parcels lie there. Raises GoodsRefused."""
    if not 1 <= pieces <= MOST_PIECES:
        raise GoodsRefused("Between 1 and %(most)d pieces.", most=MOST_PIECES)
    return pieces


def masked_door(door: str) -> str:
    """3栋2单元501 → 3*****1: enough for whoever knows it, not for whoever looks."""
    return door[:1] + "*" * (len(door) - 2) + door[-1:] if len(door) > 3 else "*" * len(door)
