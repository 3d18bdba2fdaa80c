"""What a subject is written down by: his number in the register, or the papers he shows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kakou.drill.world import Profile, World, dice_of
from kakou.drill.world.folk import vehicle_id
from kakou.screening.rules import Record, Who

_SHOWS = {"c": "phone", "d": "document", "e": "document"}


def shown(world: World, key: str, profile: Profile) -> dict[str, Any]:
    """The `subject` of a passage; keys as in `Crossing.subject`."""
    if key[0] == "p":
        return {"kind": "person", "id": profile.id}
    if key[0] == "a":
        return {"kind": "vehicle", "id": registered_car(world.seed, key)}
    if key[0] == "t":
        return {"kind": "vehicle", "plate": world.truck(int(key[1:])).plate}
    return _caller(world, key, profile)


@lru_cache(maxsize=8192)
def registered_car(seed: int, key: str) -> str:
    """Under which id a resident's car is registered."""
    return str(vehicle_id(seed, key))


def record_of(subject: dict[str, Any]) -> str:
    """By what a subject is written down, in the words of a pack's look `record`."""
    if "id" in subject or "plate" in subject:  # a plate is what a vehicle is known by
        return Record.KNOWN.value
    if "document" in subject:
        return Record.DOCUMENT.value
    if "phone" in subject:
        return Record.PHONE.value
    return Record.NAME.value if "name" in subject else Record.NONE.value


def _caller(world: World, key: str, profile: Profile) -> dict[str, Any]:
    papers = _SHOWS.get(key[0])
    if papers is None:  # a visitor shows the same papers when he leaves, and a child none
        child = profile.who == Who.CHILD
        papers = "nothing" if child else dice_of(world.seed, "shows", key).pick(("document", "phone"))
    caller = world.caller(key, papers_shown=papers)
    subject: dict[str, Any] = {"kind": "person", "name": caller.name}
    if caller.document:
        subject["document"] = {"kind": caller.document.kind, "no": caller.document.no}
    if caller.phone:
        subject["phone"] = caller.phone
    if caller.token:
        subject["token"] = str(caller.token)
    return subject
