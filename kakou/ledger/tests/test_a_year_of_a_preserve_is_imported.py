"""A slice of VAST Challenge 2017 MC1 through the real door, against the pure fold. The whole year: make show-ledger."""

import gzip
import hashlib
import os
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from kakou.access.scope import acting_as_system
from kakou.kernel.time import now, to_ms
from kakou.ledger.actions.importing import Order, import_readings
from kakou.ledger.actions.rebuild import rebuild
from kakou.ledger.actions.stays import fold_new
from kakou.ledger.models import Stay
from kakou.ledger.sheets import load_mapping, read_passages
from kakou.ledger.stays import ABSENCE, VISIT, StayState
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.places.models import Unit
from kakou.web.sheets import Problems, read_sheet

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
DATA = Path(os.environ.get("KAKOU_TESTDATA") or Path(__file__).parents[4] / "shared" / "data")
FILE = DATA / "lekagul" / "sensor-data.csv.gz"
PARK_VEHICLES, OTHERS = 250, 250
STATE_OF = {number: state for state, number in STATES.items()}
KIND_OF = {number: kind for kind, number in KINDS.items()}


def lines_of(file: Path) -> list[bytes]:
    """The titles and every row of the first vehicles of either kind."""
    chosen: dict[bytes, set[bytes]] = {b"2P": set(), b"": set()}
    with gzip.open(file) as lines:
        kept = [next(lines)]
        for line in lines:
            _, car, kind, _ = line.split(b",")
            group, most = (chosen[b"2P"], PARK_VEHICLES) if kind == b"2P" else (chosen[b""], OTHERS)
            if car in group or len(group) < most:
                group.add(car)
                kept.append(line)
    return kept


def bring_in(data: bytes):
    text = resources.files("kakou.ledger.sheets").joinpath("mappings/lekagul.toml").read_text("utf-8")
    mapping, problems = load_mapping(text), Problems()
    sheet = read_sheet(data, filename="sensor-data.csv")
    readings = read_passages(sheet, mapping, now_ms=to_ms(now()), problems=problems)
    problems.refuse_if_any()
    order = Order(mapping, text, "sensor-data.csv", hashlib.sha256(data).digest(), make_places=True)
    return import_readings(readings, order, by=None, at=now())


def stays():
    with acting_as_system():
        names = dict(Unit.objects.values_list("node_id", "name"))
        rows = Stay.objects.values_list("node_id", "kind", "state")
        return Counter((names[node].split()[0], KIND_OF[kind], STATE_OF[state]) for node, kind, state in rows)


@pytest.mark.slow
def test_its_loops_close_as_the_pure_fold_says(as_worker):
    if not FILE.exists():
        pytest.skip(f"test data absent: {FILE} (set KAKOU_TESTDATA)")
    data = b"".join(lines_of(FILE))
    done = bring_in(data)
    assert (done.subjects, done.stored) == (PARK_VEHICLES + OTHERS, done.rows)
    while fold_new(at=now()).more:
        pass
    found = stays()
    # every park vehicle lives at the base: out first, home last, and never a visitor anywhere but at a camp
    assert {(kind, state) for unit, kind, state in found if unit == "Ranger"} == {(ABSENCE, StayState.CLOSED)}
    assert found["Ranger", ABSENCE, StayState.CLOSED] == PARK_VEHICLES
    assert set(found) >= {("Lekagul", VISIT, StayState.CLOSED), ("Camping", VISIT, StayState.MISSED_EXIT)}
    assert not any(state is StayState.ORPHAN_EXIT for _, _, state in found)
    assert bring_in(data).stored == 0
    for _ in rebuild(at=now()):
        pass
    assert stays() == found
