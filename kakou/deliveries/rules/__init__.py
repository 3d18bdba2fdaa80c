"""The steps of a delivery, and what is told of goods and parcels. Pure: no Django, no clock."""

from kakou.deliveries.rules.goods import (
    DAYS_AHEAD,
    KEEP,
    KEEP_PARCEL,
    LICENCE,
    OLD,
    Body,
    Goods,
    GoodsRefused,
    ToldOfDelivery,
    ToldOfParcel,
    check_day,
    check_pieces,
    masked_door,
    read_delivery,
    read_parcel,
    write,
)
from kakou.deliveries.rules.steps import (
    DELIVERY_OPEN,
    ENDS,
    INSIDE,
    STEPS,
    State,
    StepRefused,
    check_step,
    stays_too_long,
    steps_from,
)

__all__ = [
    "DAYS_AHEAD", "DELIVERY_OPEN", "ENDS", "INSIDE", "KEEP", "KEEP_PARCEL", "LICENCE", "OLD", "STEPS", "Body", "Goods",
    "GoodsRefused", "State", "StepRefused", "ToldOfDelivery", "ToldOfParcel", "check_day", "check_pieces",
    "check_step", "masked_door", "read_delivery", "read_parcel", "stays_too_long", "steps_from", "write",
]  # fmt: skip
