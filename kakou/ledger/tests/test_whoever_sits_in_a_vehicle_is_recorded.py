"""对进出车辆、人员: a vehicle says how many sit in it, and each of them has a passage of his own, soon."""

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.ledger.actions.occupants import fold_occupants
from kakou.ledger.models import FoldCursor
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
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
    resident,
    visitor,
)
from kakou.people.actions import merge_subjects
from kakou.people.queries import person_at
from kakou.workorders.models import Step
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
KIND = "occupants_missing"
SOON = AT + 10 * MINUTE


def van(aboard, at=AT, **more):
    made = passage({}, at=at, checks={}, aboard=aboard, **more)
    return made | {"subject": {"kind": "vehicle", "plate": "苏C12345"}}


def rider(number, vehicle, at=AT, **more):
    return passage(
        visitor(number), at=at + MINUTE, rides=vehicle["id"], who="driver" if number == 1 else "visitor", **more
    )


def test_when_all_of_them_are_recorded_there_is_nothing_to_ask(phone):
    vehicle = van(3)
    phone.send(vehicle, *[rider(n, vehicle) for n in (1, 2, 3)])
    caught_up(fold_occupants, at=AT + HOUR)
    assert orders() == []


def test_who_is_missing_after_a_quarter_of_an_hour_is_waited_for(phone):
    vehicle = van(3)
    phone.send(vehicle, rider(1, vehicle), rider(2, vehicle))
    caught_up(fold_occupants, at=SOON)
    assert orders() == []
    caught_up(fold_occupants, at=AT + 17 * MINUTE)
    order = order_about(vehicle["id"], KIND)
    assert order.facts == {"passage": vehicle["id"], "aboard": 3, "recorded": 2}
    caught_up(fold_occupants, at=AT + 18 * MINUTE)
    assert orders() == [(KIND, "reported")]


def test_it_closes_when_they_come_in_also_from_another_phone_and_hours_later(phone, cast, garden):
    vehicle = van(3)
    phone.send(vehicle, rider(1, vehicle))
    caught_up(fold_occupants, at=AT + 17 * MINUTE)
    other = Phone(enrol(cast.lead, garden.garden_gate, "second")[0])
    other.send(rider(2, vehicle), at=AT + 5 * HOUR)
    caught_up(fold_occupants, at=AT + 5 * HOUR)
    assert orders() == [(KIND, "reported")]
    other.send(rider(3, vehicle), at=AT + 6 * HOUR)
    caught_up(fold_occupants, at=AT + 6 * HOUR)
    assert orders() == [(KIND, "closed")]
    with acting_as_system():
        assert Step.objects.get(kind="closed").facts == {"recorded": 3, "healed": "recorded"}


def test_somebody_written_down_twice_is_one(phone):
    vehicle = van(2)
    phone.send(vehicle, rider(1, vehicle), rider(1, vehicle, at=AT + MINUTE))
    caught_up(fold_occupants, at=AT + HOUR)
    assert order_about(vehicle["id"], KIND).facts["recorded"] == 1


def test_the_quarter_of_an_hour_begins_with_its_arrival(phone):
    """The phone had no network: what it still holds may come in with the next upload."""
    vehicle = van(2)
    phone.send(vehicle, rider(1, vehicle), at=AT + 5 * HOUR)
    caught_up(fold_occupants, at=AT + 5 * HOUR + 10 * MINUTE)
    assert orders() == []
    caught_up(fold_occupants, at=AT + 5 * HOUR + 15 * MINUTE)
    assert orders() == [(KIND, "reported")]


def test_a_correction_says_how_many_there_really_were(phone):
    vehicle = van(3)
    (first, *_) = phone.send(vehicle, rider(1, vehicle), rider(2, vehicle))
    caught_up(fold_occupants, at=AT + HOUR)
    phone.send(van(2, at=AT + HOUR, corrects=first))
    caught_up(fold_occupants, at=AT + 2 * HOUR)
    assert orders() == [(KIND, "closed")], "who rides in the first rides in what replaced it"


def test_a_correction_says_that_there_were_more(phone):
    vehicle = van(1)
    (first, *_) = phone.send(vehicle, rider(1, vehicle))
    (second,) = phone.send(van(2, at=AT + 2 * MINUTE, corrects=first))
    caught_up(fold_occupants, at=AT + HOUR)
    assert open_about(KIND) == [str(second)]


def test_a_correction_says_that_one_of_them_did_not_sit_in_it(phone):
    """All were recorded, so nobody waited for them; the second turns out to be the first, written down again."""
    vehicle = van(2)
    *_, second = phone.send(vehicle, rider(1, vehicle), rider(2, vehicle))
    caught_up(fold_occupants, at=AT + HOUR)
    assert orders() == []
    phone.send(rider(1, vehicle, at=AT + 2 * MINUTE, corrects=second), at=AT + HOUR)
    caught_up(fold_occupants, at=AT + 2 * HOUR)
    assert open_about(KIND) == [vehicle["id"]]


def test_one_who_shows_his_pass_and_then_his_telephone_is_one(phone, garden, cast):
    wang, card, vehicle = resident(garden.garden.pk, 5), new_id(), van(2)
    with acting_as(cast.worker):
        merge_subjects(person_at(wang), card, by=cast.worker, at=AT)
    more = {"at": AT + MINUTE, "rides": vehicle["id"], "who": "resident"}
    phone.send(vehicle, passage({"pass": card}, **more), passage({"phone": "13800130005"}, **more))
    caught_up(fold_occupants, at=AT + HOUR)
    assert order_about(vehicle["id"], KIND).facts["recorded"] == 1


def test_a_vehicle_that_was_turned_away_took_its_people_with_it(phone):
    phone.send(van(4, verdict="persuade_back"))
    caught_up(fold_occupants, at=AT + HOUR)
    assert orders() == []


def test_nothing_is_passed_over_nor_asked_twice(phone):
    """One vehicle is looked at, the next one came in too recently; and then everything is read once more."""
    early, late = van(2), van(2, at=AT + 10 * MINUTE)
    phone.send(early)
    phone.send(late)
    caught_up(fold_occupants, at=AT + 16 * MINUTE)
    assert open_about(KIND) == [early["id"]]
    caught_up(fold_occupants, at=AT + 26 * MINUTE)
    assert open_about(KIND) == sorted([early["id"], late["id"]])
    with acting_as_system():
        FoldCursor.objects.filter(name="occupants").update(xid=1 << 60)  # a database made from a backup
    caught_up(fold_occupants, at=AT + DAY)
    assert orders() == [(KIND, "reported")] * 2
