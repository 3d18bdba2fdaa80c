"""Outbreak: an infection that spreads among the people of the drill, and what tracing can know of it.

    truth = Whereabouts(story)                              # who really was where, whether or not a gate knows of it
    spread = infect(truth, Disease(), first="p17", at_ms=…) # who infected whom, where and when
    told = judge(truth, spread, stored, recorded, nodes)    # was the ledger told of it? if not, why
    compare(spread, told, reach, names, recorded, …)        # found of those it was told of; with a path that holds

A pure function of (story, disease, first, seed). Owns: the truth of an outbreak and its comparison with an answer of
the tracing engine. Never: writes anything, or tells the product what it knows.
"""

from kakou.drill.outbreak.comparing import Comparison, Names, compare
from kakou.drill.outbreak.judging import Cause, Judged, judge
from kakou.drill.outbreak.recorded import Recorded, Row, presences
from kakou.drill.outbreak.spread import Disease, Infection, infect
from kakou.drill.outbreak.whereabouts import Kind, Presence, Spot, Whereabouts

__all__ = [
    "Cause",
    "Comparison",
    "Disease",
    "Infection",
    "Judged",
    "Kind",
    "Names",
    "Presence",
    "Recorded",
    "Row",
    "Spot",
    "Whereabouts",
    "compare",
    "infect",
    "judge",
    "presences",
]
