"""An authority's query service is asked through an adapter, over real HTTP; without one, what is shown is observed."""

from __future__ import annotations

import datetime as dt
import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.kernel.time import to_ms
from kakou.places.models import Entrance, Unit
from kakou.screening.official import LOOKS, Answer, Asked
from kakou.screening.queries.official import service
from kakou.screening.rules import Look
from tests.cast import AT, enrol, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
NUMBER = "11010519491231002X"
HERE = "kakou.screening.tests.test_an_official_service_is_asked"


class Authority(BaseHTTPRequestHandler):
    """A small server that knows two people, takes its time with a third, and is rude to a fourth."""

    KNOWN = {
        NUMBER: {"colour": "green", "made": "2021-08-14T07:58:00+08:00", "region": "320324"},
        "rude": {"colour": "purple"},
        "yellow": {"colour": "yellow"},
    }

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = self.KNOWN.get(asked["who"])
        self.send_response(500 if asked["who"] == "broken" else 200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *_):
        pass


class Adapter:
    """As an office would write it."""

    name = "Province"
    looks = frozenset({Look.HEALTH})
    url = ""

    def ask(self, asked: Asked) -> Answer | None:
        body = json.dumps({"who": asked.document_no or asked.shown}).encode()
        with urllib.request.urlopen(self.url, body, timeout=2) as answer:
            found = json.load(answer)
        if found is None:
            return None
        made = dt.datetime.fromisoformat(found["made"]) if "made" in found else None
        return Answer(found["colour"], made, found.get("region"))


class Misfit(Adapter):
    looks = LOOKS | {Look.MASK}


@pytest.fixture
def authority(settings, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(Adapter, "url", f"http://127.0.0.1:{server.server_port}/")
    settings.CODE_SERVICE = f"{HERE}.Adapter"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(cast, tree):
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind="compound", name="Garden")
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="gate", kind="compound_gate")
    client = Client(headers={"authorization": f"Bearer {enrol(cast.lead, tree.garden_gate)[1]}"})

    def ask(**body):
        answer = client.post("/api/gate/codes/ask", body, content_type="application/json")
        return answer.status_code, answer.json()

    with time_machine.travel(AT, tick=False):
        yield ask


def test_what_the_authority_says_is_told_and_audited_without_naming_anybody(ask, authority):
    status, told = ask(look="health", document_kind="10", document_no=NUMBER, name="张三")
    made = to_ms(dt.datetime.fromisoformat("2021-08-14T07:58:00+08:00"))
    assert (status, told) == (200, {"result": "green", "at": made, "region": "320324", "service": "Province"})
    event = Event.objects.using("owner").get(action="code.asked")
    assert (event.facts["look"], event.facts["result"], event.subject) == ("health", "green", "")
    assert set(event.facts) == {"look", "result", "device"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"look": "health", "shown": "yellow"}, 200),
        ({"look": "health", "shown": "nobody"}, 404),
        ({"look": "health", "shown": "rude"}, 503),
        ({"look": "health", "shown": "broken"}, 503),
        ({"look": "travel", "shown": "yellow"}, 503),  # this authority knows of no travel codes
        ({"look": "health"}, 422),
        ({"look": "mask", "shown": "yellow"}, 422),
        ({"look": "health", "shown": "x" * 8_001}, 422),
    ],
)
def test_any_other_answer_sends_the_gate_back_to_what_is_shown(ask, authority, body, status):
    assert ask(**body)[0] == status


def test_a_silent_authority_is_no_answer(ask, authority):
    authority.shutdown()
    authority.server_close()
    status, told = ask(look="health", shown="yellow")
    assert (status, told["code"]) == (503, "official-unavailable")


def test_without_a_service_nothing_is_asked(ask, settings):
    settings.CODE_SERVICE = ""
    status, told = ask(look="health", shown="yellow")
    assert (status, told["code"]) == (503, "official-unavailable")
    assert not Event.objects.using("owner").filter(action="code.asked").exists()


@pytest.mark.parametrize("path", ["nowhere.Adapter", f"{HERE}.Misfit"])
def test_an_adapter_that_is_none_stops_the_start(settings, path):
    settings.CODE_SERVICE = path
    with pytest.raises(ImproperlyConfigured):
        service()


def test_the_trust_page_says_whether_codes_are_verified(authority, settings, admin_page):
    assert "Province" in admin_page("/screening/trust/")
    settings.CODE_SERVICE = ""
    assert "no official query service is connected" in admin_page("/screening/trust/")


@pytest.fixture
def admin_page(cast):
    client = Client(headers={"accept-language": "en"})
    with time_machine.travel(AT, tick=False):
        sign_in(client, cast.administrator)
        yield lambda url: client.get(url).content.decode()


def test_a_stolen_phone_does_not_ask_about_a_whole_town(ask, authority):
    """As often as a queue needs it, and no oftener: else its token tells of anybody what only the authority knows."""
    statuses = [ask(look="health", document_kind="10", document_no=f"{n:018}")[0] for n in range(30)]
    assert statuses == [404] * 20 + [429] * 10
    assert ask(look="health", document_no=NUMBER)[1]["code"] == "too-often"
    assert Event.objects.using("owner").filter(action="code.asked").count() == 20
    with time_machine.travel(AT + dt.timedelta(minutes=2), tick=False):
        assert ask(look="health", document_kind="10", document_no=NUMBER)[0] == 200
