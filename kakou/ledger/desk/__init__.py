"""The quarantine desk: how an item that the intake could not accept becomes fit to enter the ledger. Pure.

Owns: what a person may say instead of what was sent, and the item that follows from it. Promises: what the person does
not name stays as it was sent, and nothing is left out unless the person says so. Never: reads a clock or a database, or
decides whether an item is fit (that is the lane's, for everybody).
"""

from kakou.ledger.desk.corrections import (
    ANOTHER,
    NAMED_GATE,
    REPLACES,
    Correction,
    Sent,
    mend,
    read_correction,
    write_correction,
)
from kakou.ledger.desk.states import TRANSITIONS, UNDECIDED, Act, State, before

__all__ = [
    "ANOTHER",
    "NAMED_GATE",
    "REPLACES",
    "TRANSITIONS",
    "UNDECIDED",
    "Act",
    "Correction",
    "Sent",
    "State",
    "before",
    "mend",
    "read_correction",
    "write_correction",
]
