import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client

from kakou.access.queries import moves
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.places import actions, queries
from kakou.places.models import Entrance, Recut, Unit
from kakou.places.recut import merge_units, move_unit, split_unit, undo
from kakou.places.recut.plan import Part, renamed
from kakou.places.recut.preview import cut_at
from kakou.places.rules import EntranceKind, PlaceRefused, UnitKind
from kakou.places.sheets import import_places
from kakou.places.tests.test_the_tree_is_brought_in_from_a_sheet import sheet
from kakou.web.sheets import SheetProblems
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WHY = "区划调整"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def places(tree):
    """Names → units: garden with a south gate and two phases, orchard with a south gate too."""
    with acting_as_system():
        kinds = {"street": "street", "east": "community_urban", "west": "community_urban", "garden": "compound",
                 "orchard": "compound"}  # fmt: skip
        made = {n: Unit.objects.create(node=getattr(tree, n), kind=kind, name=n) for n, kind in kinds.items()}
        for node, unit in ((tree.garden_gate, "garden"), (tree.orchard_gate, "orchard")):
            Entrance.objects.create(node=node, unit=made[unit], name="south gate", kind="compound_gate")
        who = {"by": None, "at": dt.datetime(2021, 8, 1, tzinfo=dt.UTC)}
        actions.add_entrance(unit=made["garden"], name="north gate", kind=EntranceKind.COMPOUND_GATE, **who)
        made["phase"] = actions.add_unit(kind=UnitKind.COMPOUND, parent=made["garden"], name="phase 2", **who)
    return made


def shape():
    """The whole tree: unit → (unit around, entrances, part of)."""
    with acting_as_system():
        units = {one.node_id: one for one in Unit.objects.select_related("node", "merged_into")}
        return {
            one.name: (
                units[one.node.parent_id].name if one.node.parent_id else None,
                sorted((e.name, e.node.parent_id) for e in one.entrances.select_related("node")),
                one.merged_into.name if one.merged_into else None,
            )
            for one in units.values()
        }


def act(cast, what, *given, **more):
    with acting_as(cast.administrator):
        return what(*given, reason=WHY, by=cast.administrator, **more)


def test_a_moved_unit_is_moved_back_by_the_opposite(places, cast, at):
    before = shape()
    made = act(cast, move_unit, places["garden"], parent=places["west"], at=at)
    assert shape()["garden"][0] == "west"
    back = act(cast, undo, made, at=at + HOUR)
    assert shape() == before
    assert (back.act, back.undoes_id, len(moves())) == ("moved", made.pk, 2)
    with pytest.raises(PlaceRefused, match="already"):
        act(cast, undo, made, at=at)


def test_a_merged_unit_is_a_part_and_parted_again(places, cast, at):
    before = shape()
    made = act(cast, merge_units, places["garden"], into=places["orchard"], at=at)
    after = shape()
    orchard = places["orchard"].node_id
    assert after["garden"] == ("orchard", [], "orchard")
    assert after["orchard"][1] == [(name, orchard) for name in ("gardensouth gate", "north gate", "south gate")]
    assert after["phase 2"][0] == "orchard"
    with acting_as_system(), pytest.raises(PlaceRefused):
        garden = Unit.objects.get(name="garden")
        actions.add_entrance(unit=garden, name="x", kind=EntranceKind.COMPOUND_GATE, by=None, at=at)
    parted = act(cast, undo, made, at=at)
    assert shape() == before
    act(cast, undo, parted, at=at)
    assert shape() == after


def test_what_became_a_part_of_the_unit_that_it_stands_in_is_parted_again(places, cast, at):
    with acting_as_system():
        who = {"by": None, "at": at}
        village = actions.add_unit(kind=UnitKind.VILLAGE, parent=places["east"], name="village", **who)
        group = actions.add_unit(kind=UnitKind.VILLAGE_GROUP, parent=village, name="first group", **who)
        actions.add_entrance(unit=group, name="lane", kind=EntranceKind.VILLAGE_PATH, **who)
    for part, whole in ((group, village), (places["phase"], places["garden"])):
        before = shape()
        made = act(cast, merge_units, part, into=whole, at=at)
        after = shape()
        assert after[part.name] == (whole.name, [], whole.name)
        parted = act(cast, undo, made, at=at)
        assert shape() == before
        act(cast, undo, parted, at=at)
        assert shape() == after


def test_a_split_off_unit_becomes_a_part_of_the_old_one_again(places, cast, tree, at):
    with acting_as_system():
        gates, phase = list(Entrance.objects.filter(name="north gate")), list(Unit.objects.filter(name="phase 2"))
    _, made = act(cast, split_unit, places["garden"], name="north garden", entrances=gates, inside=phase, at=at)
    after = shape()
    assert after["north garden"][0] == "east"
    assert [name for name, _ in after["north garden"][1]] == ["north gate"]
    assert (after["phase 2"][0], [name for name, _ in after["garden"][1]]) == ("north garden", ["south gate"])
    act(cast, undo, made, at=at)
    again = shape()
    assert again["north garden"] == ("garden", [], "garden")
    assert [name for name, _ in again["garden"][1]] == ["north gate", "south gate"]


def test_what_was_cut_since_stands_in_the_way(places, cast, at):
    first = act(cast, move_unit, places["garden"], parent=places["west"], at=at)
    act(cast, merge_units, places["garden"], into=places["orchard"], at=at)
    with pytest.raises(PlaceRefused, match="later"):
        act(cast, undo, first, at=at)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_second_of_two_at_once_sees_what_the_first_did(places, cast, at):
    """It is told from where it really came, so that the opposite brings it back there; what became a part of another
    meanwhile takes nobody in."""
    done, refused = [], []

    def others():
        try:
            done.append(act(cast, move_unit, places["garden"], parent=places["orchard"], at=at))
            act(cast, move_unit, places["phase"], parent=places["fields"], at=at)
        except PlaceRefused as why:
            refused.append(why)
        finally:
            connections.close_all()

    with acting_as_system():
        who = {"by": None, "at": at}
        places["fields"] = actions.add_unit(kind=UnitKind.COMPOUND, parent=places["west"], name="fields", **who)
    thread = threading.Thread(target=others)
    with acting_as(cast.administrator):
        move_unit(places["garden"], parent=places["west"], reason=WHY, by=cast.administrator, at=at)
        merge_units(places["fields"], into=places["orchard"], reason=WHY, by=cast.administrator, at=at)
        thread.start()
        thread.join(timeout=2)
    thread.join(timeout=30)
    assert (len(done), len(refused)) == (1, 1)
    assert done[0].parts[0][1] == places["west"].node_id
    act(cast, undo, done[0], at=at)
    assert shape()["garden"][0] == "west"


@pytest.mark.parametrize(
    ("what", "unit", "more"),
    [
        (move_unit, "street", {"parent": "east"}),
        (move_unit, "garden", {"parent": "east"}),
        (move_unit, "west", {"parent": "garden"}),
        (merge_units, "garden", {"into": "garden"}),
        (merge_units, "east", {"into": "garden"}),
        (merge_units, "street", {"into": "street"}),
    ],
)
def test_what_makes_no_tree_is_refused(places, cast, at, what, unit, more):
    with pytest.raises(PlaceRefused):
        act(cast, what, places[unit], at=at, **{key: places[name] for key, name in more.items()})


def test_it_says_why_and_needs_the_right_at_both_ends(places, cast, at):
    with acting_as(cast.administrator), pytest.raises(ReasonUnfit):
        move_unit(places["garden"], parent=places["west"], reason="", by=cast.administrator, at=at)
    with acting_as(cast.secretary), pytest.raises(NotAllowed):
        move_unit(places["garden"], parent=places["west"], reason=WHY, by=cast.secretary, at=at)
    made = act(cast, move_unit, places["garden"], parent=places["west"], at=at)
    with acting_as(cast.secretary), pytest.raises(NotFound):
        cut_at(made.pk)


def test_names_are_free_where_they_come_to():
    assert renamed({1: "南门", 2: "北门"}, {"南门"}, "花园") == {1: "花园南门", 2: "北门"}
    assert renamed({1: "南门"}, {"南门", "花园南门"}, "花园") == {1: "花园南门2"}
    assert len(renamed({1: "南门"}, {"南门"}, "长" * 64)[1]) == 64
    assert Part(1, 2, 3, "a", "b").back().back() == Part(1, 2, 3, "a", "b")


def test_the_page_shows_what_moves_before_it_does(places, cast):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.administrator)
    url = f"/places/{places['garden'].node_id}/recut/"
    given = {"act": "moved", "other": places["west"].node_id, "reason": WHY}
    page = client.post(url, given).content.decode()
    assert "What would move" in page
    with acting_as_system():
        assert not Recut.objects.exists()
    assert client.post(url, given | {"sure": "1"}).status_code == 302
    assert shape()["garden"][0] == "west"
    with acting_as_system():
        made = Recut.objects.get()
    assert "Take it back" in client.get(url).content.decode()
    assert client.post(f"/places/recut/{made.pk}/back/").status_code == 302
    assert shape()["garden"][0] == "east"
    for act_ in ("split", "merged"):
        assert client.get(url, {"act": act_}).status_code == 200
    given = {"act": "merged", "other": places["orchard"].node_id, "reason": WHY}
    assert "gardensouth gate" in client.post(url, given).content.decode()
    with acting_as_system():
        north = queries.entrance_at(Entrance.objects.get(name="north gate").node_id)
    given = {"act": "split", "name": "north garden", "entrances": [north.node_id], "reason": WHY}
    assert client.post(url, given | {"sure": "1"}).status_code == 302
    assert shape()["north garden"][0] == "east"


def test_the_page_counts_whoever_works_in_the_merged_unit_among_those_who_lose_sight(places, cast):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, cast.administrator)
    url, given = f"/places/{places['east'].node_id}/recut/", {"act": "merged", "other": places["west"].node_id}
    shown = client.post(url, given | {"reason": WHY}).context["shown"]
    assert (shown.lose, shown.gain) == (3, 1)  # worker, secretary and liaison of the east; the secretary of the west
    for sees in (True, False):
        with acting_as(cast.secretary):
            assert Entrance.objects.filter(name="south gate").exists() is sees
        client.post(url, given | {"reason": WHY, "sure": "1"})


def brought(rows, by, at):
    with acting_as(by):
        return import_places(sheet(rows), filename="places.xlsx", by=by, at=at)


def test_a_sheet_of_before_the_cut_adds_nothing_a_second_time(places, cast, at):
    """Also where whoever brings it in sees no more what was moved away."""
    gates = [["小区大门", "north gate", "garden"], ["小区大门", "south gate", "garden"]]
    rows = [["小区", "garden", "east"], *gates, ["小区", "phase 2", "garden"]]
    assert brought(rows, cast.secretary, at).same == 4
    with acting_as_system():
        north = list(Entrance.objects.filter(name="north gate"))
    act(cast, split_unit, places["garden"], name="north garden", entrances=north, at=at)
    with pytest.raises(SheetProblems) as refused:
        brought(rows, cast.secretary, at)
    assert [(one.row, one.letter) for one in refused.value.problems] == [(3, "C")]
    act(cast, move_unit, places["garden"], parent=places["west"], at=at)
    before = shape()
    for by, wrong in ((cast.secretary, [2, 3, 4, 5]), (cast.administrator, [2, 3])):
        with pytest.raises(SheetProblems) as refused:
            brought(rows, by, at)
        assert [(one.row, one.letter) for one in refused.value.problems] == [(row, "C") for row in wrong]
    assert shape() == before
    other = ["小区", "garden", "east", "320324001001-A01"]  # with a code of its own it is another one
    assert brought([other], cast.secretary, at).added == 1
