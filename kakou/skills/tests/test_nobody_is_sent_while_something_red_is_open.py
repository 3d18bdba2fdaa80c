"""The safety gate: the table of flags, and what the ledger, fevers and outbreaks say of somebody."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as, acting_as_system
from kakou.ledger.tests.deskwork import Phone, passage
from kakou.screening.actions.fever import Hot, open_cases
from kakou.screening.rules import HealthCode, Vaccination, Verdict
from kakou.skills.queries.licences import candidates
from kakou.skills.rules import SIGNS, Answer, Flag, Paper, Skill, State, fitting, flags, red, words_of
from kakou.skills.tests.helping import AT, DAY, HOUR, ask, at_work, call, driver, licence, person, places, say
from tests.cast import enrol

__all__ = ["places"]
COMMITS = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TODAY = AT.date()
FINE = State(health=HealthCode.GREEN, vaccination=Vaccination.FULL, verdict=Verdict.ADMIT, is_inside=True)
GOOD = Paper(TODAY, True, True)
WHO = {"phone": "13800130001", "name": "吴超"}


def test_who_is_inside_green_vaccinated_and_free_has_no_flag():
    assert flags(FINE, GOOD, today=TODAY) == frozenset()


def test_a_licence_holds_on_its_last_day_and_not_on_the_next():
    assert Flag.EXPIRED not in flags(FINE, GOOD, today=TODAY)
    assert red(flags(FINE, GOOD, today=TODAY + DAY)) == [Flag.EXPIRED]


states = st.builds(
    State, st.booleans(), st.booleans(), st.sampled_from(HealthCode), st.sampled_from(Vaccination),
    st.sampled_from(Verdict), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
papers = st.builds(
    Paper, st.none() | st.dates(dt.date(2021, 1, 1), dt.date(2022, 1, 1)), st.booleans(), st.booleans()
)  # fmt: skip


@given(states, papers)
def test_nobody_passes_with_fever_contact_code_or_bad_paper(state, paper):
    bad = (
        state.has_fever or state.is_contact or state.is_busy or state.is_minor
        or state.health in (HealthCode.YELLOW, HealthCode.RED, HealthCode.NONE)
        or state.verdict in (Verdict.PERSUADE_BACK, Verdict.HOLD, Verdict.REFER)
        or not (paper.is_verified and paper.has_agreed)
        or (paper.expires_on is not None and paper.expires_on < TODAY)
    )  # fmt: skip
    assert bool(red(flags(state, paper, today=TODAY))) == bad


def test_a_list_does_not_tell_what_is_open_about_health():
    health = [Flag.FEVER, Flag.CONTACT, Flag.CODE, Flag.STOPPED]
    assert {tuple(words_of([flag])) for flag in health} == {(SIGNS[Flag.FEVER].words,)}


def test_a_higher_class_covers_a_lower_and_not_the_other_way():
    assert Skill.CLASS_A2 in fitting(Skill.CLASS_B2)
    assert Skill.CLASS_C1 not in fitting(Skill.CLASS_B2)
    assert fitting(Skill.FORKLIFT) == {Skill.FORKLIFT}


@pytest.fixture
def gate(places, cast):
    """What the phone of the garden's gate sends arrives."""
    return sender(cast.lead, places.garden_gate)


def sender(by, node):
    phone = Phone(enrol(by, node)[0])

    def send(*items):
        with at_work():
            return phone.send(*items)

    return send


def too_warm(send, node, who=WHO):
    """A fever is measured there, and a case opened."""
    [hot] = send(passage(who, at=AT, seen={"temperature": 385}, verdict="hold"))
    with at_work(), acting_as_system():
        open_cases([Hot(hot, node.pk, 385, 373, 15, "cn-2021-08.1", AT)], at=AT)


def flags_now(places, who, by, *, at=AT + HOUR):
    with acting_as(by):
        found = {one.held.row.person_id: one.flags for one in candidates(Skill.FORKLIFT, node=places.garden.pk, at=at)}
    return found.get(who.pk)


@COMMITS
def test_what_a_gate_saw_last_counts(cast, places, gate):
    who, _ = driver(places.garden, 1, cast.worker)
    assert flags_now(places, who, cast.worker) == {Flag.UNSEEN, Flag.UNVACCINATED}
    gate(passage(WHO, at=AT - DAY))
    assert flags_now(places, who, cast.worker) == frozenset()
    gate(passage(WHO, at=AT, seen={"health": "yellow"}, verdict="persuade_back"))
    assert flags_now(places, who, cast.worker) == {Flag.CODE, Flag.STOPPED}
    assert flags_now(places, who, cast.worker, at=AT + 15 * DAY) == {Flag.UNSEEN, Flag.UNVACCINATED}


@COMMITS
def test_a_fever_that_comes_up_after_the_asking_bars_the_yes(cast, places, gate):
    who, _ = driver(places.garden, 1, cast.worker)
    [row] = ask(call(places, cast.worker), [who], cast.worker)
    too_warm(gate, places.garden_gate)
    assert Flag.FEVER in flags_now(places, who, cast.worker)
    assert say(row, True, at=AT + HOUR) is Answer.BARRED


@COMMITS
def test_a_fever_at_a_gate_out_of_sight_bars_too(cast, places, gate):
    who, _ = driver(places.garden, 1, cast.worker)
    too_warm(sender(cast.neighbour, places.orchard_gate), places.orchard_gate)
    assert Flag.FEVER in flags_now(places, who, cast.worker)


def test_a_followed_contact_is_not_sent(cast, places):
    from kakou.tracing.models import Involved, Outbreak

    who, _ = driver(places.garden, 1, cast.worker)
    with acting_as_system():
        outbreak = Outbreak.objects.create(
            node=places.street, title="八月", edition="generic", opened_at=AT, opened_by=cast.investigator
        )
        Involved.objects.create(
            outbreak=outbreak, node=places.garden, subject=who.pk, standing="followed", origin="interview",
            proposed="close", grade="close", found_at=AT, decided_at=AT, decided_by=cast.investigator,
        )  # fmt: skip
    assert Flag.CONTACT in flags_now(places, who, cast.worker)


def test_who_is_at_another_compound_is_not_inside_and_who_is_out_of_scope_not_found(cast, places):
    far, _ = driver(places.orchard, 2, cast.neighbour)
    near, _ = driver(places.garden, 1, cast.worker)
    assert flags_now(places, far, cast.worker) is None
    assert flags_now(places, near, cast.neighbour) is None
    assert Flag.AWAY not in flags_now(places, near, cast.worker)


@COMMITS
def test_the_fittest_stands_first(cast, places, gate):
    barred = person(places.garden, 1)
    licence(barred, cast.worker, is_seen=False)
    unseen, _ = driver(places.garden, 2, cast.worker)
    fine, _ = driver(places.garden, 3, cast.worker)
    gate(passage({"phone": "13800130003", "name": "吴超"}, at=AT - DAY))
    with acting_as(cast.worker):
        found = candidates(Skill.FORKLIFT, node=places.garden.pk, at=AT)
    assert [one.held.row.person_id for one in found] == [fine.pk, unseen.pk, barred.pk]
    assert [one.may_be_asked for one in found] == [True, True, False]
    assert found[0].held.name == "吴*"
