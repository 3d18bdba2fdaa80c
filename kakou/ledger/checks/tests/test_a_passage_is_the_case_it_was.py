"""What a gate judged comes back from the ledger as the same case, so that judging it again means the same."""

import datetime as dt
import json
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given

from kakou import vault
from kakou.kernel.ids import id_at
from kakou.kernel.time import from_ms
from kakou.ledger.checks.areas import RiskMap
from kakou.ledger.checks.cases import WRITING, cases_of
from kakou.ledger.checks.rows import Checked
from kakou.ledger.lane.check import Times
from kakou.ledger.lane.rows import COLUMNS, RowMaker, codes_of
from kakou.ledger.lane.wire import canonical, digest, read_item
from kakou.ledger.queries.checked import personal_of
from kakou.screening.packs import read_pack, shipped
from kakou.screening.rules import facts_of, judge
from kakou.screening.tests.strategies import AT, areas, cases

ZONE = ZoneInfo("Asia/Shanghai")
PACK = read_pack(shipped("cn-2021-08"))
SUBJECTS = {
    "known": {"id": str(UUID(int=7))}, "document": {"document": {"kind": "20", "no": "E12345678"}, "name": "访客"},
    "phone": {"phone": "13900130001"}, "name": {"name": "访客", "token": str(UUID(int=8))},
}  # fmt: skip
# what a passage keeps of a case
KEPT = ("at", "day", "direction", "who", "purpose", "checks", "skipped", "stays", "record")


def row_of(case):
    """The passage that a gate sends of a case, as it lies in the table."""
    item = read_item(
        json.dumps({
            "id": str(id_at(AT, b"x")), "seq": 1, "prev_hash": "0" * 64, "at": AT, "offset": 0, "crossed": True,
            "direction": case["direction"], "who": case["who"], "checks": case["checks"], "verdict": "admit",
            "purpose": case.get("purpose"), "skipped": case.get("skipped"), "stays": case.get("stays"),
            "reasons": [], "pack": "cn-2021-08.1", "subject": {"kind": "person", **SUBJECTS[case["record"]]},
        }).encode()
    )  # fmt: skip
    made = RowMaker(vault.store()).row(
        item, Times(AT, 0), node=1, device=1, server_ms=AT, digest=digest(canonical(item))
    )
    row = dict(zip(COLUMNS, made, strict=True)) | codes_of(made)
    return Checked(
        id=UUID(int=row["id"].int), node=1, device=1, crossed=True, subject=row["subject"], happened_at=from_ms(AT),
        device_at=from_ms(AT), recorded_at=from_ms(AT), reasons=(), recorder=None, corrects=None, pack=row["pack"],
        detail=json.loads(row["detail"] or "{}"),
        **{name: row[name] for name in (
            "direction", "subject_kind", "purpose", "health", "travel", "vaccination", "origin", "mask", "temperature",
            "verdict", "sealed",
        )},
    )  # fmt: skip


@given(cases())
def test_it_is_the_same_case(case):
    case = case | {"record": case.get("record", "phone").replace("none", "name")}
    if case["direction"] == "out" and case["record"] == "name":
        case["record"] = "phone"  # who shows a token on his way out is known by it
    row = row_of(case)
    first, *others = cases_of(row, personal_of(row), ZONE)
    told = {"purpose": None, "skipped": {}, "stays": [], **case}
    assert {name: first[name] for name in KEPT} == {name: told[name] for name in KEPT}
    kept = {name: told[name] for name in KEPT}
    assert judge(PACK, first) == judge(PACK, kept)
    assert [other["at"] for other in others] == [AT - WRITING // dt.timedelta(milliseconds=1)]


@given(cases(), areas)
def test_the_areas_near_are_all_that_matter(case, given_areas):
    """Those of the days that count, as a phone has them; none of the others would change anything."""
    lookback = PACK.params["lookback_days"]
    since = (dt.date.fromisoformat(case["day"]) - dt.timedelta(days=lookback)).isoformat()
    fresh = [area for area in given_areas if area["to"] is None or area["to"] >= since]
    near = RiskMap(given_areas).near(case, lookback_days=lookback)
    assert facts_of(case, near, lookback_days=lookback) == facts_of(case, fresh, lookback_days=lookback)
    assert all(area in fresh for area in near)
