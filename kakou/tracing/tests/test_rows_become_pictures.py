"""Rows of an outbreak become what pictures show: nobody is lost, and nothing runs back in time that did not."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kakou.ledger.models import Stay as Stayed
from kakou.ledger.stays import ABSENCE, VISIT
from kakou.ledger.stays.rows import KINDS, STATES
from kakou.ledger.stays.shapes import StayState
from kakou.tracing.models import Exposure, Involved
from kakou.tracing.pages.frame import Somebody
from kakou.tracing.pages.seen import (
    Ground,
    chain_of,
    curve_seen,
    first_case,
    label_of,
    links_of,
    places_of,
    reached,
    stays_seen,
    stays_told,
)
from kakou.tracing.pages.words import STANDINGS
from kakou.tracing.pictures.parts import Part
from kakou.tracing.pictures.timeline import Ends
from kakou.tracing.rules.standing import Standing
from kakou.web.kit.signs import Sign

SITE = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2021, 8, 10, 4, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SIGN = Sign("Well")


def case(number, onset=None, state="confirmed", **more):
    onset_on = None if onset is None else NOON.date() + onset * DAY
    return Involved(
        id=UUID(int=number), subject=UUID(int=number), number=number, case_state=state, standing="followed",
        proposed="none", onset_on=onset_on, **more,
    )  # fmt: skip


def contact(id, grade="close", standing="followed"):
    return Involved(id=UUID(int=id), subject=UUID(int=id), standing=standing, proposed="close", grade=grade)


def exposure(source, target, hours=0.0, *pairs, certain=True):
    at = NOON + hours * HOUR
    return Exposure(
        source_id=UUID(int=source), target_id=UUID(int=target), first_at=at, last_at=at, certain=certain,
        evidence=[
            [place, since, until, certain, [since, until], [since, until]]
            for place, since, until in pairs
        ],
    )  # fmt: skip


def known(*rows):
    return {row.pk: row for row in rows}


def ends(links):
    return {(link.source_id.int, link.target_id.int) for link in links}


def shown(row):
    number = f"C-{row.number:03d}" if row.number else ""
    return Somebody(row, "王*", "", number, "", SIGN, None, STANDINGS[Standing.FOLLOWED])


def chain(people, links, start):
    degrees = reached(UUID(int=start), links)
    somebody = [shown(people[id]) for id in degrees]
    return chain_of("", somebody, degrees, links, names={7: "菜场"}, zone=SITE, address=str)


def test_of_two_cases_who_exposed_each_other_one_way_is_left():
    people = known(case(1, onset=2), case(2, onset=0), case(3))
    both = [exposure(1, 2), exposure(2, 1), exposure(1, 3), exposure(3, 1)]
    assert ends(links_of(people, both, everybody=False)) == {(2, 1), (1, 3)}
    assert ends(links_of(people, [exposure(1, 2)], everybody=False)) == {(1, 2)}  # told as it is, drawn as against


def test_contacts_count_when_somebody_decided_or_when_all_are_asked_for():
    people = known(case(1), contact(2), contact(3, grade="", standing="proposed"), contact(4, standing="dismissed"))
    links = [exposure(1, n) for n in (2, 3, 4)]
    assert ends(links_of(people, links, everybody=False)) == {(1, 2)}
    assert ends(links_of(people, links, everybody=True)) == {(1, 2), (1, 3)}


def test_the_chain_begins_with_the_case_after_whom_most_come():
    people = known(case(1), case(2), case(3), contact(9))
    assert first_case(people, [exposure(2, 3), exposure(1, 9)]) == UUID(int=2)
    assert first_case(people, [exposure(3, 9)]) == UUID(int=3)
    assert first_case(people, []) == UUID(int=1)
    assert first_case(known(contact(9), case(1, state="excluded")), []) is None


def test_a_contact_stands_no_earlier_than_whoever_exposed_him():
    people = known(case(1, onset=0), contact(2), contact(3))
    made = chain(people, [exposure(1, 2, -48, (7, 0, 60)), exposure(2, 3, 24)], 1)
    assert [(one.key[-1], one.day, one.degree) for one in made.members] == [
        ("1", NOON.date(), 0), ("2", NOON.date(), 1), ("3", NOON.date() + DAY, 2),
    ]  # fmt: skip
    assert made.links[0].place == "菜场" and made.links[1].place == ""


@st.composite
def outbreaks(draw):
    many = draw(st.integers(1, 12))
    cases = [case(n, draw(st.none() | st.integers(-5, 5))) for n in range(1, many + 1)]
    contacts = [contact(100 + n, draw(st.sampled_from(["", "close"]))) for n in range(draw(st.integers(0, 12)))]
    numbers = [row.pk.int for row in [*cases, *contacts]]
    pairs = draw(st.sets(st.tuples(st.sampled_from(numbers), st.sampled_from(numbers)), max_size=40))
    links = [exposure(a, b, draw(st.integers(-99, 99))) for a, b in sorted(pairs) if a != b]
    return known(*cases, *contacts), links


@given(outbreaks(), st.booleans())
def test_everybody_who_can_be_reached_is_in_the_chain_once(outbreak, everybody):
    people, exposures = outbreak
    links = links_of(people, exposures, everybody=everybody)
    pairs = ends(links)
    assert not any(pair[::-1] in pairs for pair in pairs)
    start = first_case(people, links)
    degrees = reached(start, links)
    made = chain(people, links, start.int)  # raises when somebody is twice or a link names nobody
    assert {one.key for one in made.members} == {str(id) for id in degrees}
    assert all(degrees[link.target_id] <= degrees[link.source_id] + 1 for link in links if link.source_id in degrees)
    day = {one.key: one.day for one in made.members}
    contacts = {str(id) for id, row in people.items() if not row.is_case}
    for link in made.links:
        if link.target in contacts and link.source not in contacts and day[link.source]:
            assert day[link.target] is not None


def test_whoever_has_no_symptoms_stands_on_his_first_positive_sample():
    cases = [
        case(1, onset=0),
        case(2, state="asymptomatic", positive_at=NOON + DAY),
        case(3),
        case(4, state="excluded"),
    ]
    made = curve_seen("", cases, [], end=NOON.date() + 400 * DAY, zone=SITE)
    assert made.counts == {(NOON.date(), Part.CONFIRMED): 1, (NOON.date() + DAY, Part.ASYMPTOMATIC): 1}
    assert made.unknown == {Part.CONFIRMED: 1}
    assert made.last == NOON.date() + 15 * DAY  # not until today, a year later


def test_two_contacts_of_one_name_are_told_apart_and_a_case_has_his_number():
    one, other = (shown(contact(n)) for n in (0xABC1, 0xABC2))
    assert label_of(one) == "王* abc1" != label_of(other)
    assert label_of(shown(case(3))) == "C-003 王*"


def test_places_lie_where_they_are_known_to_lie_and_those_out_of_sight_stand_together():
    at = int(NOON.timestamp())
    people = known(case(1), contact(2), contact(3))
    exposures = [exposure(1, 2, 0, (7, at, at + 60), (8, at + 90, at + 99)), exposure(1, 3, 0, (7, at + 600, at + 700))]
    found = places_of(
        [*exposures, exposure(2, 3, 0, (5, at, at))], people, {}, names={7: "菜场"}, elsewhere="别处",
        ground={7: Ground(at=(117.9, 33.9))}, address=lambda node: f"/places/{node}/" if node else "",
    )  # fmt: skip
    assert [(one.name, one.count, one.where, one.href) for one in found] == [
        ("菜场", 2, (117.9, 33.9), "/places/7/"), ("别处", 1, None, ""),
    ]  # fmt: skip
    assert (found[0].first, found[0].last) == (NOON, NOON + dt.timedelta(seconds=700))


def stayed(kind, state, since, until, *, entered=True, left=True):
    begin, end = NOON + since * HOUR, None if until is None else NOON + until * HOUR
    return Stayed(
        node_id=7, kind=KINDS[kind], state=STATES[state], since_at=begin, until_at=end,
        entered_at=begin if entered else None, left_at=end if left else None,
    )  # fmt: skip


def seen(*rows, since=-24, until=24):
    stays = stays_seen(rows, NOON + since * HOUR, NOON + until * HOUR)
    return [((one.enter - NOON) / HOUR, one.leave and (one.leave - NOON) / HOUR, one.ends) for _, one in stays]


def test_a_visit_is_drawn_with_the_ends_that_were_seen():
    assert seen(stayed(VISIT, StayState.CLOSED, 1, 2)) == [(1, 2, Ends.KNOWN)]
    assert seen(stayed(VISIT, StayState.OPEN, 1, None)) == [(1, None, Ends.OPEN)]
    assert seen(stayed(VISIT, StayState.MISSED_EXIT, 1, 3, left=False)) == [(1, 3, Ends.EXIT_MISSED)]
    assert seen(stayed(VISIT, StayState.ORPHAN_EXIT, 2, 3, entered=False)) == [(2, 3, Ends.ENTRY_MISSED)]
    assert seen(stayed(VISIT, StayState.CLOSED, -40, 30)) == [(-24, 24, Ends.KNOWN)]
    assert seen(stayed(VISIT, StayState.CLOSED, 25, 26), stayed(VISIT, StayState.CLOSED, -30, -25)) == []


def test_who_lives_there_is_at_home_between_two_absences():
    out = [stayed(ABSENCE, StayState.CLOSED, 1, 2), stayed(ABSENCE, StayState.CLOSED, 10, 11)]
    assert seen(*out) == [(2, 10, Ends.KNOWN), (11, None, Ends.OPEN)]
    again = stayed(ABSENCE, StayState.ORPHAN_EXIT, 10, 11, entered=False)  # nobody saw him leave
    assert seen(out[0], again)[0] == (2, 10, Ends.EXIT_MISSED)
    lost = stayed(ABSENCE, StayState.MISSED_EXIT, 1, 5, left=False)  # nobody saw him come home
    assert seen(lost, out[1])[0] == (5, 10, Ends.ENTRY_MISSED)
    assert seen(stayed(ABSENCE, StayState.OPEN, 1, None, left=False)) == []


def test_pairs_that_the_ledger_does_not_show_are_shown_as_they_were_told():
    at = int(NOON.timestamp())
    told = [exposure(1, 2, 0, (7, at, at + 60), (8, at, 3_000_000_000)), exposure(1, 3, 0, (9, at, at))]
    found = stays_told(told, UUID(int=2), UUID(int=1), {(7, NOON)})
    assert [(node, one.leave, one.ends) for node, one in found] == [(8, None, Ends.OPEN)]
