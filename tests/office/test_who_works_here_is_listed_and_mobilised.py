"""The roster: accounts made on a page, what people are, who is mobilised where, as a sheet both ways."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kakou.access.actions import grant_role
from kakou.access.models import Grant, RosterEntry, Staff
from kakou.access.roster import actions
from kakou.access.roster.actions import Known
from kakou.access.roster.queries import Wanted, counts, entries
from kakou.access.roster.rules import Identity, Mobilised, RosterRefused
from kakou.access.roster.sheets import COLUMNS, import_roster
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.places.models import Entrance, Unit
from kakou.web.sheets import SheetProblems, read_sheet, write_xlsx
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db
TITLES = [titles[0] for titles in COLUMNS.values()]


@pytest.fixture
def named(tree):
    """The tree with names: 东城 and 西城, a compound with a gate each."""
    with acting_as_system():
        kinds = {
            "street": "street",
            "east": "community_urban",
            "west": "community_urban",
            "garden": "compound",
            "orchard": "compound",
        }
        units = {one: Unit.objects.create(node=getattr(tree, one), kind=kind, name=one) for one, kind in kinds.items()}
        for gate, unit in (("garden_gate", "garden"), ("orchard_gate", "orchard")):
            Entrance.objects.create(node=getattr(tree, gate), unit=units[unit], name="南门", kind="compound_gate")
    return tree


@pytest.fixture
def of_east(named, cast):
    return staff("of_east", Role.ADMINISTRATOR, named.east)


def enter(name, node, by, *identities, **more):
    with acting_as(by):
        return actions.enter(name, Known(name, node.pk, frozenset(identities), **more), by=by, at=AT)


def test_a_page_makes_an_account_with_a_role_and_shows_its_password_once(named, cast):
    client = Client()
    sign_in(client, cast.administrator)
    given = {
        "username": "wang", "display": "网格员一", "identities": ["grid_worker", "party_member"],
        "branch": "东城支部", "role": "community_worker",
    }  # fmt: skip
    answer = client.post(f"/staff/new/?place={named.east.pk}", given)
    made = Staff.objects.get(username="wang")
    assert made.check_password(answer.context["password"])
    assert Grant.objects.get(staff=made).node_id == named.east.pk
    with acting_as(cast.administrator):
        assert set(made.entry.identities) == {"grid_worker", "party_member"}
    again = client.post(f"/staff/new/?place={named.east.pk}", given | {"username": "WANG"})
    assert again.status_code == 422


def test_who_administers_a_part_makes_accounts_and_gives_passwords_there_only(named, cast, of_east):
    with acting_as(of_east), pytest.raises(NotAllowed):
        actions.enter("li", Known("李", named.west.pk), by=of_east, at=AT)
    for held, allowed in ((cast.worker, True), (cast.commander, False), (cast.neighbour, False), (of_east, False)):
        with acting_as(of_east):
            if allowed:
                assert actions.give_password(held, by=of_east, at=AT)
            else:
                with pytest.raises(NotAllowed):
                    actions.give_password(held, by=of_east, at=AT)


def test_an_account_that_is_known_elsewhere_is_not_taken_over_by_giving_it_a_role(named, cast, of_east):
    """The street made it and gave it no role yet: the community's administrator sees nothing of that."""
    zhao = enter("zhao", named.street, cast.administrator).staff
    grant_role(staff=zhao, role=Role.GATE_RECORDER, node=named.east, by=of_east, at=AT)
    client = Client(headers={"accept-language": "en"})
    sign_in(client, of_east)
    assert client.get(f"/staff/{zhao.pk}/").status_code == 200  # of hers is the role, and she may end it
    assert client.post(f"/staff/{zhao.pk}/password/").status_code == 403
    assert client.post(f"/staff/{zhao.pk}/factor/", {"reason": "the phone is lost"}).status_code == 403
    said = client.post(f"/staff/{zhao.pk}/", {"display": "志愿者", "branch": ""})
    assert said.status_code == 422
    assert "Your role does not allow this here." in said.content.decode()
    with acting_as(cast.administrator):
        assert RosterEntry.objects.get(staff=zhao).node_id == named.street.pk
        assert actions.give_password(zhao, by=cast.administrator, at=AT)


def test_whoever_gives_somebody_a_role_does_not_say_by_it_where_he_belongs(named, cast, of_east):
    """An account of the street's that nothing was said of yet: else its title were anybody's to change."""
    grant_role(staff=cast.commander, role=Role.GATE_RECORDER, node=named.east, by=of_east, at=AT)
    client = Client()
    sign_in(client, of_east)
    answer = client.post(f"/staff/{cast.commander.pk}/", {"display": "志愿者", "branch": ""})
    assert answer.status_code == 422
    cast.commander.refresh_from_db()
    assert cast.commander.display != "志愿者"
    with acting_as(cast.administrator):
        assert not RosterEntry.objects.exists()
        actions.describe(cast.commander, Known("指挥", named.street.pk), by=cast.administrator, at=AT)


def test_people_are_found_by_what_they_are_and_by_where_they_are_mobilised(named, cast, of_east):
    by = cast.administrator
    zhao = enter("zhao", named.street, by, Identity.STREET_OFFICIAL, Identity.PARTY_MEMBER, branch="机关支部")
    enter("qian", named.east, by, Identity.VOLUNTEER)
    with acting_as(by):
        assert [e.staff.username for e in entries(Wanted(identity=Identity.PARTY_MEMBER))] == ["zhao"]
        assert [e.staff.username for e in entries(Wanted(branch="机关"))] == ["zhao"]
        actions.mobilise([zhao], Mobilised.CALLED, post=named.garden_gate.pk, by=by, at=AT)
        assert [e.staff.username for e in entries(Wanted(place=named.garden.pk))] == ["zhao"]
        assert counts(entries(Wanted())) == {Mobilised.HOME: 1, Mobilised.CALLED: 1, Mobilised.THERE: 0}
    with acting_as(of_east):  # the gate is hers: she sees who comes and says that he has arrived
        assert {e.staff.username for e in entries(Wanted())} == {"zhao", "qian"}
        actions.mobilise([RosterEntry.objects.get(staff=zhao.staff)], Mobilised.THERE, post=None, by=of_east, at=AT)
        with pytest.raises(NotAllowed):  # he belongs to the street
            actions.mobilise([zhao], Mobilised.HOME, post=None, by=of_east, at=AT)
    with acting_as(cast.neighbour):
        assert not RosterEntry.objects.exists()


def test_only_who_was_called_arrives(named, cast):
    one = enter("qian", named.east, cast.administrator)
    with acting_as(cast.administrator):
        for then in (Mobilised.THERE, Mobilised.HOME):
            with pytest.raises(RosterRefused):
                actions.mobilise([one], then, post=None, by=cast.administrator, at=AT)
        with pytest.raises(RosterRefused):
            actions.mobilise([], Mobilised.CALLED, post=named.east.pk, by=cast.administrator, at=AT)


def test_the_sheet_goes_out_and_in_without_a_change(named, cast):
    client = Client()
    sign_in(client, cast.administrator)
    rows = [
        ["sun", "志愿者一", "east", "志愿者、党员", "东城支部", "已到岗", "garden · 南门"],
        ["zhou", "网格员二", "garden", "网格员", "", "未动员", ""],
    ]
    sent = SimpleUploadedFile("r.xlsx", write_xlsx(rows, TITLES))
    assert client.post("/staff/roster/import/", {"file": sent}).status_code == 302
    sun = Staff.objects.get(username="sun")
    assert not sun.has_usable_password()
    out = client.get("/staff/roster/sheet/").content
    sheet = read_sheet(io.BytesIO(out).read(), filename="r.xlsx")
    found = sorted([str(value or "") for value in row.values][:7] for row in sheet.rows())
    assert [row[0] for row in found] == ["sun", "zhou"]
    with acting_as(cast.administrator):
        done = import_roster(out, filename="r.xlsx", by=cast.administrator, at=AT)
    assert (done.added, done.changed, done.same) == (0, 0, 2)


SUN = ["sun", "志愿者一", "east", "志愿者、党员", "东城支部", "已到岗", "garden · 南门"]


@pytest.fixture
def sun(named, cast):
    """A volunteer of whom everything is told, at the gate of the garden; and a function that brings a sheet in."""

    def brought(*rows, titles):
        with acting_as(cast.administrator):
            return import_roster(write_xlsx(rows, titles), filename="r.xlsx", by=cast.administrator, at=AT)

    brought(SUN, titles=TITLES)
    return brought


def of(name, by):
    with acting_as(by):
        entry = RosterEntry.objects.select_related("staff").get(staff__username=name)
    return entry.staff.display, entry.node_id, set(entry.identities), entry.branch, entry.state, entry.post_id


def test_what_has_no_column_stays_as_it_is(named, cast, sun):
    before = of("sun", cast.administrator)
    assert before[4:] == ("there", named.garden_gate.pk)
    done = sun(["sun", "east"], ["qian", "west"], titles=["账号", "所属"])
    assert (done.added, done.changed, done.same) == (1, 0, 1)
    assert of("sun", cast.administrator) == before
    assert of("qian", cast.administrator) == ("", named.west.pk, set(), "", "home", None)
    assert sun(["sun", "garden"], titles=["账号", "所属"]).changed == 1
    assert of("sun", cast.administrator) == (before[0], named.garden.pk, *before[2:])


@pytest.mark.parametrize(
    ("column", "cleared"),
    [("称谓", {0: ""}), ("身份", {2: set()}), ("党支部", {3: ""}), ("动员", {4: "home", 5: None})],
)
def test_an_empty_cell_clears_what_it_is_about_and_nothing_else(cast, sun, column, cleared):
    before = of("sun", cast.administrator)
    assert sun(["sun", "east", ""], titles=["账号", "所属", column]).changed == 1
    assert of("sun", cast.administrator) == tuple(cleared.get(n, said) for n, said in enumerate(before))


def test_a_state_goes_with_the_post_that_holds_and_a_post_with_the_state(named, cast, sun):
    there, titles = of("sun", cast.administrator)[:4], ["账号", "所属", "动员"]
    assert sun(["sun", "east", "已到岗"], titles=titles).same == 1
    assert sun(["sun", "east", "已通知"], titles=titles).changed == 1
    assert of("sun", cast.administrator) == (*there, "called", named.garden_gate.pk)
    assert sun(["sun", "east", "orchard · 南门"], titles=["账号", "所属", "岗位"]).changed == 1
    assert of("sun", cast.administrator) == (*there, "called", named.orchard_gate.pk)
    with pytest.raises(SheetProblems):  # whoever is called is called somewhere
        sun(["sun", "east", ""], titles=["账号", "所属", "岗位"])
    with pytest.raises(SheetProblems):
        sun(["qian", "east", "已通知"], titles=titles)


def test_what_is_wrong_is_told_by_cell_and_nothing_is_taken(named, cast, of_east):
    rows = [
        ["sun", "", "nowhere", "", "", "", ""],
        ["zhou", "", "east", "wizard", "", "", ""],
        ["wu", "", "east", "", "", "已到岗", ""],
        ["neighbour", "", "east", "", "", "", ""],
        ["zheng", "", "west", "", "", "", ""],
        ["feng", "", "east", "", "", "", ""],
        ["FENG", "", "east", "", "", "", ""],
    ]
    with acting_as(of_east), pytest.raises(SheetProblems) as refused:
        import_roster(write_xlsx(rows, TITLES), filename="r.xlsx", by=of_east, at=AT)
    assert [(p.row, p.letter) for p in refused.value.problems] == [
        (2, "C"),
        (3, "D"),
        (4, "A"),
        (5, "A"),
        (6, "C"),
        (8, "A"),
    ]
    assert not Staff.objects.filter(username__in=["wu", "feng"]).exists()
