"""Days: what happens at the gates of the drill's world, and what the gates' devices know and send of it.

Three stages, each a generator in order of time, none of which keeps more than about a day in memory:
`story` (the truth: every crossing, seen or not) → `desk` (what the recorders wrote down, with their mistakes) →
`outbox` (what each device uploads and when: batches, late ones, repeated ones). A pure function of
(seed, people, days, start, end): the same bytes each time, so that a drill can be broken off and resumed.
"""

from kakou.drill.days.live import Live
from kakou.drill.days.mischief import NO_MISCHIEF, Mischief
from kakou.drill.days.outbox import Upload, uploads
from kakou.drill.days.plot import NO_PLOT, Jump, Plot, Some, Span
from kakou.drill.days.story import Share, Story, truth
from kakou.drill.days.trip import Crossing

__all__ = [
    "NO_MISCHIEF",
    "NO_PLOT",
    "Crossing",
    "Jump",
    "Live",
    "Mischief",
    "Plot",
    "Share",
    "Some",
    "Span",
    "Story",
    "Upload",
    "truth",
    "uploads",
]
