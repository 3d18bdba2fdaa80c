"""体温异常者及时处理: what the gates measured opens a case, the second temperature goes to it, and nobody walks off."""

import threading

import pytest
from django.conf import settings
from django.db import connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.ids import new_id
from kakou.ledger.models import FoldCursor
from kakou.ledger.tests.deskwork import (
    AT,
    DAY,
    FINE,
    HOUR,
    MINUTE,
    Phone,
    garden,
    look,
    open_about,
    order_about,
    orders,
    passage,
    phone,
    resident,
    visitor,
)
from kakou.ledger.tests.gatework import IN, Crossing, upload
from kakou.people.actions import merge_subjects
from kakou.people.queries import person_at
from kakou.screening.actions.fever import NewStep, follow_cases, take_step
from kakou.screening.actions.packs import change_params, publish
from kakou.screening.models import FeverCase
from kakou.screening.queries.fever import case_at, events_of
from kakou.screening.rules.fever import FeverStep
from kakou.workorders.models import Step
from tests.cast import enrol

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["garden", "phone"]
T = FeverStep


def warm(subject, tenths=378, **more):
    """Somebody is too warm and is held."""
    return passage(subject, checks=FINE | {"temperature": tenths}, verdict="hold", **more)


def again(subject, tenths, before=378, **more):
    """He rested and is measured again."""
    checks = FINE | {"temperature": tenths, "temperature_before": before}
    verdict = {"verdict": "admit_with_action" if tenths < 373 else "refer"} | more
    return passage(subject, checks=checks, **verdict)


def cases():
    """(first, second, state, outcome) of every case."""
    with acting_as_system():
        found = FeverCase.objects.order_by("first", "opened_at")
        return list(found.values_list("first", "second", "state", "outcome"))


def step(passage, kind, by, after, **facts):
    with acting_as(by):
        take_step(case_at(passage), NewStep(new_id(), kind, AT + after, facts), by=by, at=AT + after)


def test_whoever_is_too_warm_has_a_case_due_when_he_is_to_be_measured_again(phone):
    (held,) = phone.send(warm(visitor()))
    look()
    with acting_as_system():
        case = case_at(held)
        assert (case.node_id, case.first, case.limit, case.version) == (phone.node, 378, 373, "cn-2021-08.1")
        assert case.due_at == AT + 15 * MINUTE
    assert follow_cases(at=AT) == 1
    assert orders() == [("fever", "reported")]
    look()
    start_again()
    look()
    assert len(cases()) == 1


def start_again():
    with acting_as_system():
        FoldCursor.objects.filter(name="checks").update(xid=0)


def test_the_limit_is_that_of_the_rules_that_held(phone, cast, tree):
    with acting_as(cast.administrator):
        made = change_params("cn-2021-08.1", {"temperature_limit": 376}, note="", by=cast.administrator, at=AT)
        publish(str(made), node=tree.street, starts_at=AT - DAY, by=cast.administrator, at=AT - DAY)
    phone.send(
        passage(visitor(1), seen={"temperature": 375}, pack=str(made)),
        warm(visitor(2), 376, pack=str(made)),
        warm(visitor(3), 375, pack="cn-2021-08.77"),  # nobody knows these rules: those that hold are taken
        warm(visitor(4), 379, pack="cn-2021-08.77"),
    )
    look()
    assert cases() == [(376, None, "resting", ""), (379, None, "resting", "")]


def test_normal_after_a_rest_it_ends(phone):
    phone.send(warm(visitor()), again(visitor(), 366, at=AT + 15 * MINUTE))
    look()
    assert cases() == [(378, 366, "ended", "normal_on_retest")]
    assert orders() == []


def test_still_too_warm_he_is_to_be_isolated(phone):
    phone.send(warm(visitor()))
    look()
    phone.send(again(visitor(), 379, at=AT + 15 * MINUTE))
    look()
    start_again()
    look()
    assert cases() == [(378, 379, "to_isolate", "")]


def test_he_is_the_same_by_whatever_he_shows(phone, garden, cast):
    """By his pass at first, by his telephone after the rest."""
    wang = resident(garden.garden.pk, 5)
    card = new_id()
    with acting_as(cast.worker):
        merge_subjects(person_at(wang), card, by=cast.worker, at=AT)
    phone.send(warm({"pass": card}))
    phone.send(again({"phone": "13800130005"}, 365, at=AT + 12 * MINUTE))
    look()
    assert cases() == [(378, 365, "ended", "normal_on_retest")]


def test_another_mans_second_temperature_is_not_his(phone):
    phone.send(warm(visitor(1)), again(visitor(2), 366, before=379, at=AT + 15 * MINUTE))
    look()
    assert cases() == [(378, None, "resting", ""), (379, 366, "ended", "normal_on_retest")]


def test_a_second_temperature_alone_tells_of_the_first(phone):
    """The phone of the first one has no network: when its passage comes in, it is no second case."""
    phone.send(again(visitor(), 379, at=AT + 15 * MINUTE))
    look()
    assert cases() == [(378, 379, "to_isolate", "")]
    phone.send(warm(visitor()), at=AT + HOUR)
    look(AT + HOUR)
    assert len(cases()) == 1


def test_a_second_temperature_that_a_step_told_of_before_opens_no_second_case(phone, cast):
    """The step is taken on a page or by the phone; the passage of the same measurement comes in after it."""
    (held,) = phone.send(warm(visitor()))
    look()
    step(held, T.NORMAL, cast.worker, 15 * MINUTE, tenths=366)
    phone.send(again(visitor(), 366, at=AT + 16 * MINUTE))
    look()
    assert cases() == [(378, 366, "ended", "normal_on_retest")]


@pytest.mark.parametrize("tenths", [366, 379])
def test_a_second_temperature_corrected_in_something_else_opens_no_second_case(phone, cast, tenths):
    held, second = phone.send(warm(visitor()), again(visitor(), tenths, at=AT + 15 * MINUTE))
    look()
    if tenths == 379:
        step(held, T.ENDED, cast.worker, 60 * MINUTE, outcome="refused", note="taken home by the family")
    (before,) = cases()
    phone.send(again(visitor(), tenths, at=AT + 70 * MINUTE, corrects=second))
    look(AT + 2 * HOUR)
    assert cases() == [before]


@pytest.mark.parametrize(("after", "then"), [(5, (378, None, "resting")), (15, (378, 380, "to_isolate"))], ids=str)
def test_who_is_measured_once_more_without_a_word_of_the_first_has_no_second_case(phone, after, then):
    """Before he has rested it changes nothing; afterwards it is the second temperature."""
    phone.send(warm(visitor()), warm(visitor(), 380, at=AT + after * MINUTE))
    look()
    assert cases() == [(*then, "")]
    start_again()
    look()
    assert cases() == [(*then, "")]


def test_two_gates_that_measured_one_man_open_one_case_whichever_tells_first(phone):
    phone.send(warm(visitor(), 380, at=AT + 5 * MINUTE))
    look()
    phone.send(warm(visitor()), at=AT + HOUR)
    look(AT + HOUR)
    assert cases() == [(380, None, "resting", "")]


def test_who_was_well_again_and_is_too_warm_once_more_has_another_case(phone):
    phone.send(warm(visitor()), again(visitor(), 366, at=AT + 15 * MINUTE), warm(visitor(), 379, at=AT + HOUR))
    look(AT + HOUR)
    assert cases() == [(378, 366, "ended", "normal_on_retest"), (379, None, "resting", "")]


def test_a_case_that_ended_is_no_reason_to_forget_one_that_was_told_late(phone):
    """Too warm at two, well at a quarter past; only at night a phone tells that he was too warm at ten as well."""
    phone.send(warm(visitor(), at=AT + 4 * HOUR), again(visitor(), 366, at=AT + 4 * HOUR + 15 * MINUTE))
    look(AT + 5 * HOUR)
    phone.send(warm(visitor(), 381), at=AT + 12 * HOUR)
    look(AT + 12 * HOUR)
    assert cases() == [(378, 366, "ended", "normal_on_retest"), (381, None, "resting", "")]


def test_a_day_later_it_is_another_fever(phone):
    phone.send(warm(visitor()))
    phone.send(again(visitor(), 366, at=AT + DAY + HOUR))
    look(AT + DAY + HOUR)
    assert cases() == [(378, None, "resting", ""), (378, 366, "ended", "normal_on_retest")]


def test_a_first_one_that_was_fine_opens_nothing(phone):
    phone.send(again(visitor(1), 366, before=370), again(visitor(2), 375, before=370))
    look()
    assert cases() == [(375, None, "resting", "")]


def test_a_corrected_row_is_the_same_fever(phone):
    """Only the way was wrong; and who was never warm has none."""
    (held,) = phone.send(warm(visitor(1), direction="out"))
    look()
    phone.send(warm(visitor(1), at=AT + MINUTE, corrects=held))
    typo = warm(visitor(2), 411)
    phone.send(typo, passage(visitor(2), at=AT + MINUTE, corrects=typo["id"]))
    look()
    assert cases() == [(378, None, "resting", "")]


def test_an_import_tells_of_fevers_of_the_last_day_only(phone, garden):
    for n, ago in enumerate((HOUR, 30 * HOUR)):
        upload(Crossing(new_id(), garden.garden_gate.pk, IN, AT - ago, verdict=0))
        with connections["owner"].cursor() as cursor:
            cursor.execute("alter table ledger_passage disable trigger append_only")
            cursor.execute("update ledger_passage set temperature = %s where temperature is null", [380 + n])
            cursor.execute("alter table ledger_passage enable trigger append_only")
    look()
    assert cases() == [(380, None, "resting", "")]


def test_who_goes_on_with_a_fever_is_told_of_at_that_gate(phone, cast, garden):
    (held,) = phone.send(warm(visitor()))
    look()
    west = Phone(enrol(cast.neighbour, garden.orchard_gate)[0])
    (slipped,) = west.send(passage(visitor(), at=AT + 20 * MINUTE))
    look()
    order = order_about(slipped, "fever_walked")
    assert (order.node_id, order.facts) == (west.node, {"passage": str(slipped), "fever": str(held)})
    look()
    start_again()
    look()
    assert orders() == [("fever_walked", "reported")]


def test_it_is_told_however_late_the_fever_itself_comes_in(phone):
    (slipped,) = phone.send(passage(visitor(), at=AT + 20 * MINUTE))
    look()
    phone.send(warm(visitor()), at=AT + HOUR)
    look(AT + HOUR)
    assert open_about("fever_walked") == [str(slipped)]


def test_who_was_well_again_before_he_went_on_is_nobodys_matter(phone):
    """His retest comes in last."""
    phone.send(warm(visitor()), passage(visitor(), direction="out", at=AT + 20 * MINUTE))
    look()
    assert orders() == [("fever_walked", "reported")]
    phone.send(again(visitor(), 365, at=AT + 15 * MINUTE), at=AT + HOUR)
    look(AT + HOUR)
    assert orders() == [("fever_walked", "closed")]
    phone.send(passage(visitor(), at=AT + 2 * HOUR))
    look(AT + 2 * HOUR)
    assert orders() == [("fever_walked", "closed")]


def test_what_waits_to_be_looked_at_accuses_nobody_before_its_turn(phone):
    """A phone comes back after hours: the first temperature is looked at, the second and the way out still wait."""
    phone.send(warm(visitor()))
    phone.send(again(visitor(), 366, at=AT + 15 * MINUTE))
    phone.send(passage(visitor(), at=AT + HOUR, direction="out"))
    look(AT + HOUR, most=1)
    assert orders("fever_walked") == []


def test_who_was_turned_away_did_not_go_on_nor_did_who_was_let_in_with_it(phone):
    """The latter is what the verdict is asked about."""
    phone.send(warm(visitor(1)), passage(visitor(1), at=AT + MINUTE, verdict="hold"))
    (let_in,) = phone.send(passage(visitor(2), checks=FINE | {"temperature": 385}))
    look()
    assert orders() == [("verdict_milder", "reported")]
    assert open_about("verdict_milder") == [str(let_in)]


def test_who_is_on_the_way_to_the_clinic_passes_gates(phone, cast):
    (held,) = phone.send(warm(visitor()))
    look()
    for minutes, (kind, facts) in enumerate(
        [
            (T.STILL_HIGH, {"tenths": 380}), (T.ISOLATED, {"place": "tent"}), (T.TOLD, {"whom": "clinic"}),
            (T.FETCHED, {"how": "ambulance"}),
        ]
    ):  # fmt: skip
        step(held, kind, cast.worker, (20 + minutes) * MINUTE, **facts)
    phone.send(passage(visitor(), direction="out", at=AT + 30 * MINUTE))
    look(AT + 30 * MINUTE)
    step(held, T.ARRIVED, cast.worker, 60 * MINUTE)
    look(AT + HOUR)
    assert orders("fever_walked") == []
    phone.send(passage(visitor(), direction="in", at=AT + 10 * MINUTE), at=AT + 2 * HOUR)  # before he was fetched
    look(AT + 2 * HOUR)
    assert orders("fever_walked") == [("fever_walked", "reported")]


def test_while_it_was_ended_he_went_where_he_liked(phone, cast):
    """Taken up again, it is unsettled from then on, and was not before."""
    (held,) = phone.send(warm(visitor()))
    look()
    step(held, T.ENDED, cast.worker, 5 * MINUTE, outcome="mistake", note="wrong person")
    step(held, T.TAKEN_UP, cast.worker, 60 * MINUTE, note="it was this person")
    _, slipped = phone.send(passage(visitor(), at=AT + 30 * MINUTE), passage(visitor(), at=AT + 90 * MINUTE))
    look(AT + 2 * HOUR)
    assert open_about("fever_walked") == [str(slipped)]


def test_a_case_taken_up_again_while_its_order_is_about_to_close_keeps_it(phone, cast):
    (held,) = phone.send(warm(visitor()))
    look()
    follow_cases(at=AT)
    step(held, T.ENDED, cast.worker, 5 * MINUTE, outcome="mistake", note="wrong person")

    def take_up():
        try:
            step(held, T.TAKEN_UP, cast.worker, HOUR, note="it was this person")
        finally:
            connections.close_all()

    other = threading.Thread(target=take_up)

    def between(execute, sql, *more):
        if other.ident is None and "workorders_workorder" in sql:  # the cases that go on were read before
            other.start()
            other.join()
        return execute(sql, *more)

    with connections["default"].execute_wrapper(between):
        follow_cases(at=AT + HOUR)
    with acting_as_system():
        assert [one.kind for one in Step.objects.filter(order__kind="fever")] == ["opened"]


def test_a_correction_says_that_it_was_somebody_else(phone):
    phone.send(warm(visitor(1)))
    (wrong,) = phone.send(passage(visitor(1), at=AT + 20 * MINUTE))
    look()
    phone.send(passage(visitor(2), at=AT + 21 * MINUTE, corrects=wrong))
    look()
    assert orders() == [("fever_walked", "closed")]


def test_the_case_says_what_was_measured_and_by_whom_nothing(phone):
    phone.send(warm(visitor()), again(visitor(), 366, at=AT + 15 * MINUTE))
    look()
    with acting_as_system():
        told = [(event.step, event.facts, event.by) for event in events_of(FeverCase.objects.get())]
    assert told == [(T.OPENED, {"tenths": 378}, None), (T.NORMAL, {"tenths": 366}, None)]
    assert settings.DEFAULT_PACK == "cn-2021-08"
