"""What higher capabilities tell screening: whose passage an id is. Screening itself knows a passage by its id only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose passage it is, as the ledger shows it: masked name, link to the trail ("": not for this reader), when."""

    name: str
    href: str
    at: dt.datetime


class Passages(Protocol):
    """Of some passages whose they are."""

    def __call__(self, ids: Collection[UUID]) -> dict[UUID, Whose]:
        """Passage → whose, of those that the reader may see."""


def _nobody(ids: Collection[UUID]) -> dict[UUID, Whose]:
    return {}


class Registry:
    """One per process, filled at start by `kakou.config`."""

    def __init__(self) -> None:
        self.whose: Passages = _nobody


registry = Registry()
