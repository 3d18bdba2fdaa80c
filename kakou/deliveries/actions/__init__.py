"""The only writes of deliveries and parcels."""

from kakou.deliveries.actions.deliveries import NewDelivery, announce, take_step, watch_deliveries
from kakou.deliveries.actions.finding import find_parcels
from kakou.deliveries.actions.forgetting import forget_deliveries
from kakou.deliveries.actions.parcels import collect, leave, tell

__all__ = [
    "NewDelivery", "announce", "collect", "find_parcels", "forget_deliveries", "leave", "take_step", "tell",
    "watch_deliveries",
]  # fmt: skip
