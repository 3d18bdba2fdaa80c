import io
import json

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.utils import translation
from openpyxl import Workbook

from kakou.access.actions import grant_role
from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.places import actions, queries
from kakou.places.management.cli import group
from kakou.places.models import Entrance, Unit
from kakou.places.sheets import import_places, places_sheet
from kakou.web.sheets import SheetProblems, SheetRefused
from tests.cast import staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TITLES = ["类型", "名称", "上级", "编码", "状态", "封堵方式", "常住人口", "外来人口", "统计日期", "统计来源"]
ROWS = [
    ["街道", "金城街道", None, "320324001"],
    ["城市社区", "红光社区", "金城街道", "320324001001", None, None, 9000, 3000, "2021-07-31", "街道台账"],
    ["涉农社区", "金桥社区", "320324001"],
    ["小区", "阳光花园", "红光社区"],
    ["小区", "阳光花园", "金桥社区"],
    ["城中村", "东村", "红光社区"],
    ["小区大门", "南门", "红光社区/阳光花园", None, "设岗"],
    ["village path", "北巷", "东村", None, "sealed", "铁皮围挡"],
    ["卡点", "村口", "金桥社区"],
]


def sheet(rows, titles=TITLES):
    book, out = Workbook(), io.BytesIO()
    for row in [titles, *rows]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def take(rows, at, by=None, **more):
    with acting_as_system() if by is None else acting_as(by):
        return import_places(sheet(rows), filename="places.xlsx", by=by, at=at, **more)


def problems(rows, at, by=None):
    with pytest.raises(SheetProblems) as refused:
        take(rows, at, by)
    return [(problem.row, problem.letter) for problem in refused.value.problems]


def counts():
    with acting_as_system():
        return Unit.objects.count(), Entrance.objects.count()


def test_every_row_is_taken(db, at):
    assert take(ROWS, at).added == 9
    assert counts() == (6, 3)
    with acting_as_system():
        assert [(b.unit.name, b.depth) for b in queries.tree(at)] == [
            ("金城街道", 0), ("红光社区", 1), ("东村", 2), ("阳光花园", 2), ("金桥社区", 1), ("阳光花园", 2),
        ]  # fmt: skip
        lane = Entrance.objects.get(name="北巷")
        assert (lane.state, lane.seal_material, lane.sealed_at, lane.kind) == ("sealed", "铁皮围挡", at, "village_path")
        community = Unit.objects.get(code="320324001001")
        assert (community.residents, str(community.counted_on), community.counted_by) == (
            9000,
            "2021-07-31",
            "街道台账",
        )


def test_the_same_file_twice_changes_nothing(db, at):
    take(ROWS, at)
    again = take(ROWS, at)
    assert (again.added, again.changed, again.same) == (0, 0, 9)


def test_a_changed_file_changes_what_differs(db, at):
    take(ROWS, at)
    changed = [
        ["城市社区", "红光新社区", None, "320324001001"],
        ["小区大门", "南门", "红光新社区/阳光花园", None, "封堵", "石墩"],
        ["小区", "二期", "红光新社区"],
    ]
    outcome = take(changed, at)
    assert (outcome.added, outcome.changed) == (1, 2)
    with acting_as_system():
        assert Unit.objects.get(code="320324001001").residents == 9000  # an empty cell says nothing
        assert Entrance.objects.get(name="南门").seal_material == "石墩"


def test_a_count_of_nobody_comes_into_an_empty_system(db, at):
    counted = ["2021-07-31", "街道台账"]
    rows = [
        ["街道", "金城街道", None, None, None, None, 9000, 0, *counted],
        ["村", "东村", "金城街道", None, None, None, None, 0, *counted],
        ["村", "西村", "金城街道", None, None, None, 0, None, *counted],
    ]
    with transaction.atomic():
        take(rows, at)
        with acting_as_system():
            book = places_sheet(at, language="zh", within=None, may_call=())
        transaction.set_rollback(True)
    assert counts() == (0, 0)
    with acting_as_system():
        import_places(book, filename="places.xlsx", by=None, at=at)
    with acting_as_system():
        found = {unit.name: (unit.residents, unit.nonlocals) for unit in Unit.objects.all()}
    assert found == {"金城街道": (9000, 0), "东村": (None, 0), "西村": (0, None)}


def test_a_trial_run_leaves_nothing(db, at):
    assert take(ROWS, at, dry_run=True).added == 9
    assert counts() == (0, 0)
    assert not Node.objects.exists()


@pytest.mark.parametrize(
    ("row", "letter"),
    [
        (["小镇", "x", "金城街道"], "A"),
        (["街道", "x", "红光社区"], "A"),
        (["小区大门", "x", "金城街道"], "A"),
        (["小区", "", "红光社区"], "B"),
        (["小区", "x" * 65, "红光社区"], "B"),
        (["小区", "一期/二期", "红光社区"], "B"),  # / and 、 stand between names
        (["小区大门", "南门、北门", "红光社区/阳光花园"], "B"),
        (["小区", "阳光花园", "红光社区"], "B"),  # named in an earlier row
        (["小区", "x", "蓝光社区"], "C"),
        (["小区大门", "x", "阳光花园"], "C"),  # there are two of that name
        (["小区大门", "x", None], "C"),
        (["小区", "x", "金城街道", "320324001001"], "A"),  # the code of a community
        (["小区", "x", "红光社区", "12"], "D"),
        (["小区", "x", "红光社区", 3.5], "D"),
        (["小区", "x", "红光社区", None, "设岗"], "E"),
        (["小区大门", "x", "红光社区/阳光花园", None, "半开"], "E"),
        (["小区大门", "x", "红光社区/阳光花园", None, "封堵"], "F"),
        (["小区", "x", "红光社区", None, None, None, 5], "G"),
        (["小区", "x", "红光社区", None, None, None, -5, None, "2021-07-31", "y"], "G"),
        (["小区", "x", "红光社区", None, None, None, 5, None, "last week", "y"], "I"),
        (["=1+1", "x", "红光社区"], "A"),
        (["城市社区", "红光社区", None, "320324001001"], "B"),
    ],
)
def test_one_bad_cell_is_named_and_nothing_is_taken(db, at, row, letter):
    assert problems([*ROWS, row], at) == [(len(ROWS) + 2, letter)]
    assert counts() == (0, 0)


def test_a_new_name_is_free_and_has_no_separator_and_a_name_that_stays_is_not_asked_about(db, at):
    take(ROWS, at)
    for name in ("红光/社区", "金桥社区"):  # another community of the street is called so
        assert problems([["城市社区", name, None, "320324001001"]], at) == [(2, "B")]
    with acting_as_system():
        Unit.objects.filter(code="320324001001").update(name="红光/社区")
        Entrance.objects.filter(name="南门").update(name="南门、北门")
    kept = ["城市社区", "红光/社区", None, "320324001001", None, None, 9001, None, "2021-08-01", "街道台账"]
    assert take([kept], at).changed == 1
    with acting_as_system():
        garden = Unit.objects.get(entrances__name="南门、北门")
        actions.change_unit(garden, code="320324001001-A01", by=None, at=at)
    assert take([["小区大门", "南门、北门", "320324001001-A01", None, "关闭"]], at).changed == 1


def test_every_bad_cell_is_named_at_once(db, at):
    assert problems([["小镇", "a", None], ROWS[0], ["小区", "b", "无"], ["小区", "", None]], at) == [
        (2, "A"), (4, "C"), (5, "B"),
    ]  # fmt: skip


def test_a_missing_column_is_named(db, at):
    with acting_as_system(), pytest.raises(SheetRefused, match="上级"):
        import_places(sheet([["街道", "x"]], ["类型", "名称"]), filename="x.xlsx", by=None, at=at)


def test_a_sheet_of_titles_alone_is_refused(db, at):
    with pytest.raises(SheetRefused, match="no row below them"):
        take([], at)


def test_a_secretary_brings_in_what_is_hers(tree, cast, at):
    with acting_as_system():
        for name, node in [("east", tree.east), ("west", tree.west)]:
            Unit.objects.create(node=node, kind="community_urban", name=name)
    assert take([["小区", "x", "east"], ["小区大门", "y", "x"]], at, cast.secretary).added == 2
    assert problems([["小区", "x", "west"]], at, cast.secretary) == [(2, "C")]
    assert problems([["街道", "new", None]], at, cast.secretary) == [(2, "C")]
    assert problems([["小区", "z", "east"]], at, cast.worker) == [(2, "C")]


def test_a_place_that_is_not_theirs_is_told_at_its_row_whatever_differs(tree, at):
    """Also where it is seen: the secretary of the east who looks at the whole street."""
    both = staff("both", Role.COMMUNITY_SECRETARY, tree.east)
    grant_role(staff=both, role=Role.COMMANDER, node=tree.street, by=None, at=at)
    with acting_as_system():
        for name, node in [("street", tree.street), ("east", tree.east), ("west", tree.west)]:
            kind = "street" if name == "street" else "community_urban"
            Unit.objects.create(node=node, kind=kind, name=name)
    titles = [*TITLES[:3], "经度", "纬度"]
    rows = [["城市社区", name, "street", 117.9, 33.9] for name in ("east", "west")]
    with acting_as_system():
        import_places(sheet(rows, titles), filename="places.xlsx", by=None, at=at)
    rows[1][3] = 117.8
    with pytest.raises(SheetProblems) as refused, acting_as(both):
        import_places(sheet(rows, titles), filename="places.xlsx", by=both, at=at)
    assert [(problem.row, problem.letter) for problem in refused.value.problems] == [(3, "C")]


def test_that_an_entrance_is_a_reading_inside_is_not_changed_unseen(db, at):
    take(ROWS, at)
    titles = [*TITLES[:3], "内部读点"]
    with pytest.raises(SheetProblems) as refused, acting_as_system():
        import_places(
            sheet([["小区大门", "南门", "红光社区/阳光花园", "是"]], titles), filename="places.xlsx", by=None, at=at
        )
    assert [(problem.row, problem.letter) for problem in refused.value.problems] == [(2, "D")]


def test_the_command_line_tells_it_in_words_and_as_json(db, at, tmp_path):
    file, run = tmp_path / "places.xlsx", CliRunner()
    file.write_bytes(sheet(ROWS))
    with translation.override("en"):
        trial = run.invoke(group, ["import", str(file), "--dry-run"], catch_exceptions=False)
        assert "Would add 9" in trial.output
        done = run.invoke(group, ["import", str(file), "--json"], catch_exceptions=False)
        assert json.loads(done.output) == {"added": 9, "changed": 0, "same": 0, "dry_run": False}
        file.write_bytes(sheet([["小镇", "x", None]]))
        refused = run.invoke(group, ["import", str(file)], catch_exceptions=False)
        assert refused.exit_code == 2
        assert "小镇" in refused.output
        told = run.invoke(group, ["tree", "--json"], catch_exceptions=False)
        assert json.loads(told.output)[0]["name"] == "金城街道"
