import datetime as dt
import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.places import actions
from kakou.places.chain.naming import end_responsible, name_responsible, serve
from kakou.places.chain.reading import answering, chain, gaps, photo_of, served
from kakou.places.chain.rules import Named, check_named
from kakou.places.models import Entrance, Responsible, Unit
from kakou.places.rules import EntranceState, PlaceRefused
from kakou.places.sheets import import_places, places_sheet
from kakou.places.tests.mapped import located, point
from kakou.places.tests.test_the_tree_is_brought_in_from_a_sheet import sheet
from kakou.vault.rules import mask
from kakou.web.sheets import SheetProblems
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LIN = Named("党总支书记", "林建国", "138 0000 1111")
WEI = Named("门岗负责人", "魏强")


@pytest.fixture
def places(tree):
    with acting_as_system():
        kinds = {"street": "street", "east": "community_urban", "west": "community_urban", "garden": "compound",
                 "orchard": "urban_village"}  # fmt: skip
        made = {n: Unit.objects.create(node=getattr(tree, n), kind=kind, name=n) for n, kind in kinds.items()}
        Entrance.objects.create(node=tree.garden_gate, unit=made["garden"], name="south gate", kind="compound_gate")
        Entrance.objects.create(node=tree.orchard_gate, unit=made["orchard"], name="lane", kind="village_path")
    return made


def signed_in(staff):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, staff)
    return client


def acts(action):
    with connection.cursor() as cursor:
        cursor.execute("select 1 from audit_told where action = %s", [action])
        return cursor.fetchall()


def png():
    """A file of one pixel that says it is a picture."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    shown = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + shown


def test_one_person_answers_and_a_place_without_one_is_a_gap(places, tree, cast, at):
    with acting_as(cast.secretary):
        assert gaps([tree.east.pk, tree.garden.pk]) == 2
        name_responsible(tree.east.pk, WEI, by=cast.secretary, at=at)
        name_responsible(tree.east.pk, LIN, by=cast.secretary, at=at)
        assert answering([tree.east.pk], may_call=[tree.east.pk]) == {tree.east.pk: LIN}
        links = [(one.name, one.depth, one.who is not None, one.is_gap) for one in
                 chain(at, within=None, may_call=())]  # fmt: skip
        assert links == [("east", 0, True, False), ("garden", 1, False, True), ("south gate", 2, False, True)]
        end_responsible(tree.east.pk, by=cast.secretary, at=at)
        assert gaps([tree.east.pk]) == 1
        assert Responsible.objects.count() == 2
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        name_responsible(tree.east.pk, LIN, by=cast.worker, at=at)


@pytest.mark.parametrize("phone", ["12", "call me", "138 0000 1111 0000 0000 00000", "＋86"])
def test_a_telephone_has_digits(phone):
    with pytest.raises(PlaceRefused):
        check_named(Named("x", "y", phone))


def test_telephones_are_for_whoever_directs_or_keeps_the_places(places, tree, cast, at):
    with acting_as_system():
        name_responsible(tree.east.pk, LIN, by=None, at=at)
    for who, sees in ((cast.secretary, True), (cast.commander, True), (cast.worker, False), (cast.recorder, False)):
        before = len(acts("places.chain_shown"))
        page = signed_in(who).get("/places/chain/").content.decode()
        assert (LIN.name in page, LIN.phone in page) == (sees, sees)
        assert (len(acts("places.chain_shown")) > before) is sees
    page = signed_in(cast.worker).get(f"/places/{tree.east.pk}/").content.decode()
    assert "林**" in page
    assert LIN.phone not in page


def test_a_community_serves_a_village_with_a_dated_count(places, tree, cast, at):
    orchard, east = places["orchard"], places["east"]
    with acting_as_system():
        serve(orchard, east, by=None, at=at)
        with pytest.raises(PlaceRefused):
            serve(orchard, east, headcount=9, by=None, at=at)
        with pytest.raises(PlaceRefused):
            serve(places["garden"], east, by=None, at=at)
        serve(orchard, east, headcount=9, counted_on=at.date(), counted_by="街道台账", by=None, at=at)
        assert [(one.community, one.village, one.row.headcount) for one in served()] == [("east", "orchard", 9)]
    with acting_as(cast.secretary):
        assert [one.village for one in served()] == ["—"]  # who serves sees that, and not the village itself


def test_the_page_names_who_answers_and_who_serves(places, tree, cast, at):
    client, url = signed_in(cast.neighbour), f"/places/{tree.orchard.pk}/answers/"
    given = {"what": "named", "title": LIN.title, "name": LIN.name, "phone": LIN.phone}
    assert client.post(url, given | {"phone": "x"}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert LIN.phone in client.get(url).content.decode()
    assert client.post(url, {"what": "serve", "community": tree.west.pk, "headcount": 3}).status_code == 422
    assert client.post(url, {"what": "serve", "community": tree.west.pk}).status_code == 302
    with acting_as_system():
        (one,) = served()
    assert client.post(f"/places/serving/{one.row.pk}/remove/").status_code == 302
    assert client.post(url, {"what": "ended"}).status_code == 302
    with acting_as_system():
        assert served() == []
        assert gaps([tree.orchard.pk]) == 1


def test_a_seal_has_a_day_a_photo_and_an_opener(places, tree, cast, at):
    client, url = signed_in(cast.secretary), f"/places/entrance/{tree.garden_gate.pk}/"
    given = {"state": "sealed", "material": "铁皮围挡", "sealed_on": "2021-07-31", "opener": cast.lead.pk}
    assert client.post(url, given | {"photo": SimpleUploadedFile("x.png", b"no")}).status_code == 422
    assert client.post(url, given | {"photo": SimpleUploadedFile("x.png", png())}).status_code == 302
    with acting_as_system():
        gate = Entrance.objects.get(name="south gate")
        photo = photo_of(gate.node_id)
    assert (gate.sealed_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date(), gate.opener) == (
        dt.date(2021, 7, 31), cast.lead,
    )  # fmt: skip
    answer = client.get(f"/places/seal/{photo.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert signed_in(cast.neighbour).get(f"/places/seal/{photo.pk}/").status_code == 404
    assert client.post(url, given | {"opener": cast.recorder.pk}).status_code == 302
    for day in ("2100-01-01", "0001-01-01", "9999-12-31"):
        assert client.post(url, given | {"sealed_on": day}).status_code == 422


@pytest.fixture
def furnished(places, tree, cast, at):
    """Everything that a sheet tells of."""
    with acting_as_system():
        name_responsible(tree.east.pk, LIN, by=None, at=at)
        name_responsible(tree.garden_gate.pk, WEI, by=None, at=at)
        serve(places["orchard"], places["east"], by=None, at=at)
        located(tree.garden, point(117.951234, 33.912345))
        counts = {"residents": 0, "nonlocals": 0, "counted_on": at.date(), "counted_by": "=1+1"}
        actions.change_unit(places["east"], **counts, by=None, at=at)
        lane = Entrance.objects.get(name="lane")
        sealed = {"state": EntranceState.SEALED, "material": "铁皮围挡", "opener": cast.neighbour}
        actions.set_entrance_state(lane, **sealed, sealed_at=at - dt.timedelta(days=3), by=None, at=at)
    return places


def take(book, at, **more):
    with acting_as_system():
        return import_places(book, filename="places.xlsx", by=None, at=at, **more)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("plain", [True, False])
def test_what_is_handed_out_comes_in_again_and_changes_nothing(furnished, tree, at, language, plain):
    call = [node for node in (tree.east.pk, tree.garden_gate.pk) if plain]
    with acting_as_system():
        book = places_sheet(at, language=language, within=None, may_call=call)
    rows = list(load_workbook(io.BytesIO(book)).active.values)
    assert len(rows) == 8
    text = str(rows)
    assert (LIN.name in text, LIN.phone in text) == (plain, plain)
    for told in ("117.9512340", "33.9123450", "铁皮围挡", "2021-08-07", "neighbour", "east"):
        assert told in text
    done = take(book, at)
    assert (done.added, done.changed, done.same) == (0, 0, 7)


MORE = ["类型", "名称", "上级", "经度", "纬度", "责任人职务", "责任人", "责任人电话", "服务社区", "应急开启人"]


def test_a_sheet_says_who_answers_and_where_it_lies(places, tree, cast, at):
    rows = [
        ["城中村", "orchard", "west", 117.95, 33.9, LIN.title, LIN.name, LIN.phone, "east"],
        ["小区", "garden", "east", None, None, WEI.title, WEI.name],
    ]
    assert take(sheet(rows, MORE), at).changed == 2
    assert take(sheet(rows, MORE), at).same == 2
    with acting_as_system():
        assert answering([tree.orchard.pk], may_call=[tree.orchard.pk])[tree.orchard.pk] == LIN
        assert len(served()) == 1
    bad = [
        ["小区", "garden", "east", 117.95],
        ["小区", "garden", "east", None, None, None, "某人"],
        ["小区", "garden", "east", None, None, "书记", "林**"],
        ["小区大门", "south gate", "garden", None, None, None, None, None, None, "nobody"],
        ["小区", "garden", "east", 10, 10],
        ["城中村", "orchard", "west", None, None, None, None, None, "garden"],
    ]
    with pytest.raises(SheetProblems) as refused:
        take(sheet(bad, MORE), at)
    assert sorted({problem.row for problem in refused.value.problems}) == [2, 3, 4, 5, 6, 7]


def test_who_is_written_over_a_masked_name_does_not_get_its_telephone(places, tree, at):
    east, stars = tree.east.pk, mask("phone", LIN.phone)

    def told(title, name, phone):
        take(sheet([["城市社区", "east", "street", None, None, title, name, phone]], MORE), at)
        with acting_as_system():
            return answering([east], may_call=[east])[east]

    assert told(LIN.title, LIN.name, LIN.phone) == LIN
    assert told("第一书记", mask("name", LIN.name), stars) == Named("第一书记", LIN.name, LIN.phone)
    with pytest.raises(SheetProblems):
        told("第一书记", WEI.name, mask("phone", "139 9999 2222"))
    assert told("第一书记", WEI.name, stars) == Named("第一书记", WEI.name)
