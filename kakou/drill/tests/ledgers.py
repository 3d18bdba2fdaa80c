"""What the ledger would make of a story, without a database: passages as they are sent, folded into stays."""

import uuid
from collections import defaultdict
from typing import NamedTuple

import msgspec

from kakou.drill.days import uploads
from kakou.drill.days.shown import shown
from kakou.drill.outbreak import Disease, Row, presences
from kakou.drill.outbreak.spread import HOUR, RATES
from kakou.ledger.stays import Topology, fold

SIGN = {"in": 1, "out": 2, "through": 3}
GATE = 10_000  # nodes of gates lie above those of units
HOT = 500  # what the intake puts aside
# few people need not much time
CATCHING = Disease(latent_ms=12 * HOUR, rates={kind: 10 * rate for kind, rate in RATES.items()})


class Ledger(NamedTuple):
    stored: set
    recorded: dict
    nodes: range  # of units, by their numbers


def ledger_of(truth):
    """The ids of the passages in it, and who → his presences by its stays."""
    land = truth.story.world.land
    parents = {unit.number + 1: unit.parent + 1 or None for unit in land.units}
    gates = {GATE + entrance.number: entrance.unit + 1 for entrance in land.entrances}
    topology = Topology.of(parents | gates, gates)
    stored, crossings = stored_and_crossings(truth.story)
    recorded = {}
    for who in truth.crossings:
        homes = [truth.home(int(who[1:])).unit] if who[0] == "p" else []
        mine = crossings[key_of(truth, who)]
        rows = [Row.of(stay) for stay in fold(mine, topology, frozenset(home + 1 for home in homes))]
        passed = [(gate, at) for at, _, gate, *_ in mine]
        recorded[who] = presences(rows, passed, still_ms=truth.until_ms)
    return Ledger(stored, recorded, range(1, len(land.units) + 1))


def stored_and_crossings(story):
    stored, crossings = set(), defaultdict(list)
    for upload in uploads(story):
        for item in map(msgspec.json.decode, [] if upload.repeat else upload.items):
            if item["checks"].get("temperature", 0) > HOT:
                continue
            id = uuid.UUID(item["id"])
            stored.add(id)
            crossings[text_of(item["subject"])].append(
                (item["at"] + item["offset"], id.int, GATE + upload.gate, SIGN[item["direction"]], item["crossed"],
                 uuid.UUID(item["corrects"]).int if "corrects" in item else 0, -1, False)
            )  # fmt: skip
    return stored, crossings


def key_of(truth, who):
    if who[0] == "p":
        return str(truth.story.world.person(int(who[1:])).id)
    first = truth.crossings[who][0]
    return text_of(shown(truth.story.world, who, first.profile))


def text_of(subject):
    return subject.get("id") or str({name: subject[name] for name in sorted(subject) if name != "name"})
