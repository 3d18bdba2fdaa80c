"""The tracing engine: stays in sorted columns, answers from a walk through few of them. Needs numpy and numba, and no
Django.

    index = TraceIndex.from_arrays(person, place, enter, leave)
    index.contacts(7, t0, t1, min_overlap=900).ranked()
    index.reach([7], t0, hops=2, latency=86_400, min_overlap=900).evidence(9)
    index.exposure(min_overlap=900)

`reference` is its slow and obvious twin; what it says is what every kernel must say.
"""

from kakou.tracing.engine.answers import Contacts, Exposure, ManyContacts, Reach, Step
from kakou.tracing.engine.folder import Damaged, Day, Overtaken
from kakou.tracing.engine.index import TraceIndex

__all__ = ["Contacts", "Damaged", "Day", "Exposure", "ManyContacts", "Overtaken", "Reach", "Step", "TraceIndex"]
