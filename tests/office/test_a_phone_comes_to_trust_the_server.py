"""The root certificate and the way to install it, for whoever asks: before any login, on any system."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from django.utils import timezone

from kakou.access.pages.certificate import drawn
from kakou.access.scope import acting_as_system
from kakou.config.tls import own
from kakou.config.tls.certificate import Wanted
from kakou.places.models import Entrance, Unit
from kakou.places.rules import EntranceKind, UnitKind
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PAGE, CRT, PEM = "/root-certificate/", "/root-certificate/kakou-root.crt", "/root-certificate/kakou-root.pem"
ADDRESS = "https://192.168.7.20:8000"
AFAR = {"x-kakou-client": "192.168.7.55", "x-kakou-scheme": "http"}
BY_TLS = AFAR | {"x-kakou-scheme": "https"}
AGENTS = {
    "harmony": "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 ArkWeb/4.1 Mobile",
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5",
    "android": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/128.0 Mobile",
    "windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0",
}
FIRST = {"harmony": "HarmonyOS", "ios": "iPhone", "android": "Android", "windows": "Windows"}


@pytest.fixture
def root(tmp_path, settings):
    """A server with a root of its own, as `kakou serve --lan` tells the pages."""
    made = own.certificate(Wanted(tmp_path / "tls", (), ("gate",), ()), timezone.now())
    settings.TLS_ROOT, settings.LAN_URLS = str(made.root), [ADDRESS, "https://gate:8000"]
    settings.ALLOWED_HOSTS = ["192.168.7.20", "gate", *settings.ALLOWED_HOSTS]
    return x509.load_pem_x509_certificate(Path(made.root).read_bytes())


def page(agent="", language="en", **headers):
    return Client(headers={"accept-language": language, "user-agent": agent, **headers}).get(PAGE)


def pairs(answer):
    """The fingerprints that a page shows."""
    return {re.sub(r"<br>|:", "", found) for found in re.findall(r"(?:[0-9A-F]{2}(?::|<br>|(?=<))){32}", answer.text)}


def test_the_root_is_handed_out_in_the_forms_that_phones_take(root):
    crt, pem = Client().get(CRT), Client().get(PEM)
    assert x509.load_der_x509_certificate(crt.content) == x509.load_pem_x509_certificate(pem.content) == root
    assert crt["Content-Type"] == "application/x-x509-ca-cert"
    assert pem["Content-Type"] == "application/x-pem-file"
    assert 'filename="kakou-root.crt"' in crt["Content-Disposition"]
    assert b"PRIVATE" not in pem.content
    assert Client().get("/root-certificate/kakou-root.key").status_code == 404


def test_without_a_root_there_is_nothing_to_fetch_and_the_page_says_so():
    assert Client().get(CRT).status_code == 404
    assert "kakou serve --lan" in page().text


@pytest.mark.parametrize("headers", [{}, BY_TLS], ids=["this machine", "tls"])
def test_a_desk_shows_the_fingerprint_that_the_file_has(root, headers):
    digest = hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest().upper()
    assert pairs(page(AGENTS["windows"], **headers)) == {digest}


@pytest.mark.parametrize(("agent", "headers"), [("android", AFAR), ("android", BY_TLS), ("windows", AFAR)], ids=str)
def test_what_cannot_prove_itself_sends_to_the_offices_screen(root, agent, headers):
    shown = page(AGENTS[agent], **headers)
    assert pairs(shown) == set()
    assert "fingerprint on the office&#x27;s screen" in shown.text or "fingerprint on the office's screen" in shown.text


@pytest.mark.parametrize("system", AGENTS)
def test_a_phone_finds_its_own_steps_open_and_first(root, system):
    shown = page(AGENTS[system]).text
    summaries = re.findall(r"<details class=\"steps\"( open)?><summary[^>]*>([^<]+)", shown)
    assert summaries[0][0] == " open"
    assert summaries[0][1].startswith(FIRST[system])
    assert [name for opened, name in summaries if opened] == [summaries[0][1]]
    assert len(summaries) == len(AGENTS)


def test_it_is_told_in_both_languages_without_a_form(root):
    assert "证书信任设置" in page(language="zh-CN").text
    assert "Certificate Trust Settings" in page(language="en").text
    chosen = Client(headers={"accept-language": "en"}).get(PAGE, {"language": "zh-hans"})
    assert "证书信任设置" in chosen.text
    assert "<form" not in chosen.text


def test_codes_lead_to_the_address_of_the_network_and_not_to_this_machine(root):
    shown = page().text
    assert f"{ADDRESS}/" in shown
    assert f"http{ADDRESS.removeprefix('https')}{PAGE}" in shown
    by_name = Client(headers=BY_TLS).get(PAGE, headers={"host": "gate:8000"})
    assert "https://gate:8000/" in by_name.text


def test_the_code_of_a_new_phone_names_an_address_that_it_can_reach(root, cast, tree):
    """The office sits at the server itself, on 127.0.0.1; the phone does not."""
    with acting_as_system():
        unit = Unit.objects.create(node=tree.garden, kind=UnitKind.COMPOUND, name="花园")
        kind = EntranceKind.COMPOUND_GATE
        Entrance.objects.create(node=tree.garden_gate, unit=unit, name="东门", kind=kind, state="staffed")
    client = Client()
    sign_in(client, cast.lead)
    shown = client.post("/devices/enrol/", {"node": tree.garden_gate.pk, "name": "three"}).text
    token = re.search(r'class="token">([^<]+)<', shown)[1]
    assert drawn(f"{ADDRESS}/gate/#1.{token}") in shown
    assert PAGE in shown


def test_the_page_of_phones_shows_the_office_what_to_compare(root, cast):
    client = Client()
    sign_in(client, cast.lead)
    shown = client.get("/devices/")
    assert pairs(shown) == {hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest().upper()}
    assert PAGE in shown.text


def test_one_address_may_not_ask_without_end_and_another_is_not_hindered(root):
    noisy, calm = Client(headers=AFAR), Client(headers=AFAR | {"x-kakou-client": "192.168.7.56"})
    answers = [noisy.get(CRT).status_code for _ in range(61)]
    assert (answers[:60], answers[60]) == ([200] * 60, 429)
    assert noisy.get(PAGE).status_code == 429
    assert calm.get(CRT).status_code == 200


def test_the_file_is_what_its_fingerprint_is_of(root):
    """As `certutil -hashfile kakou-root.crt SHA256` counts it on Windows."""
    body = Client().get(PEM).text
    inner = base64.b64decode("".join(body.splitlines()[1:-1]))
    assert inner == Client().get(CRT).content
