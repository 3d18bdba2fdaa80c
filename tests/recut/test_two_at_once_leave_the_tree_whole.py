"""Two at once: who brings a sheet of places in, or gives a unit a second superior, while somebody else does, or cuts
the tree, waits for his turn and is told by what is true then."""

import pytest

from kakou.access.actions import add_node, grant_role
from kakou.access.models import Node
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.people.tests.test_two_at_once_leave_the_register_whole import beside
from kakou.places.models import Entrance, Unit
from kakou.places.recut import merge_units, move_unit
from kakou.places.recut.second import manage_on_behalf
from kakou.places.sheets import import_places
from kakou.places.tests.test_the_tree_is_brought_in_from_a_sheet import sheet
from kakou.web.sheets import SheetProblems
from tests.cast import AT, staff

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WHY = "区划调整"


@pytest.fixture
def places(tree, cast):
    with acting_as_system():
        kinds = {"street": "street", "east": "community_urban", "west": "community_urban", "garden": "compound",
                 "orchard": "compound"}  # fmt: skip
        return {n: Unit.objects.create(node=getattr(tree, n), kind=kind, name=n) for n, kind in kinds.items()}


def bring(rows, by):
    return import_places(sheet(rows), filename="places.xlsx", by=by, at=AT)


@pytest.mark.parametrize("who", ["administrator", "secretary"])
def test_two_sheets_make_a_unit_once(places, cast, who):
    by, done = getattr(cast, who), []
    rows = [["小区", "新苑", "east"], ["小区大门", "南门", "新苑"]]
    assert not beside(by, lambda: done.append(bring(rows, by)), lambda: done.append(bring(rows, by)))
    assert [(one.added, one.same) for one in done] == [(2, 0), (0, 2)]
    with acting_as_system():
        assert Unit.objects.filter(name="新苑").count() == 1
        assert Entrance.objects.filter(name="南门").count() == 1


def test_no_sheet_adds_a_gate_to_a_unit_that_is_merged_at_this_moment(places, cast):
    boss = cast.administrator
    [refused] = beside(
        boss,
        lambda: merge_units(places["garden"], into=places["orchard"], reason=WHY, by=boss, at=AT),
        lambda: bring([["小区大门", "南门", "garden"]], boss),
    )
    assert isinstance(refused, SheetProblems)
    assert [(one.row, one.letter) for one in refused.problems] == [(2, "B")]
    with acting_as_system():
        assert not Entrance.objects.exists()


@pytest.fixture
def zone(places, cast):
    """A zone of another line, of which the secretary of the east sees too."""
    with acting_as_system():
        made = Unit.objects.create(node=add_node(parent=None), kind="zone", name="zone")
    grant_role(staff=cast.secretary, role=Role.COMMANDER, node=made.node, by=None, at=AT)
    return made


def test_who_says_who_manages_a_unit_is_its_superior_by_then(places, zone, tree, cast):
    """The garden is moved to the west at this moment: that it is managed on behalf is not for the east to say."""
    mover = staff("mover", Role.ADMINISTRATOR, tree.street)
    with acting_as(cast.secretary):
        garden = Unit.objects.select_related("node").get(node=tree.garden)

    def move():
        with acting_as(mover):
            move_unit(places["garden"], parent=places["west"], reason=WHY, by=mover, at=AT)

    [refused] = beside(
        cast.secretary, move, lambda: manage_on_behalf(garden, superior=zone, reason=WHY, by=cast.secretary, at=AT)
    )
    assert isinstance(refused, NotAllowed | NotFound)
    assert Node.objects.get(pk=tree.garden.pk).second_superior_id is None
