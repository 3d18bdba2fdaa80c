"""World: the fictitious sub-district of the drill, shaped like the article's and inhabited by nobody.

A pure function of its seed: places are listed once, people are worked out one at a time from their number, so that
twenty thousand of them need no memory. Everything that could be taken for real is outside what is given out (see
`papers`): division codes, telephone range, plate letter.
"""

from kakou.drill.world.chance import Dice, dice_of
from kakou.drill.world.folk import Caller, Car, Job, Person
from kakou.drill.world.land import Entrance, Land, Unit, build_land
from kakou.drill.world.papers import Document
from kakou.drill.world.profiles import Profile
from kakou.drill.world.sight import World
from kakou.places.rules import EntranceKind, EntranceState, UnitKind

__all__ = [
    "Caller",
    "Car",
    "Dice",
    "Document",
    "Entrance",
    "EntranceKind",
    "EntranceState",
    "Job",
    "Land",
    "Person",
    "Profile",
    "Unit",
    "UnitKind",
    "World",
    "build_land",
    "dice_of",
]
