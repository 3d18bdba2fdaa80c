"""The tree cut anew: a unit moved under another superior, split, merged into another, and each undone by the opposite.

Nodes stay what they are and hang elsewhere. So what hangs on a node (passages, people, orders, phones, also what a
phone without a network sends next week) follows it, and whoever holds a role over the new superior sees it. A unit
that was merged goes on as a part of the one that took it: its residents live there still, its entrances lead into the
other.
"""

from kakou.places.recut.acting import merge_units, move_unit, split_unit, undo
from kakou.places.recut.plan import Part

__all__ = ["Part", "merge_units", "move_unit", "split_unit", "undo"]
