"""防患于未然: fevers, people persuaded back and bad codes above a gate's own usual for that hour are told within it."""

import random
from collections import Counter

import pytest
from django.db import connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.actions.early_warning import fold_warnings
from kakou.ledger.checks.signs import DAYS, LEAST, Sign, is_unusual
from kakou.ledger.models import FoldCursor
from kakou.ledger.models.passage import OF_NOTE
from kakou.ledger.queries.checked import rows_where
from kakou.ledger.stays import effective
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    FINE,
    HOUR,
    MINUTE,
    Phone,
    caught_up,
    garden,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    visitor,
)
from kakou.workorders.actions import close
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KIND = "above_usual"
SOON = AT + 10 * MINUTE  # 12:55 at the site
MAKES = {
    Sign.FEVER: {"verdict": "hold", "checks": FINE | {"temperature": 378}},
    Sign.PERSUADED_BACK: {"verdict": "persuade_back"},
    Sign.CODES: {"verdict": "refer", "checks": FINE | {"health": "red"}},
}


def some(sign, many, at=AT, first=1, **more):
    """So many different visitors who show this sign."""
    return [passage(visitor(first + n), at=at, **MAKES[sign] | more) for n in range(many)]


def cause(phone, sign, day=AT.date(), hour=12):
    return f"{phone.node}:{day}T{hour}:{sign}"


@pytest.mark.parametrize("sign", list(Sign))
def test_what_a_gate_never_saw_before_is_told_from_the_least_count_on(phone, sign):
    least = LEAST[sign]
    phone.send(*some(sign, least - 1), passage(visitor(90)))
    assert caught_up(fold_warnings, at=SOON) == 1
    assert orders() == []
    (last,) = phone.send(*some(sign, 1, first=50))
    caught_up(fold_warnings, at=SOON)
    order = order_about(cause(phone, sign), KIND)
    assert order.node_id == phone.node
    facts = {name: order.facts[name] for name in ("sign", "many", "before", "day", "hour")}
    assert facts == {"sign": sign.value, "many": least, "before": 0, "day": str(AT.date()), "hour": 12}
    phone.send(*some(sign, 5, first=60))
    caught_up(fold_warnings, at=SOON)
    assert orders() == [(KIND, "reported")]
    assert last


def test_what_is_usual_at_that_hour_is_no_matter(phone):
    usual = [one for n in range(1, DAYS + 1) for one in some(Sign.CODES, 5, at=AT - n * DAY, first=10 * n)]
    phone.send(*usual, *some(Sign.CODES, 15, first=200), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert orders() == []
    phone.send(*some(Sign.CODES, 1, first=300), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert order_about(cause(phone, Sign.CODES), KIND).facts["before"] == 5 * DAYS


def test_another_hour_and_another_gate_have_their_own_usual(phone, garden, cast):
    west = Phone(enrol(cast.neighbour, garden.orchard_gate)[0])
    for n in range(1, DAYS + 1):
        west.send(*some(Sign.CODES, 5, at=AT - n * DAY, first=10 * n), at=SOON)
        phone.send(*some(Sign.CODES, 5, at=AT - n * DAY + HOUR, first=10 * n), at=SOON)
    for one in (west, phone):
        one.send(*some(Sign.CODES, 8, first=300), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert open_about(KIND) == [cause(phone, Sign.CODES)]


def test_one_person_counts_once_and_a_vehicle_is_not_ill(phone):
    again = [passage(visitor(1), at=AT + n * MINUTE, **MAKES[Sign.FEVER]) for n in range(9)]
    phone.send(*again)
    caught_up(fold_warnings, at=SOON)
    assert orders() == []


def test_a_correction_closes_it(phone):
    sent = phone.send(*some(Sign.PERSUADED_BACK, LEAST[Sign.PERSUADED_BACK]))
    caught_up(fold_warnings, at=SOON)
    assert open_about(KIND) == [cause(phone, Sign.PERSUADED_BACK)]
    phone.send(passage(visitor(1), at=AT, corrects=sent[0], correction="登记错了"), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert orders() == [(KIND, "closed")]
    phone.send(*some(Sign.PERSUADED_BACK, 1, first=70), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert orders() == [(KIND, "reopened")]


def test_what_was_held_back_of_the_days_before_closes_it(phone):
    phone.send(*some(Sign.FEVER, 4), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert open_about(KIND) == [cause(phone, Sign.FEVER)]
    phone.send(*[one for n in range(1, DAYS + 1) for one in some(Sign.FEVER, 3, at=AT - n * DAY, first=5 * n)], at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert open_about(KIND) == []


def test_what_comes_in_a_day_late_warns_of_nothing(phone):
    phone.send(*some(Sign.FEVER, 9, at=AT - 2 * DAY), at=SOON)
    caught_up(fold_warnings, at=SOON)
    assert orders() == []


def test_what_somebody_closed_stays_closed(phone, cast):
    phone.send(*some(Sign.FEVER, 3))
    caught_up(fold_warnings, at=SOON)
    with acting_as(cast.secretary):
        told = {"finding": "体温枪坏了，已换"}
        close(order_about(cause(phone, Sign.FEVER), KIND), evidence=told, by=cast.secretary, at=SOON)
    phone.send(*some(Sign.FEVER, 5, first=30))
    caught_up(fold_warnings, at=SOON)
    assert orders() == [(KIND, "closed")]


def a_fortnight(seed):
    """Visitors of sixteen days, always about noon: some hours are much worse than others, some rows are corrected."""
    dice, made = random.Random(seed), []
    for n in range(16):
        for sign in Sign:
            for _ in range(dice.choice([0, 1, 2, 3] if n else [9, 14, 20])):
                at = AT - n * DAY + dice.randrange(-30, 30) * MINUTE
                made += some(sign, 1, at=at, first=dice.randrange(300))
    for one in dice.sample(made, 8):
        made.append(
            one | {"id": passage(visitor(1))["id"], "corrects": one["id"], "correction": "更正", "verdict": "admit"}
        )
    dice.shuffle(made)
    return made, dice


def one_by_one(phone, at):
    """The slow obvious way, over all rows that hold."""
    with acting_as_system():
        rows = rows_where("true", [])
    holding = {crossing[1] for crossing in effective(row.crossing() for row in rows)}
    seen = {}
    for row in (row for row in rows if row.id.int in holding):
        here = row.happened_at + 8 * HOUR
        signs = {
            Sign.FEVER: (row.temperature or 0) >= 373, Sign.PERSUADED_BACK: row.verdict == 3 and not row.crossed,
            Sign.CODES: row.health == 3,
        }  # fmt: skip
        for sign in (sign for sign, is_one in signs.items() if is_one):
            seen.setdefault((here.date(), here.hour, sign), set()).add(row.subject)
    many = Counter({where: len(whom) for where, whom in seen.items()})
    found = []
    for (day, hour, sign), n in many.items():
        before = [many[day - k * DAY, hour, sign] for k in range(1, DAYS + 1)]
        begun = AT.replace(hour=0, minute=0) + (day - AT.date()) + (hour - 8) * HOUR
        if begun >= at - DAY and is_unusual(n, before, least=LEAST[sign]):
            found.append(cause(phone, sign, day, f"{hour:02}"))
    return sorted(found)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_same_in_any_order_and_any_split(phone, seed):
    made, dice = a_fortnight(seed)
    while made:
        phone.send(*[made.pop() for _ in range(min(len(made), dice.randrange(1, 40)))], at=AT + HOUR)
        caught_up(fold_warnings, at=AT + HOUR, most=dice.choice([1, 10, 1000]))
    found = open_about(KIND)
    assert found
    assert found == one_by_one(phone, AT + HOUR)
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate workorders_workorder cascade")
    for _ in range(2):
        with acting_as_system():
            FoldCursor.objects.filter(name="warnings").update(xid=0)
        caught_up(fold_warnings, at=AT + HOUR)
        assert open_about(KIND) == found


@pytest.mark.parametrize("asked", [OF_NOTE, "p.verdict = 3 and not p.crossed"], ids=["of note", "persuaded back"])
def test_what_is_asked_of_the_passages_is_what_the_small_index_holds(phone, asked):
    """However many passages a gate has, only the few that may be a sign are read."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select indexname from pg_indexes where indexdef like %s", ["%temperature >= 370%"])
        of_note = {name for (name,) in cursor.fetchall()}
        cursor.execute("set enable_seqscan = off")  # it is asked whether the index can answer, not what is cheaper here
        cursor.execute(f"explain select p.id from ledger_passage p where {asked}")
        plan = " ".join(line for (line,) in cursor.fetchall())
        cursor.execute("reset enable_seqscan")
    assert "Seq Scan" not in plan
    assert sum(plan.count(f" {name} ") for name in of_note) == plan.count("ledger_passage_") / 2
