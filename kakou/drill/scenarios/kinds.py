"""The kinds of incident that a scenario may have happen, each with what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import NamedTuple

from kakou.drill.days import Mischief
from kakou.drill.scenarios.fields import Field, Gate, OneOf, Share, When, Whole, YesNo

MOST_INCIDENTS, MOST_FINDS = 40, 40
_SPAN: Mapping[str, Field] = {"gate": Gate(), "at": When(), "minutes": Whole(1, 2 * 24 * 60)}
_CROWD: Mapping[str, Field] = {"gate": Gate(), "at": When(), "people": Whole(1, 200), "within": Whole(1, 240, 30)}
_ITEMS: Mapping[str, Field] = {"gate": Gate(), "at": When(before=True), "items": Whole(1, 50)}

REGIONS = ("quiet", "starred", "medium", "control", "prevention", "high")


class Incident(NamedTuple):
    """One thing that happens, of a kind of this table, with what it was told (usual values filled in)."""

    kind: str
    told: Mapping[str, object]


KINDS: Mapping[str, Mapping[str, Field]] = {
    # the phone of a gate is not heard of, and keeps what it has until then
    "silence": _SPAN,
    # it goes wrong by so many minutes and does not know it
    "clock_jump": {**_SPAN, "by": Whole(-180, 180)},
    # visitors with a fever; measured: well after twenty minutes, still_hot: not, forgotten: nobody measures again
    "fevers": {**_CROWD, "people": Whole(1, 20), "then": OneOf(("measured", "still_hot", "forgotten"), "measured")},
    # a lorry; entry_seen = false: nobody wrote it down as it came; driver_seen = false: nor who drove it
    "goods_vehicle": {
        "gate": Gate(), "at": When(), "aboard": Whole(1, 5, 1), "driver_seen": YesNo(True), "entry_seen": YesNo(True),
        "stays": Whole(1, 2 * 24 * 60, 40),
    },
    # visitors who come for a visit and leave after so many hours
    "overstay": {**_CROWD, "people": Whole(1, 20), "hours": Whole(1, 72)},
    # people from a region; judged: as the rules say, let_in: against them, unasked: their word is taken, tries_again:
    # sent away, they come back within the hour and tell of another place
    "newcomers": {
        **_CROWD, "comes_from": OneOf(REGIONS, "quiet"),
        "then": OneOf(("judged", "let_in", "unasked", "tries_again"), "judged"),
    },
    # a phone loses items for good
    "lost_queue": _ITEMS,
    # a phone sends items once more, and they say something else
    "tampered": _ITEMS,
}  # fmt: skip

MISCHIEF: Mapping[str, Field] = {
    one.name: YesNo() if one.type in (bool, "bool") else Share() for one in fields(Mischief)
}
