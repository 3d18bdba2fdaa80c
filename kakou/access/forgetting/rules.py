"""How long the holder of an account is told. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

TOLD = dt.timedelta(days=14)  # to the account's holder, on his first page


class State(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    FORGOTTEN = "forgotten"
    REFUSED = "refused"
