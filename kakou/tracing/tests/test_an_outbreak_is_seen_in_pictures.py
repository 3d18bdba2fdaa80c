"""An outbreak as pictures made of its rows: who may have infected whom, by day, by place, and hour by hour."""

import datetime as dt
import io
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.places.actions import put_many_on_map
from kakou.places.models import Unit
from kakou.places.rules import ShapeSource
from kakou.places.tests.mapped import point, square
from kakou.tracing.actions.cases import CaseFacts, NewContact, become_case, involve, take_step
from kakou.tracing.actions.names import ask_names, settle_names
from kakou.tracing.actions.outbreaks import open_outbreak, set_measure
from kakou.tracing.models import ControlMeasure, Involved
from kakou.tracing.policy import Grade
from kakou.tracing.rules.names import ReleaseMove
from kakou.tracing.rules.standing import CaseState, Move, Origin
from kakou.tracing.tests.casework import DAY, HOUR, NOON, NOW, begun, passed, quarter, register
from kakou.tracing.tests.test_a_case_is_traced_through_the_ledger import traced
from kakou.tracing.tests.tracework import folder
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "quarter"]
LATER = NOW + DAY


@pytest.fixture
def outbreak(quarter, folder):
    """Ann met Ben and Cai in the market. Ben was accepted, fell ill, and met Cai later; on Cai nobody decided."""
    passed(
        quarter.visit(quarter.ann, 1, 3), quarter.visit(quarter.ben, 2, 2.5), quarter.visit(quarter.cai, 2.1, 2.6),
        quarter.visit(quarter.ben, 20, None),
    )  # fmt: skip
    found, case = begun(quarter)
    traced(case, quarter.investigator)
    by = quarter.investigator
    with acting_as(by):
        ben = Involved.objects.get(subject=quarter.ben)
        take_step(ben, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=NOW)
        facts = CaseFacts(CaseState.CONFIRMED, onset_on=NOW.date(), positive_at=NOW, isolated_at=None)
        become_case(ben, facts, by=by, at=NOW)
        set_measure(found, node=quarter.market, kind=ControlMeasure.Kind.CLOSED, since=NOW - HOUR, by=by, at=NOW)
    return found


@pytest.fixture
def desk(quarter, outbreak):
    """The investigator's, in English."""
    with time_machine.travel(LATER, tick=False):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, quarter.investigator)
        yield client


def involved(quarter, subject):
    with acting_as(quarter.investigator):
        return Involved.objects.get(subject=subject)


def page(desk, outbreak, what, **query):
    answer = desk.get(f"/tracing/outbreak/{outbreak.pk}/{what}/", query)
    assert answer.status_code == 200
    return answer


def rows(answer):
    """The cells of the picture's table, row by row."""
    return [list(map(str, row)) for row in answer.context["picture"].table.rows]


def sheet(content):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_the_chain_goes_from_the_first_case_to_whom_somebody_decided_on(desk, outbreak):
    told = rows(page(desk, outbreak, "chain"))
    assert [(row[0].split()[0], row[2], row[3]) for row in told] == [
        ("C-001", "2021-08-10", "0"), ("C-002", "2021-08-11", "1"),
    ]  # fmt: skip
    assert told[1][4].startswith("C-001") and told[1][5] == "东城菜场" and told[1][6] == "2021-08-10 14:00"


def test_the_chain_shows_everybody_when_asked_and_begins_where_it_is_told(desk, outbreak, quarter):
    everybody = rows(page(desk, outbreak, "chain", all=1))
    assert len(everybody) == 3 and everybody[2][1] == "Close contact" and everybody[2][2] == "2021-08-10"
    second = involved(quarter, quarter.ben)
    alone = page(desk, outbreak, "chain", **{"from": second.pk})
    assert len(rows(alone)) == 1 and "Nobody whom this case exposed" in alone.content.decode()
    for wrong in (involved(quarter, quarter.cai).pk, "nonsense"):
        assert desk.get(f"/tracing/outbreak/{outbreak.pk}/chain/", {"from": wrong}).status_code == 404


def test_who_was_dismissed_or_excluded_is_in_no_chain(desk, outbreak, quarter):
    by = quarter.investigator
    with acting_as(by):
        take_step(Involved.objects.get(subject=quarter.cai), Move.DISMISSED, reason="在家", by=by, at=NOW)
        become_case(Involved.objects.get(subject=quarter.ben), CaseFacts(CaseState.EXCLUDED), by=by, at=NOW)
    assert len(rows(page(desk, outbreak, "chain", all=1))) == 1
    curve = rows(page(desk, outbreak, "curve"))
    assert sum(int(row[-1]) for row in curve) == 1


def test_the_curve_counts_cases_by_onset_and_marks_what_was_done(desk, outbreak):
    answer = page(desk, outbreak, "curve")
    assert {row[0]: row[-1] for row in rows(answer) if row[-1] != "0"} == {"2021-08-10": "1", "2021-08-11": "1"}
    assert answer.context["picture"].told == ("A: 2021-08-11 Shut down 东城菜场",)
    assert rows(answer)[-1][0] == "2021-08-12"  # until now


def test_the_map_tells_where_cases_were_whom_they_met_and_when(desk, outbreak):
    answer = page(desk, outbreak, "map")
    market = next(row for row in rows(answer) if row[1] == "东城菜场")
    assert market[2:5] == ["2", "2021-08-10 13:00", "2021-08-11 08:00"]
    assert "has coordinates yet" in answer.content.decode() and "东城菜场" in answer.content.decode()


def test_the_map_draws_what_has_a_shape_and_the_ground_around(desk, outbreak, quarter):
    with acting_as_system():
        market = Unit.objects.get(name="东城菜场").node_id
        put_many_on_map(
            {market: point(117.955, 33.905), quarter.tree.east.pk: square(117.95, 33.9)},
            source=ShapeSource.SURVEYED, measured_on=NOW.date(), by=None, at=NOW,
        )  # fmt: skip
    answer = page(desk, outbreak, "map")
    picture = answer.context["picture"]
    assert [one["at"] for one in picture.data["places"] if one["name"] == "东城菜场"] == [[117.955, 33.905]]
    assert sum("ground" in one["properties"] for one in picture.data["geojson"]["features"]) == 1
    assert "has coordinates yet" not in answer.content.decode()


def test_the_timeline_lays_another_below_and_says_how_long_they_were_together(desk, quarter):
    ann, ben = involved(quarter, quarter.ann), involved(quarter, quarter.ben)
    address = f"/tracing/person/{ann.pk}/timeline/"
    alone = desk.get(address)
    assert [row[0] for row in rows(alone)] == ["东城菜场"]
    both = desk.get(address, {"with": ben.pk})
    mine, theirs = rows(both)[:2]
    assert mine[2:4] == ["2021-08-10 13:00", "2021-08-10 15:00"] and mine[-1] == theirs[-1] == "30"
    assert both.context["picture"].told[0] == "Together at the same place: 1 times, 30 min in all."
    assert desk.get(address, {"with": ann.pk}).status_code == 404
    assert desk.get(address, {"with": "nobody"}).status_code == 404


def test_looking_at_somebodys_hours_is_audited(desk, quarter):
    desk.get(f"/tracing/person/{involved(quarter, quarter.ann).pk}/timeline/")
    assert Event.objects.using("owner").filter(action="trail.opened", subject=str(quarter.ann)).count() == 1


@pytest.mark.parametrize("what", ["chain", "curve", "map", "timeline"])
def test_each_leaves_as_a_picture_and_as_a_sheet(desk, outbreak, quarter, what):
    ann = involved(quarter, quarter.ann)
    base = f"/tracing/person/{ann.pk}/" if what == "timeline" else f"/tracing/outbreak/{outbreak.pk}/"
    shown = desk.get(f"{base}{what}/").context["picture"]
    svg = desk.get(f"{base}{what}/file/svg/")
    assert svg["Content-Type"] == "image/svg+xml"
    assert unquote(svg["Content-Disposition"]).endswith(f"2021 八月 东城-{what}-2021-08-12.svg")
    assert ET.fromstring(svg.content).tag == "{http://www.w3.org/2000/svg}svg"
    given = sheet(desk.get(f"{base}{what}/file/xlsx/").content)
    assert given[0] == list(shown.table.columns) and len(given) == len(shown.table.rows) + 1
    assert desk.get(f"{base}{what}/file/pdf/").status_code == 404
    told = Event.objects.using("owner").filter(action="picture.exported")
    assert [(one.facts["form"], one.facts["named"]) for one in told.order_by("seq")] == [
        ("svg", False), ("xlsx", False),
    ]  # fmt: skip


def test_a_file_has_names_only_while_they_are_open_and_says_so(desk, outbreak, quarter):
    address = f"/tracing/outbreak/{outbreak.pk}/chain/file/xlsx/"
    assert "王安" not in str(sheet(desk.get(address).content))
    with acting_as(quarter.investigator):
        asked = ask_names(outbreak, reason="通知密接者", by=quarter.investigator, at=LATER)
    with acting_as(quarter.commander):
        settle_names(asked, ReleaseMove.GRANT, by=quarter.commander, at=LATER)
    assert "王安" in str(sheet(desk.get(address).content))
    told = Event.objects.using("owner").filter(action="picture.exported").order_by("seq")
    assert sorted(one.facts["named"] for one in told) == [False, True]
    assert Event.objects.using("owner").filter(action="names.shown").exists()


def test_an_outbreak_without_a_case_says_what_to_do_next(desk, quarter):
    with acting_as(quarter.investigator):
        empty = open_outbreak(node=quarter.tree.east.pk, title="尚无病例", plan="cn-9", by=quarter.investigator, at=NOW)
    for what in ("chain", "curve", "map"):
        answer = page(desk, empty, what)
        assert answer.context["picture"] is None and "To the outbreak" in answer.content.decode()
        back = desk.get(f"/tracing/outbreak/{empty.pk}/{what}/file/svg/")
        assert back.status_code == 302 and back.url == f"/tracing/outbreak/{empty.pk}/{what}/"


def test_who_works_elsewhere_sees_none_of_it(outbreak, quarter):
    with time_machine.travel(LATER, tick=False):
        client = Client()
        sign_in(client, quarter.neighbour)
        for what in ("chain", "curve", "map"):
            assert client.get(f"/tracing/outbreak/{outbreak.pk}/{what}/").status_code == 404
        assert client.get(f"/tracing/person/{involved(quarter, quarter.ann).pk}/timeline/").status_code == 404


def test_pages_ask_no_more_for_300_contacts_than_for_three(desk, outbreak, quarter):
    ann = involved(quarter, quarter.ann)
    addresses = [
        *(f"/tracing/outbreak/{outbreak.pk}/{what}/" for what in ("chain", "curve", "map")),
        f"/tracing/outbreak/{outbreak.pk}/chain/?all=1",
        f"/tracing/person/{ann.pk}/timeline/?with={involved(quarter, quarter.ben).pk}",
    ]

    def asked(address):
        with CaptureQueriesContext(connection) as told:
            assert desk.get(address).status_code == 200
        return len(told)

    for address in addresses:
        asked(address)  # the first look at a trail is audited, and vault keys are read once
    few = {address: asked(address) for address in addresses}
    by = quarter.investigator
    with acting_as(by):
        contacts = [
            NewContact(
                register(quarter.tree.garden.pk, "赵甲", phone=f"1390013{number:04d}"),
                quarter.tree.garden.pk, Grade.CLOSE, Origin.INTERVIEW, NOON + number * dt.timedelta(minutes=1),
                source=ann.pk,
            )
            for number in range(300)
        ]  # fmt: skip
        for one in involve(outbreak, contacts, by=by, at=NOW):
            take_step(one, Move.ACCEPTED, grade=Grade.CLOSE, by=by, at=NOW)
    assert len(page(desk, outbreak, "chain").context["picture"].table.rows) == 302
    assert {address: asked(address) for address in addresses} == few
