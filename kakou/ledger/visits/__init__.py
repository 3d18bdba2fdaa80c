"""What people tell of themselves from outside: scans of a place code, and visits announced beforehand. Pure.

Owns: the codes by which a place and a visit are called, when a visit may be and where it stands, how a telephone number
or a plate is read. Never: reads a clock or a database, or takes what is told here for checked.
"""

from kakou.ledger.visits.codes import OF_A_PLACE, OF_A_VISIT, random_code, read_code, spaced
from kakou.ledger.visits.numbers import Number, NumberRefused, read_number
from kakou.ledger.visits.states import VisitState, state_of
from kakou.ledger.visits.told import Told, read_told, write_told
from kakou.ledger.visits.windows import DAYS_AHEAD, When, Window, moments, read_when, said_when

__all__ = [
    "DAYS_AHEAD",
    "OF_A_PLACE",
    "OF_A_VISIT",
    "Number",
    "NumberRefused",
    "Told",
    "VisitState",
    "When",
    "Window",
    "moments",
    "random_code",
    "read_code",
    "read_number",
    "read_told",
    "read_when",
    "said_when",
    "spaced",
    "state_of",
    "write_told",
]
