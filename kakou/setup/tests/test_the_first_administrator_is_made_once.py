"""An empty installation gives itself to whoever reads its console, once."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation

from kakou.access.models import Device, Grant, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as
from kakou.kernel.site import Site, read_site
from kakou.places.models import Entrance, Unit
from kakou.places.rules import UnitKind
from kakou.setup import actions, rules
from kakou.setup.models import Ticket
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db
GIVEN = {
    "username": "zhang", "password": "correct horse battery", "again": "correct horse battery", "site": "金城街道",
    "kind": "street", "zone": "Asia/Urumqi",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def opened(code, home, at=AT, name="zhang"):
    said = actions.Opening(name, "correct horse battery", "金城街道", UnitKind.STREET, "Asia/Shanghai")
    return actions.open_site(said, code=code, home=home, at=at)


def test_the_first_page_leads_there_while_there_is_no_account(client):
    assert client.get("/").url == "/setup/"
    staff("somebody")
    assert client.get("/").url.startswith("/accounts/login/")


def test_it_is_gone_after_the_first_account_as_any_other_address(client, home):
    code = actions.issue_ticket(at=AT)
    assert client.get("/setup/").status_code == 200
    opened(code, home)
    for answer in (client.get("/setup/"), client.post("/setup/", GIVEN | {"code": code})):
        assert answer.status_code == 404
    with pytest.raises(actions.AlreadySetUp):
        actions.issue_ticket(at=AT)


def test_the_code_is_good_once_for_an_hour_and_only_the_latest(home):
    old = actions.issue_ticket(at=AT)
    code = actions.issue_ticket(at=AT)
    for wrong, at in ((old, AT), ("", AT), (code[:-1], AT), (code, AT + rules.LASTS)):
        with pytest.raises(actions.CodeUnusable):
            opened(wrong, home, at)
    assert not Staff.objects.exists()
    first = opened(code.lower().replace("-", " "), home, AT + rules.LASTS - dt.timedelta(seconds=1))
    assert Grant.objects.get(staff=first).role == Role.ADMINISTRATOR
    assert Ticket.objects.filter(used_at=None).count() == 0
    Staff.objects.filter(pk=first.pk).update(is_active=False)  # an account that is closed is one all the same
    with pytest.raises(actions.AlreadySetUp):
        actions.issue_ticket(at=AT)


def test_nothing_of_the_code_is_kept_but_its_hash(home):
    code = actions.issue_ticket(at=AT)
    assert rules.plain(code).encode() not in bytes(Ticket.objects.get().code_hash)
    assert len(rules.ALPHABET) ** rules.LENGTH >= 2**78


def test_the_administrator_goes_on_to_the_second_factor_and_is_told_what_comes_next(client, home):
    code = actions.issue_ticket(at=dt.datetime.now(dt.UTC))
    answer = client.post("/setup/", GIVEN | {"code": code})
    assert answer.url == "/first-steps/"
    assert client.get("/first-steps/").url == "/accounts/2fa/totp/activate/"  # a password alone opens nothing
    assert read_site(home) == Site("金城街道", "Asia/Urumqi")


def test_codes_are_tried_ten_times_a_minute_at_most(client):
    actions.issue_ticket(at=AT)
    codes = [client.post("/setup/", GIVEN | {"code": f"{n:016}"}).status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    client.cookies["django_language"] = "en"
    said = client.post("/setup/", GIVEN | {"code": "x"}).content.decode()
    assert "`kakou places import`, then `kakou staff add`" in said
    assert "gate" not in said


def test_strangers_who_try_without_end_keep_nobody_out_who_has_the_code(client):
    code = actions.issue_ticket(at=dt.datetime.now(dt.UTC))
    tries = [client.post("/setup/", headers={"X-Kakou-Client": f"198.51.100.{n // 10}"}) for n in range(310)]
    assert {one.status_code for one in tries} == {422}
    assert client.post("/setup/", GIVEN | {"code": code}).url == "/first-steps/"


def test_what_is_typed_wrong_is_told_at_its_field_and_uses_up_no_code(client):
    code = actions.issue_ticket(at=dt.datetime.now(dt.UTC))
    wrong = GIVEN | {"code": code, "password": "12345678", "again": "123456789", "username": "a b"}
    form = client.post("/setup/", wrong).context["form"]
    assert set(form.errors) == {"password", "again", "username"}
    assert Ticket.objects.filter(used_at=None).exists()


def test_a_gate_follows_from_its_place_and_the_steps_say_what_comes_next(home):
    first = opened(actions.issue_ticket(at=AT), home)
    client = Client()
    sign_in(client, first)
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        assert "First gate" in client.get("/").content.decode()
        with acting_as(first):
            street = Unit.objects.get().node_id
        assert client.get("/first-steps/").context["next"].key == "place"
        asked = {"inside": street, "kind": "compound", "name": "阳光小区", "entrance": "南门"}
        assert client.post("/first-steps/place/", asked).url == "/first-steps/"
        assert client.get("/first-steps/").context["next"].key == "phone"
    with acting_as(first):
        gate = Entrance.objects.get()
        assert (gate.name, gate.kind, gate.unit.name) == ("南门", "compound_gate", "阳光小区")
        Device.objects.create(node=gate.node, name="一号机", token_hash=b"x", enrolled_at=AT)
    assert client.get("/first-steps/").context["next"] is None
    assert "first-steps" not in client.get("/").content.decode()


def test_the_site_is_named_anew_and_keeps_its_zone_once_a_phone_counts_by_it(home):
    first = opened(actions.issue_ticket(at=AT), home)
    client = Client()
    sign_in(client, first)
    client.post("/first-steps/site/", {"site": "金桥街道", "zone": "Asia/Urumqi"})
    assert read_site(home) == Site("金桥街道", "Asia/Urumqi")
    with acting_as(first):
        street = Unit.objects.get()
        assert street.name == "金桥街道"
        Device.objects.create(node=street.node, name="一号机", token_hash=b"x", enrolled_at=AT)
    client.post("/first-steps/site/", {"site": "金桥街道", "zone": "Asia/Tokyo"})
    assert read_site(home).zone == "Asia/Urumqi"
