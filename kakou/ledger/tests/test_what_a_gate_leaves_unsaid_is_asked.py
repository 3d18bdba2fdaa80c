"""每查必留痕: who is turned away is told why, a temperature says by which thermometer and when; else it is asked."""

import pytest

from kakou.kernel.time import to_ms
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    FINE,
    HOUR,
    MINUTE,
    RULES,
    garden,
    look,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    visitor,
)
from kakou.screening.rules import STOPPED

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]


@pytest.mark.parametrize("verdict", sorted(verdict.name.lower() for verdict in STOPPED))
def test_who_turns_somebody_away_says_why(phone, verdict):
    _, unsaid = phone.send(
        passage(visitor(1), verdict=verdict, reasons=["health.none"]), passage(visitor(2), verdict=verdict, reasons=[])
    )
    look()
    assert open_about("verdict_unexplained") == [str(unsaid)]
    assert order_about(unsaid, "verdict_unexplained").facts == {"passage": str(unsaid), "recorded": verdict}


def test_who_is_admitted_needs_no_reason(phone):
    phone.send(passage(visitor(1)), passage(visitor(2), verdict="admit_with_action", seen={"mask_corrected": True}))
    look()
    assert orders() == []


def test_it_is_settled_by_a_correction_that_says_why(phone):
    (unsaid,) = phone.send(passage(visitor(), verdict="hold", reasons=[]))
    look()
    said = {"corrects": unsaid, "correction": "补写原因", "reasons": ["health.none"]}
    phone.send(passage(visitor(), at=AT + HOUR, verdict="hold", **said))
    look()
    assert orders("verdict_unexplained") == [("verdict_unexplained", "closed")]
    look()
    assert open_about("verdict_unexplained") == []


def test_a_temperature_names_its_thermometer_and_its_moment_once_for_each_gate_and_day(phone):
    bare = {name: value for name, value in FINE.items() if name != "thermometer"}
    first, *_ = phone.send(
        passage(visitor(1), checks=bare), passage(visitor(2), checks=bare, at=AT + MINUTE), passage(visitor(3))
    )
    look()
    order = order_about(f"{phone.node}:{AT.date()}", "bare_temperatures")
    assert (order.facts["passage"], order.facts["day"]) == (str(first), str(AT.date()))
    phone.send(passage(visitor(4), checks=bare, at=AT + DAY))
    look()
    assert orders() == [("bare_temperatures", "reported")] * 2


@pytest.mark.parametrize(("after", "bare"), [(-59, False), (59, False), (-61, True), (61, True)], ids=str)
def test_a_temperature_of_another_hour_is_none_of_this_passage(phone, after, bare):
    phone.send(passage(visitor(), seen={"temperature_at": to_ms(AT + after * MINUTE)}))
    look()
    assert bool(open_about("bare_temperatures")) is bare


def test_a_phone_whose_clock_is_wrong_measures_by_either_clock(phone):
    ahead = 3 * HOUR // MINUTE * 60_000
    phone.send(
        passage(visitor(1), offset=-ahead, at=AT, seen={"temperature_at": to_ms(AT)}),
        passage(visitor(2), offset=-ahead, at=AT, seen={"temperature_at": to_ms(AT) - ahead}),
    )
    look()
    assert open_about("bare_temperatures") == []


def test_nobody_measured_is_no_bare_temperature(phone):
    phone.send(passage(visitor(), without=("temperature",), skipped={"temperature": "thermometer_broken"}))
    look()
    assert "bare_temperatures" not in dict(orders())


def test_the_rules_that_are_named_do_not_matter(phone):
    """What nobody knows the rules of, is asked for its reason all the same."""
    phone.send(passage(visitor(), verdict="hold", reasons=[], pack="nobody-knows.1"), passage(visitor(2), pack=RULES))
    look()
    assert orders() == [("unknown_rules", "reported"), ("verdict_unexplained", "reported")]
