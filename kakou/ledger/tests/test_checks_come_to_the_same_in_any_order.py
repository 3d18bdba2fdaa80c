"""However passages are split into uploads and in whatever order they arrive, the same matters are open in the end."""

import random
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connections

from kakou.access.scope import acting_as_system
from kakou.ledger.checks.cases import cases_of
from kakou.ledger.lane.codes import VERDICT_WORDS
from kakou.ledger.models import FoldCursor
from kakou.ledger.queries import histories
from kakou.ledger.queries.checked import personal_of, rows_where
from kakou.ledger.stays import effective
from kakou.ledger.tests.deskwork import AT, DAY, FINE, MINUTE, garden, look, open_about, passage, phone, visitor
from kakou.screening.models import FeverCase, RiskArea
from kakou.screening.queries.areas import areas_since
from kakou.screening.queries.packs import pack_of
from kakou.screening.rules import judge
from kakou.screening.rules.afterwards import afterwards, is_milder, of_what_was_seen

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KINDS = ("verdict_milder", "risk_origin", "unknown_rules", "fever_walked")
STAYS = ([], [{"code": "321003001", "from": "2021-08-01", "to": "2021-08-05"}])


def a_day(seed):
    """Sixty passages of ten visitors, a fifth of them corrections; each has at most one fever, and most go on."""
    dice = random.Random(seed)
    made = []
    for number in range(60):
        who, at = number % 10, AT + dice.randrange(120) * MINUTE
        checks = FINE | {"health": dice.choice(["green", "green", "green", "yellow", "red"])}
        more = {
            "checks": {look: checks[look] for look in checks if dice.random() < 0.98},
            "direction": dice.choice(["in", "in", "out"]), "stays": dice.choice(STAYS),
            "verdict": dice.choice(["admit", "admit", "admit_with_action", "persuade_back", "hold"]),
            "pack": dice.choice(["cn-2021-08.1"] * 8 + ["cn-2022-06.1", "cn-2021-08.9"]),
        }  # fmt: skip
        if made and dice.random() < 0.2:
            more["corrects"] = dice.choice(made)["id"]
        made.append(passage(visitor(who), at=at, **more))
    for who in range(4):  # too warm at the gate, and again after a quarter of an hour
        at, second = AT + dice.randrange(100) * MINUTE, dice.choice([364, 381])
        warm = {"checks": FINE | {"temperature": 378}, "verdict": "hold"}
        rested = {"checks": FINE | {"temperature": second, "temperature_before": 378}, "verdict": "refer"}
        made += [passage(visitor(who), at=at, **warm), passage(visitor(who), at=at + 15 * MINUTE, **rested)]
    dice.shuffle(made)
    return made, dice


def fevers():
    """(first, second, state, outcome) of every case: which of two passages it is called by says nothing."""
    with acting_as_system():
        return sorted(FeverCase.objects.values_list("first", "second", "state", "outcome"), key=str)


def open_matters():
    return {kind: open_about(kind) for kind in KINDS}


def forget_what_was_found():
    """As if nothing had ever been looked at."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate workorders_workorder, screening_fevercase cascade")
    read_again()


def read_again():
    with acting_as_system():
        FoldCursor.objects.filter(name="checks").update(xid=0)


def judged_one_by_one():
    """The slow obvious way: every row that holds, against the rules it names."""
    zone, milder = ZoneInfo(settings.SITE_ZONE), {"verdict_milder": [], "risk_origin": []}
    with acting_as_system():
        rows, areas = rows_where("true", []), areas_since(AT.date() - 30 * DAY)
    holding = {crossing[1] for crossing in effective(row.crossing() for row in rows)}
    for row in rows:
        known = pack_of(row.pack)
        if row.id.int not in holding or known is None:
            continue
        recorded, case = VERDICT_WORDS[row.verdict], cases_of(row, personal_of(row), zone)[0]
        pack = afterwards(known)
        pack = of_what_was_seen(pack) if recorded in ("persuade_back", "hold", "refer") else pack
        if is_milder(recorded, judge(pack, case, areas).outcome):
            kind = "verdict_milder" if is_milder(recorded, judge(pack, case).outcome) else "risk_origin"
            milder[kind].append(str(row.id))
    return {kind: sorted(found) for kind, found in milder.items()}


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_same_in_any_order_and_any_split(phone, seed, monkeypatch):
    with acting_as_system():
        RiskArea.objects.create(
            code="321003", name="扬州市邗江区", level="high", starts_on=AT.date() - 13 * DAY, source="国务院客户端",
            recorded_at=AT,
        )  # fmt: skip
    made, dice = a_day(seed)
    monkeypatch.setattr(histories, "MANY", dice.choice([2, histories.MANY]))
    later = AT + 4 * 60 * MINUTE
    while made:
        phone.send(*[made.pop() for _ in range(min(len(made), dice.randrange(1, 25)))], at=later)
        look(later, most=dice.choice([1, 10, 1000]))
    found, cases = open_matters(), fevers()
    assert {kind: found[kind] for kind in ("verdict_milder", "risk_origin")} == judged_one_by_one()
    assert all(found.values()), "every kind is met"
    forget_what_was_found()
    look(later)
    assert (open_matters(), fevers()) == (found, cases)
    read_again()
    look(later)
    assert (open_matters(), fevers()) == (found, cases), "twice is as once"
