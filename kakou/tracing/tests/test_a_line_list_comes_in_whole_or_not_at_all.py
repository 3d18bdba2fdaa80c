"""A line list is read by the cell, taken whole or not at all, and taken back as far as nobody has decided."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook

from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.people.models import Person
from kakou.tracing.actions.cases import CaseFacts, open_case, take_step
from kakou.tracing.actions.importing import AlreadyUndone, Otherwise, import_list, look_at, undo_import
from kakou.tracing.models import Exposure, Involved, LineList, Step
from kakou.tracing.policy import Grade
from kakou.tracing.rules.standing import CaseState, Move
from kakou.tracing.sheets import as_text, read_list
from kakou.tracing.tests.outbreakwork import DAY, HOUR, WANG, case, outbreak, people_in, places, registered
from kakou.web.queries import site_zone
from kakou.web.sheets import SheetProblems
from tests.cast import AT, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["case", "outbreak", "places"]
MINUTE = dt.timedelta(minutes=1)
TITLES = "姓名\t证件号码\t电话\t与病例关系\t病例\t最后接触时间\t判定\t单位\t住址"
LI = "李国强\t110105198511234570\t13800138002\t同住\t1\t2021-08-09 14:30\t\t阳光小区\t3-2-501"
UYGHUR = "阿卜杜热合曼•买买提\t\t13800138003\t同车\t病例1\t8月9日 14时30分\t次密接\t\t"
ZHAO = "赵敏\t\t\t\t\t2021/8/9\t时空伴随\t果园村\t"


def read(*rows, titles=TITLES, at=AT):
    text = "\n".join([titles, *rows])
    return read_list(text.encode(), filename="paste.txt", zone=site_zone(), at=at).lines


def bring(cast, outbreak, *rows, by=None, at=AT, **more):
    by = by or cast.investigator
    with acting_as(by):
        otherwise = Otherwise(outbreak.node_id, **more)
        return import_list(outbreak, read(*rows, at=at), otherwise, again="came again", by=by, at=at)


def wrong(cast, outbreak, *rows, **more):
    before = people_in(outbreak)
    with pytest.raises(SheetProblems) as refused:
        bring(cast, outbreak, *rows, **more)
    assert people_in(outbreak) == before
    with acting_as_system():
        assert not LineList.objects.exists()
    return [(one.row, one.letter, one.text) for one in refused.value.problems]


def test_everybody_is_registered_and_proposed(cast, outbreak, case):
    done = bring(cast, outbreak, LI, UYGHUR, ZHAO)
    assert (done.added, done.registered) == (3, 3)
    assert people_in(outbreak) == [
        ("李国强", "proposed", "close"), ("赵敏", "proposed", "companion"),
        ("阿卜杜热合曼•买买提", "proposed", "secondary"),
    ]  # fmt: skip
    with acting_as_system():
        li = Involved.objects.get(last_at=dt.datetime(2021, 8, 9, 6, 30, tzinfo=dt.UTC), proposed="close")
        assert li.origin == "line_list"
        assert Exposure.objects.get(target=li).source_id == case.pk
        assert Exposure.objects.count() == 2, "of 赵敏 nobody said whose contact he is"
        assert not Event.objects.filter(facts__contains="李").exists()


def test_who_is_in_the_register_is_found_by_document_or_by_name_and_telephone(cast, outbreak, case, places):
    li = registered(places.garden, "李国强", document="110105198511234570")
    abdu = registered(places.orchard, "阿卜杜热合曼·买买提", phone="13800138003")
    registered(places.orchard, "他人", phone="13800138003")
    done = bring(cast, outbreak, LI, UYGHUR)
    assert done.registered == 0
    with acting_as_system():
        rows = dict(Involved.objects.filter(number=None).values_list("subject", "node"))
    assert rows == {li.pk: places.garden.pk, abdu.pk: places.orchard.pk}


def test_a_grade_left_out_follows_from_the_relation_and_else_from_what_was_chosen(cast, outbreak, case):
    row = "{}\t\t1380013900{}\t{}\t1\t2021-08-09\t\t\t"
    rows = [
        row.format(name, n, relation) for n, (name, relation) in enumerate((("甲", "同住"), ("乙", "路人"), ("丙", "")))
    ]
    bring(cast, outbreak, *rows, grade=Grade.COMPANION)
    assert [(name, grade) for name, _, grade in people_in(outbreak)] == [
        ("丙", "companion"), ("乙", "companion"), ("甲", "close"),
    ]  # fmt: skip


def test_every_bad_cell_is_told_by_row_and_column_and_nothing_is_taken(cast, outbreak, case):
    rows = [
        LI,
        "\t\t\t\t\t2021-08-09\t\t\t",
        "甲\t110105199003078028\t\t\t\t2021-08-09\t\t\t",
        "乙\t\t12\t\t\t2021-08-09\t\t\t",
        "丙\t\t\t\t9\t2021-08-09\t\t\t",
        "丁\t\t\t\t\t2021-08-12\t\t\t",
        "戊\t\t\t\t\t昨天\t\t\t",
        "己\t\t\t\t\t2021-08-09\t密\t\t",
        "庚\t\t\t\t\t2021-08-09\t\t无此小区\t",
        "辛\t\t\t\t\t\t\t\t",
    ]
    told = wrong(cast, outbreak, *rows)
    assert [(row, letter) for row, letter, _ in told] == [
        (3, "A"), (4, "B"), (5, "C"), (7, "F"), (8, "F"), (9, "G"), (11, "F"),
    ], "cells by themselves first"  # fmt: skip
    told = wrong(cast, outbreak, LI, rows[4], rows[8], f"王晓\t{WANG}\t\t\t1\t2021-08-09\t\t\t")
    assert [(row, letter) for row, letter, _ in told] == [(3, "E"), (4, "H"), (5, "A")], "then beside what is known"


def test_the_case_is_no_contact_of_himself(cast, outbreak, case):
    (told,) = wrong(cast, outbreak, f"王晓梅\t{WANG}\t\t\t1\t2021-08-09\t\t\t")
    assert told[:2] == (2, "E")


def test_one_who_stands_in_the_list_twice_is_told_and_stops_nobody(cast, outbreak, case):
    later = LI.replace("2021-08-09 14:30", "2021-08-10 08:00").replace("李国强", "李 国强")
    with acting_as(cast.investigator):
        looked = look_at(outbreak, read(LI, ZHAO, later), Otherwise(outbreak.node_id), by=cast.investigator, at=AT)
    assert [one.first for one in looked] == [0, 0, 2]
    done = bring(cast, outbreak, LI, ZHAO, later)
    assert (done.added, done.line_list.rows) == (2, 3)
    with acting_as_system():
        li = Involved.objects.get(proposed="close", number=None)
        assert li.last_at == dt.datetime(2021, 8, 10, 0, 0, tzinfo=dt.UTC)
        assert Step.objects.filter(involved=li).count() == 1


def test_one_who_met_two_cases_is_one_person_exposed_by_both(cast, outbreak, case, places):
    second = registered(places.orchard, "孙丽")
    with acting_as(cast.investigator):
        facts = CaseFacts(CaseState.CONFIRMED, (AT - DAY).date(), AT - HOUR)
        other = open_case(outbreak, second.pk, facts, node=places.orchard.pk, by=cast.investigator, at=AT)
    later = LI.replace("\t1\t", "\t2\t").replace("2021-08-09", "2021-08-08").replace("同住\t", "同事\t")
    done = bring(cast, outbreak, LI, later)
    assert done.added == 1
    with acting_as_system():
        li = Involved.objects.get(number=None)
        assert set(Exposure.objects.filter(target=li).values_list("source", flat=True)) == {case.pk, other.pk}
        assert (li.since_at, li.last_at) == (AT - 2 * DAY + 105 * MINUTE, AT - DAY + 105 * MINUTE)


def test_one_who_is_in_the_outbreak_keeps_where_he_stands(cast, outbreak, case):
    bring(cast, outbreak, LI)
    with acting_as(cast.investigator):
        take_step(
            Involved.objects.get(number=None), Move.DISMISSED, reason="mixed up", by=cast.investigator, at=AT + HOUR
        )
        (looked,) = look_at(outbreak, read(LI), Otherwise(outbreak.node_id), by=cast.investigator, at=AT)
    assert looked.known is not None
    done = bring(cast, outbreak, LI, ZHAO, at=AT + DAY)
    assert (done.added, done.known) == (1, 1)
    assert ("李国强", "dismissed", "close") in people_in(outbreak)


def test_looking_at_a_list_changes_nothing_but_is_told_to_the_audit(transactional_db, cast, outbreak, case):
    with acting_as(cast.investigator):
        look_at(outbreak, read(LI, ZHAO), Otherwise(outbreak.node_id), by=cast.investigator, at=AT)
        assert not Person.objects.filter(node=outbreak.node_id).exists()
    assert people_in(outbreak) == []
    with acting_as_system():
        event = Event.objects.get(action="line_list.looked_at")
        assert (event.facts["rows"], event.facts["found"]) == (2, 0)


def test_it_is_taken_back_and_can_come_again(cast, outbreak, case):
    done = bring(cast, outbreak, LI, UYGHUR, ZHAO)
    with acting_as(cast.investigator):
        undone = undo_import(done.line_list, reason="the wrong list", by=cast.investigator, at=AT + HOUR)
    assert undone == (3, 0)
    assert {standing for _, standing, _ in people_in(outbreak)} == {"dismissed"}
    with acting_as(cast.investigator), pytest.raises(AlreadyUndone):
        undo_import(done.line_list, reason="the wrong list", by=cast.investigator, at=AT + HOUR)
    again = bring(cast, outbreak, LI, UYGHUR, at=AT + 2 * HOUR)
    assert (again.added, again.known, again.registered) == (0, 2, 0)
    assert sorted(standing for _, standing, _ in people_in(outbreak)) == ["dismissed", "proposed", "proposed"]


def test_who_was_decided_about_or_found_otherwise_since_stays(cast, outbreak, case):
    done = bring(cast, outbreak, LI, UYGHUR, ZHAO)
    with acting_as(cast.investigator):
        li, *_ = Involved.objects.filter(number=None).order_by("proposed")
        take_step(li, Move.ACCEPTED, grade=Grade.CLOSE, by=cast.investigator, at=AT + HOUR)
    bring(cast, outbreak, UYGHUR, at=AT + HOUR)
    with acting_as(cast.investigator):
        undone = undo_import(done.line_list, reason="the wrong list", by=cast.investigator, at=AT + 2 * HOUR)
    assert undone == (1, 2)
    assert [standing for _, standing, _ in people_in(outbreak)] == ["followed", "dismissed", "proposed"]


def test_a_document_registered_out_of_sight_is_named_by_its_row(cast, outbreak, case, places):
    own = staff("east", Role.INVESTIGATOR, places.east)
    registered(places.orchard, "李国强", document="110105198511234570")
    with acting_as(cast.investigator):
        from kakou.tracing.actions.outbreaks import open_outbreak

    with acting_as(own):
        theirs = open_outbreak(node=places.east.pk, title="东城", plan="cn-8", by=own, at=AT)
    told = wrong(cast, theirs, ZHAO.replace("果园村", ""), LI.replace("\t1\t", "\t\t"), by=own)
    assert [(row, letter) for row, letter, _ in told] == [(3, "B")]


def test_nobody_without_the_permission_brings_one_in(cast, outbreak, case):
    for by in (cast.worker, cast.commander):
        with pytest.raises(NotAllowed):
            bring(cast, outbreak, LI, by=by)


def test_excel_numbers_that_lost_their_digits_are_refused_and_real_dates_are_read(cast, outbreak, case):
    def sheet(document, last):
        book, file = Workbook(), io.BytesIO()
        book.active.append(["姓名", "身份证号", "最后接触时间", "联系电话"])
        book.active.append(["李国强", document, last, 13800138002])
        book.save(file)
        return read_list(file.getvalue(), filename="密接.xlsx", zone=site_zone(), at=AT).lines

    with pytest.raises(SheetProblems) as refused:
        sheet(110105198511234570, dt.datetime(2021, 8, 9, 14, 30))
    assert [(one.row, one.letter) for one in refused.value.problems] == [(2, "B")]
    (line,) = sheet("110105198511234570", dt.datetime(2021, 8, 9, 14, 30))
    assert line.last == dt.datetime(2021, 8, 9, 6, 30, tzinfo=dt.UTC)
    assert line.checked.phone == "+8613800138002"


def test_what_was_read_from_a_file_reads_the_same_as_text():
    lines = read(LI, UYGHUR, ZHAO)
    for chinese in (True, False):
        text = as_text(lines, chinese=chinese)
        again = read_list(text.encode(), filename="paste.txt", zone=site_zone(), at=AT).lines
        assert [(one.facts, one.grade, one.relation, one.case, one.unit, one.last) for one in again] == [
            (one.facts, one.grade, one.relation, one.case, one.unit, one.last) for one in lines
        ]
