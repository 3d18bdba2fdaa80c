"""How long a request waits, and how long its holder is told. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

WAITS = dt.timedelta(days=3)  # for a second person; then it is asked anew
TOLD = dt.timedelta(days=14)  # to the account's holder, on his first page


class State(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    FORGOTTEN = "forgotten"
    REFUSED = "refused"
