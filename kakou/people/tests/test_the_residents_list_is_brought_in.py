"""The residents' list: every error by its cell, all of it or nothing, the same list twice, and an import taken back."""

import datetime as dt
import random

import pytest
from django_scopes import scopes_disabled

from kakou import vault
from kakou.access import exporting
from kakou.access.actions import TooOften, add_node, grant_role
from kakou.access.models import Use
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed
from kakou.people import queries
from kakou.people.actions import NewPerson, add_person, change_person, merge_people, merge_subjects, name_proxy
from kakou.people.census import import_census, importing, matching, obstacles, undo_import
from kakou.people.census.handing_out import EXPORT, census_sheet, plain_census_sheet
from kakou.people.census.undoing import UndoRefused
from kakou.people.models import CensusImport, Person, SearchKey
from kakou.people.rules import Category, Facts, Relation, Special
from kakou.people.rules.documents import check_digit
from kakou.people.tests.listed import DOCUMENT, NAME, PHONE, ROOM, TITLES, UNIT, csv_of, planted, residents, workbook
from kakou.places.models import Unit
from kakou.vault.sealing import seal
from kakou.web.sheets import SheetProblems, SheetRefused
from tests.cast import staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def garden(tree):
    with acting_as_system():
        Unit.objects.create(node=tree.east, kind="community_urban", name="东城社区")
        Unit.objects.create(node=tree.orchard, kind="compound", name="果园")
        return Unit.objects.create(node=tree.garden, kind="compound", name="阳光花园").node


def take(data, cast, node, at, *, by=None, name="名单.xlsx", **more):
    with acting_as(by or cast.worker):
        return import_census(data, filename=name, node=node.pk, by=by or cast.worker, at=at, **more)


def wrong_cells(data, cast, node, at, **more):
    with pytest.raises(SheetProblems) as refused:
        take(data, cast, node, at, **more)
    assert refused.value.count == len(refused.value.problems)
    return {(problem.row, problem.letter) for problem in refused.value.problems}


def released(garden, by, count, tree, at):
    """A second person lets so many be handed out."""
    office = staff("office", Role.COMMANDER, tree.street)
    with acting_as(by):
        asked = exporting.ask(EXPORT, node=garden.pk, count=count, reason="for the inspection", by=by, at=at)
    with acting_as(office):
        exporting.settle(asked, release=True, by=office, at=at)


def in_plain(garden, reason, by, at, language="zh"):
    return plain_census_sheet([garden.pk], place=garden.pk, language=language, reason=reason, by=by, at=at)


def figures(outcome):
    return outcome.added, outcome.changed, outcome.same


def register():
    """Everything in plain, by id."""
    with acting_as_system():
        return {
            person.pk: (
                person.node_id, person.category, sorted(person.special), person.relation, person.due_on,
                *(queries.plain_field(person, field) for field in queries.PERSON_FIELDS),
            )
            for person in Person.objects.all()
        }  # fmt: skip


def test_forty_planted_errors_are_named_by_cell_and_nothing_is_taken(garden, cast, tree, at):
    rows = residents(400)
    wrong, cells, kinds = planted(rows, 40)
    assert (len(cells), len(kinds)) == (40, 16)
    assert wrong_cells(workbook(wrong), cast, garden, at) == cells
    assert register() == {}
    with acting_as_system():
        assert not CensusImport.objects.exists()

    # mended it is taken, undone, and taken again; and what is handed out changes nothing
    assert figures(take(workbook(rows), cast, garden, at)) == (400, 0, 0)
    first = register()
    assert figures(take(workbook(rows), cast, garden, at)) == (0, 0, 400)
    with acting_as(cast.worker):
        [census] = CensusImport.objects.all()
        assert obstacles(census) == []
        undo_import(census, by=cast.worker, at=at)
        undo_import(census, by=cast.worker, at=at)  # twice is once
    assert register() == {}
    assert figures(take(workbook(rows), cast, garden, at)) == (400, 0, 0)
    assert sorted(map(str, register().values())) == sorted(map(str, first.values()))
    before = register()
    released(garden, cast.secretary, 400, tree, at)
    with acting_as(cast.secretary):
        masked = census_sheet([garden.pk], language="zh")
        plain = plain_census_sheet(
            [garden.pk], place=garden.pk, language="en", reason="for the inspection", by=cast.secretary, at=at
        )
    for sheet in (masked, plain):
        assert figures(take(sheet, cast, garden, at)) == (0, 0, 400)
    assert register() == before


def test_a_list_may_come_as_text_in_any_encoding_and_from_the_clipboard(garden, cast, at):
    rows = residents(12)
    assert figures(take(csv_of(rows, "utf-8-sig"), cast, garden, at, name="a.csv")) == (12, 0, 0)
    for data in (
        csv_of(rows, "gb18030"),
        csv_of(rows, "utf-8"),
        csv_of(rows, "utf-16"),
        csv_of(rows, "utf-8", mark="\t"),
        workbook(rows, shape=lambda sheet: sheet.column_dimensions.__getitem__("J").__setattr__("hidden", True)),
    ):
        name = "a.xlsx" if data.startswith(b"PK") else "a.csv"
        assert figures(take(data, cast, garden, at, name=name)) == (0, 0, 12)


def test_merged_cells_are_told_beside_what_else_is_wrong(garden, cast, at):
    rows = residents(6)
    rows[1][PHONE] = "12"
    data = workbook(rows, shape=lambda sheet: sheet.merge_cells("A3:A4"))
    assert {(3, "A"), (3, "K")} <= wrong_cells(data, cast, garden, at)
    assert register() == {}


def test_a_check_changes_nothing_and_tells_what_would_come(garden, cast, at):
    assert figures(take(workbook(residents(5)), cast, garden, at, dry_run=True)) == (5, 0, 0)
    assert register() == {}
    with acting_as_system():
        assert not CensusImport.objects.exists()


def test_what_a_cell_does_not_say_stays_and_what_it_says_otherwise_changes(garden, cast, at):
    rows = residents(3)
    rows[0][PHONE] = "无"
    take(workbook(rows), cast, garden, at)
    titles = ["姓名", "身份证号", "手机号"]
    assert figures(take(workbook([[rows[0][NAME], rows[0][DOCUMENT], "13800001234"]], titles), cast, garden, at)) == (
        0,
        1,
        0,
    )
    with acting_as(cast.worker):
        [person] = queries.search("13800001234")
        row = queries.person_at(person.id)
    assert row.special in ([], ["elderly"])  # no more somebody without a telephone
    assert row.relation == Relation.HEAD
    assert row.door_index is not None
    assert figures(take(workbook([[rows[0][NAME], rows[0][DOCUMENT], None]], titles), cast, garden, at)) == (0, 0, 1)


def test_no_telephone_is_a_fact(garden, cast, at):
    rows = residents(2)
    rows[0][PHONE], rows[1][PHONE] = "无", None
    take(workbook(rows), cast, garden, at)
    with acting_as(cast.worker):
        people = {str(one.document)[-4:]: one.special for one in map(queries.shown, Person.objects.all())}
    said, unsaid = (people[str(row[DOCUMENT])[-4:]] for row in rows)
    assert Special.NO_PHONE in said
    assert Special.NO_PHONE not in unsaid


def test_somebody_without_a_document_is_known_by_name_and_door(garden, cast, at):
    titles = ["小区", "门牌", "姓名", "身份证号"]
    child = ["阳光花园", "3栋2单元501", "阿依•古丽", None]
    take(workbook([child], titles), cast, garden, at)
    again = [["阳光花园", "3-2-501", "阿依·古丽", None], ["阳光花园", "3-2-502", "阿依·古丽", None]]
    assert figures(take(workbook(again, titles), cast, garden, at)) == (1, 0, 1)
    named = [["阳光花园", "3-2-501", "阿依·古丽", "11010519491231002X"]]  # she has a card now
    assert figures(take(workbook(named, titles), cast, garden, at)) == (0, 1, 0)
    assert len(register()) == 2


def test_a_document_of_another_community_is_told_at_its_cell(garden, tree, cast, at):
    number = str(residents(1)[0][DOCUMENT])
    with acting_as(cast.neighbour):
        add_person(NewPerson(tree.orchard.pk, Facts("某", ("10", number))), by=cast.neighbour, at=at)
    assert wrong_cells(workbook(residents(3)), cast, garden, at) == {(2, "J")}
    titles = ["小区", "门牌", "姓名", "身份证号"]
    take(workbook([["阳光花园", "1", "某某", None]], titles), cast, garden, at)
    changed = workbook([["阳光花园", "1", "某某", number]], titles)
    assert wrong_cells(changed, cast, garden, at) == {(2, "D")}


def test_whom_one_sees_and_may_not_change_is_told_at_the_cell(garden, tree, cast, at):
    number = str(residents(1)[0][DOCUMENT])
    with acting_as(cast.neighbour):
        add_person(NewPerson(tree.orchard.pk, Facts("某", ("10", number))), by=cast.neighbour, at=at)
    grant_role(staff=cast.worker, role=Role.COMMANDER, node=tree.street, by=None, at=at)  # sees the street's people
    before = register()
    assert wrong_cells(workbook(residents(3)), cast, garden, at) == {(2, "J")}
    assert register() == before


def test_a_head_whose_own_row_is_wrong_makes_nobody_else_wrong(garden, cast, at):
    titles = ["门牌", "姓名", "户主", "手机号"]
    rows = [["1-1", "甲乙", "甲乙", "12"], ["1-1", "丙丁", "甲乙", None]]
    assert wrong_cells(workbook(rows, titles), cast, garden, at) == {(2, "D")}


HOSTILE = [
    "阿卜杜热合曼·买买提",
    "阿•古‧丽",
    "𠮷田",
    "王️",
    "é́",
    "e\u0301va",
    "ｗａｎｇ",
    "😀",
    "=1+1",
    "'王",
    '王"李',
    "<b>",
    "{{ x }}",
]


@pytest.mark.parametrize("name", [*HOSTILE, "王" * 64])
def test_a_name_of_any_script_is_kept_as_it_was_written(garden, cast, at, name):
    data = workbook([[name, "1-1"]], ["姓名", "门牌"], shape=lambda sheet: sheet["A2"].__setattr__("data_type", "s"))
    assert figures(take(data, cast, garden, at)) == (1, 0, 0)
    [kept] = register().values()
    assert kept[5] == name.strip()
    with acting_as(cast.secretary):
        sheet = plain_census_sheet(
            [garden.pk], place=garden.pk, language="zh", reason="for the inspection", by=cast.secretary, at=at
        )
    assert figures(take(sheet, cast, garden, at)) == (0, 0, 1)


@pytest.mark.parametrize("name", ["王\u202e明", "王" * 65, "王" * 40_000, "·", "\u2028", "\ue000\ufffe"])
def test_a_name_that_cannot_stand_on_a_page_is_told_at_its_cell(garden, cast, at, name):
    assert wrong_cells(f"姓名,门牌\r\n{name},1-1".encode(), cast, garden, at, name="a.csv") == {(2, "A")}
    assert register() == {}


def test_a_unit_of_others_is_no_unit_of_mine(garden, cast, at):
    rows = residents(2)
    rows[1][UNIT] = "果园"
    assert wrong_cells(workbook(rows), cast, garden, at) == {(3, "A")}
    with pytest.raises(NotAllowed):
        take(workbook(rows[:1]), cast, garden, at, by=cast.commander)


def test_a_door_has_one_head_who_is_of_the_door(garden, cast, at):
    titles = ["门牌", "姓名", "户主", "与户主关系"]
    rows = [["1-1", "甲乙", "甲乙", "户主"], ["1栋1", "丙丁", None, "户主"], ["1-2", "戊己", "庚辛", None]]
    assert wrong_cells(workbook(rows, titles), cast, garden, at) == {(3, "D"), (4, "C")}


def test_an_import_on_which_something_was_built_is_not_undone(garden, cast, at):
    titles = ["门牌", "姓名"]
    take(workbook([["1-1", "甲乙"], ["1-2", "丙丁"]], titles), cast, garden, at)
    with acting_as(cast.worker):
        [census] = CensusImport.objects.all()
        first, second = Person.objects.all()
        change_person(first, NewPerson(garden.pk, Facts("甲乙", phone="13800001234")), by=cast.worker, at=at)
        merge_subjects(first, second.pk, by=cast.worker, at=at)
        name_proxy(second, first, is_guardian=False, by=cast.worker, at=at)
        assert [one.people for one in obstacles(census)] == [1, 1, 1]
        with pytest.raises(UndoRefused):
            undo_import(census, by=cast.worker, at=at)
        census.refresh_from_db()
        assert census.undone_at is None
    assert len(register()) == 2


def test_keys_that_are_rotated_stand_in_no_import_s_way(garden, cast, at):
    take(workbook([["1-1", "甲乙"]], ["门牌", "姓名"]), cast, garden, at)
    with acting_as(cast.worker):
        [person], [census] = Person.objects.all(), CensusImport.objects.all()
        name = seal(
            vault.store(), due=person.due_on, table="people_person", row=person.pk, field="name", plain="甲乙".encode()
        )
        Person.objects.update(name_sealed=name)
        assert obstacles(census) == []
        undo_import(census, by=cast.worker, at=at)
    assert register() == {}


def test_undone_in_turn_every_import_leaves_what_was_before(garden, cast, at):
    """Lists of any people, some changed, some new: each undoing restores the register, to the byte of its history."""
    dice = random.Random(7)
    pool, states, before = residents(40), [], register()
    for turn in range(4):
        states.append(before)
        rows = [list(row) for row in dice.sample(pool, 20)]
        for row in rows:
            row[PHONE] = f"1371111{turn}{dice.randrange(1000):03}" if dice.randrange(2) else row[PHONE]
            row[5] = row[6] = None
        outcome = take(workbook(rows), cast, garden, at)
        assert outcome.added + outcome.changed + outcome.same == 20
        before = register()
    with acting_as(cast.worker):
        for census, state in zip(CensusImport.objects.order_by("-pk"), reversed(states), strict=True):
            assert obstacles(census) == []
            undo_import(census, by=cast.worker, at=at)
            assert register() == state
        assert not SearchKey.objects.exists()
        with scopes_disabled():
            assert not Person.objects.exists()


def test_who_may_not_unmask_gets_no_plain_list_and_who_may_says_why(transactional_db, garden, cast, at):
    take(workbook(residents(3)), cast, garden, at)
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        plain_census_sheet(
            [garden.pk], place=garden.pk, language="zh", reason="curious about them", by=cast.worker, at=at
        )
    with acting_as(cast.secretary):
        plain_census_sheet(
            [garden.pk], place=garden.pk, language="zh", reason="printed for the police", by=cast.secretary, at=at
        )
    acts = Event.objects.using("owner").filter(action__startswith="people.").order_by("seq")
    assert [(act.action, act.facts) for act in acts] == [
        ("people.imported", {"added": 3, "changed": 0, "same": 0}),
        ("people.listed_plain", {"count": 3, "reason": "printed for the police"}),
    ]


def test_stars_that_are_not_those_of_the_register_are_told(garden, cast, at):
    take(workbook(residents(1)), cast, garden, at)
    [id] = register()
    titles = ["编号", "姓名", "手机号"]
    assert wrong_cells(workbook([[str(id), "王**", None]], titles), cast, garden, at) == {(2, "B")}
    with acting_as(cast.worker):
        masked = queries.shown(queries.person_at(id)).name
    assert figures(take(workbook([[str(id), masked, "13800009999"]], titles), cast, garden, at)) == (0, 1, 0)


@pytest.mark.parametrize("rows", [[], [[None] * len(TITLES)]], ids=["nothing below the titles", "empty rows"])
def test_a_list_of_nobody_is_refused(garden, cast, at, rows):
    with pytest.raises(SheetRefused):
        take(workbook(rows), cast, garden, at)


def test_two_units_of_one_name_are_told_apart_by_the_names_above(garden, tree, cast, at):
    with acting_as_system():
        other = add_node(parent=tree.east)
        Unit.objects.create(node=other, kind="compound", name="阳光花园", code="320324001001-A02")
    rows = residents(1)
    data = workbook(rows)
    assert wrong_cells(data, cast, tree.east, at) == {(2, "A")}
    assert figures(take(data, cast, garden, at)) == (1, 0, 0)  # below the unit of the list
    rows = residents(1, seed=2)
    rows[0][UNIT], rows[0][ROOM] = "320324001001-A02", "7"
    take(workbook(rows), cast, tree.east, at)
    assert {one[0] for one in register().values()} == {garden.pk, other.pk}


def test_who_lives_elsewhere_is_whom_the_list_says_unless_a_row_does(garden, cast, at):
    take(workbook([["甲乙"]], ["姓名"]), cast, garden, at, category=Category.RESIDENT_NONLOCAL)
    assert [one[1] for one in register().values()] == ["resident_nonlocal"]


def test_a_child_born_today_is_taken_before_the_day_began_at_greenwich(garden, cast):
    body = "32032420210810001"
    at = dt.datetime(2021, 8, 9, 17, tzinfo=dt.UTC)  # one in the morning of the 10th at Suining
    rows = [["甲乙", "1-1", body + check_digit(body)]]
    assert figures(take(workbook(rows, ["姓名", "门牌", "身份证号"]), cast, garden, at)) == (1, 0, 0)


def test_a_unit_with_a_stroke_in_its_name_is_meant_by_its_name(garden, cast, at):
    with acting_as_system():
        Unit.objects.filter(node=garden).update(name="3/4组")
    assert figures(take(workbook(residents(1, unit="3/4组")), cast, garden, at)) == (1, 0, 0)
    assert figures(take(workbook(residents(1, unit="东城社区/3/4组")), cast, garden, at)) == (0, 0, 1)


def test_whoever_was_merged_is_one_for_the_list_too(garden, cast, at):
    """Written down at the gate and by the list before; the list of next month means the one who is left."""
    titles = ["姓名", "门牌", "手机号"]
    with acting_as(cast.worker):
        facts = Facts("王晓梅", phone="13800001111", address="1-1"), Facts("王晓梅", address="1-1")
        new = [NewPerson(garden.pk, one, Category.RESIDENT_REGISTERED) for one in facts]
        other, keep = (add_person(one, by=cast.worker, at=at) for one in new)
        merge_people(keep, other, by=cast.worker, at=at)
    rows = [["王晓梅", "1-1", "13800002222"]]
    assert figures(take(workbook(rows, titles), cast, garden, at)) == (0, 1, 0)
    with acting_as(cast.worker):
        assert [one.id for one in queries.search("13800002222")] == [keep.pk]
        assert queries.person_at(other.pk).phone_index != queries.person_at(keep.pk).phone_index
    assert figures(take(workbook(rows, titles), cast, garden, at)) == (0, 0, 1)


def test_a_list_with_one_name_for_every_empty_flat_is_read_as_fast_as_another(garden, cast, at, monkeypatch):
    """Communities write 空置 where nobody lives: each row is looked up, and not compared with all of that name."""
    rows, asked = [["空置", f"{number}-1"] for number in range(100)], []
    take(workbook(rows, ["姓名", "门牌"]), cast, garden, at)
    door = matching.index_of_door
    monkeypatch.setattr(matching, "index_of_door", lambda *given: asked.append(given) or door(*given))
    assert figures(take(workbook(rows, ["姓名", "门牌"]), cast, garden, at)) == (0, 0, 100)
    assert len(asked) == 100


def test_a_list_that_is_only_tried_is_told_to_the_audit_and_counted(transactional_db, garden, tree, cast, at):
    """A list of guesses would else say of every number whether the register knows it, here or in another community."""
    number = str(residents(1)[0][DOCUMENT])
    with acting_as(cast.neighbour):
        add_person(NewPerson(tree.orchard.pk, Facts("某", ("10", number))), by=cast.neighbour, at=at)
    take(workbook(residents(3, seed=2)), cast, garden, at, dry_run=True)
    with acting_as(cast.worker), pytest.raises(SheetProblems):
        import_census(workbook(residents(3)), filename="名单.xlsx", node=garden.pk, by=cast.worker, at=at)
    acts = Event.objects.using("owner").filter(by=cast.worker.pk).order_by("seq")
    assert [(act.action, act.facts) for act in acts][-2:] == [
        ("people.list_tried", {"rows": 3, "known": 0, "problems": 0}),
        ("people.list_tried", {"rows": 3, "known": 0, "problems": 1}),
    ]
    with acting_as_system():
        kept = Use.objects.filter(staff=cast.worker, what=importing.USE)
        assert kept.count() == 2
        Use.objects.bulk_create([Use(staff=cast.worker, what=importing.USE, at=at) for _ in range(28)])
    with pytest.raises(TooOften):
        take(workbook(residents(3, seed=2)), cast, garden, at, dry_run=True)
