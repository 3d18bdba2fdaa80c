"""`kakou serve --lan` as a whole, by real sockets at the machine's own address; the root is all that a phone trusts."""

import contextlib
import http.client
import ipaddress
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import warnings
from pathlib import Path

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from kakou.config.tests.conftest import until
from kakou.config.tests.test_kakou_serves import ROOT, TICKET, Serve, free_port
from kakou.config.tls import authority, machine
from kakou.kernel.time import now
from kakou.ledger.lane.tests.gates import Phone, batch

OUR = [str(address) for address in machine.own_addresses("0.0.0.0") if address.version == 4]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("serve-lan"),
    pytest.mark.allow_hosts(["127.0.0.1", "::1", *OUR]),
    pytest.mark.skipif(not OUR, reason="this machine has no address but loopback"),
]
LOGIN = "/accounts/login/"


class Lan(Serve):
    """A running `kakou serve --lan`."""

    options, patience = ("--lan",), 180

    def end(self):
        if self.runs:
            self.process.terminate()
            self.process.wait(60)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def argv(self):
        return [*super().argv, *self.options]

    @property
    def tls(self):
        return self.home / "tls"

    def phone(self):
        """What a phone that installed the root takes for trustworthy, and nothing else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.tls / "root.pem")
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    def ask(self, method, path, body=None, *, plain=False, host=None, address=None, **headers):
        """(status, headers, body) of one request to the machine's own address."""
        to = (address or OUR[0], self.port)
        made = http.client.HTTPConnection(*to, timeout=20)
        with contextlib.closing(made):
            if not plain:
                made.sock = self.phone().wrap_socket(
                    socket.create_connection(to, timeout=20), server_hostname=host or to[0]
                )
            made.request(method, path, body, headers)
            answer = made.getresponse()
            return answer.status, answer.headers, answer.read()

    def leaf(self):
        """The certificate that a phone is shown."""
        to = (OUR[0], self.port)
        with self.phone().wrap_socket(socket.create_connection(to, timeout=20), server_hostname=to[0]) as shown:
            return x509.load_der_x509_certificate(shown.getpeercert(binary_form=True))


@pytest.fixture(scope="module")
def lan():
    """One installation for all tests here, and what they leave does no harm."""
    home = Path(tempfile.mkdtemp(prefix="kkl"))
    home.chmod(0o711)
    serve = Lan(home, free_port())
    try:
        yield serve.start()
    finally:
        serve.end()


def test_it_says_where_phones_open_it_and_what_they_need_first(lan):
    told = lan.log.read_text()
    assert f"https://{OUR[0]}:{lan.port}" in told
    assert f"http://{OUR[0]}:{lan.port}/root-certificate/" in told
    root = x509.load_pem_x509_certificate((lan.tls / "root.pem").read_bytes())
    assert root.fingerprint(hashes.SHA256()).hex(":").upper() in told


def test_pages_come_over_tls_at_the_address_of_the_network(lan):
    status, headers, body = lan.ask("GET", LOGIN)
    assert (status, b"<form" in body) == (200, True)
    assert "Strict-Transport-Security" not in headers  # it would bind whatever else runs at that address


def test_a_name_of_the_machine_is_as_good(lan):
    name = machine.own_names()[0]
    assert lan.ask("GET", LOGIN, host=name, Host=f"{name}:{lan.port}")[0] == 200


def test_a_wrong_name_is_refused_by_the_phone_and_by_the_pages(lan):
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        lan.ask("GET", LOGIN, host="kakou.example.org")
    assert lan.ask("GET", LOGIN, Host="kakou.example.org")[0] == 400


def test_who_has_not_installed_the_root_is_warned(lan):
    to = (OUR[0], lan.port)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"self-signed|unable to get local issuer"):
        ssl.create_default_context().wrap_socket(socket.create_connection(to, timeout=20), server_hostname=to[0])


def test_old_tls_is_refused(lan):
    context = lan.phone()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")  # the phone is willing
    with pytest.raises(OSError, match=r"(?i)protocol version|reset|EOF"):
        context.wrap_socket(socket.create_connection((OUR[0], lan.port), timeout=20), server_hostname=OUR[0])


def test_plain_http_from_the_network_is_sent_to_https(lan):
    status, headers, _ = lan.ask("GET", "/places/?place=3", plain=True)
    assert (status, headers["Location"]) == (307, f"https://{OUR[0]}:{lan.port}/places/?place=3")
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/intake/passages", LOGIN, "/api/devices/enrol"])
def test_what_is_sent_plainly_from_the_network_is_refused(lan, path):
    status, _, body = lan.ask("POST", path, b"{}", plain=True)
    assert (status, b"https only" in body) == (403, True)


def test_events_are_not_to_be_had_plainly(lan):
    assert lan.ask("GET", "/events", plain=True)[0] == 307


def test_this_machine_is_served_plainly_as_ever(lan):
    assert lan.status() == 200
    assert lan.ask("GET", LOGIN, plain=True, address="127.0.0.1")[0] == 200


def test_the_root_may_be_fetched_before_anything_is_trusted(lan):
    status, headers, page = lan.ask("GET", "/root-certificate/", plain=True)
    assert (status, "Set-Cookie" in headers) == (200, False)
    assert b"kakou-root.crt" in page
    for path in re.findall(rb'(?:href|src)="(/static/[^"]+)"', page):
        assert lan.ask("GET", path.decode(), plain=True)[0] == 200
    status, headers, body = lan.ask("GET", "/root-certificate/kakou-root.crt", plain=True)
    assert (status, headers["Content-Type"]) == (200, "application/x-x509-ca-cert")
    assert (
        x509.load_der_x509_certificate(body).public_bytes(serialization.Encoding.PEM)
        == (lan.tls / "root.pem").read_bytes()
    )


def test_a_form_is_taken_over_tls_and_its_cookies_stay_there(lan):
    _, headers, _ = lan.ask("GET", LOGIN)
    cookie = headers["Set-Cookie"]
    assert "; Secure" in cookie
    token = re.search(r"csrftoken=(\w+)", cookie)[1]
    form = urllib.parse.urlencode({"login": "nobody", "password": "wrong", "csrfmiddlewaretoken": token})
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token}"}
    ours = {"Origin": f"https://{OUR[0]}:{lan.port}", "Referer": f"https://{OUR[0]}:{lan.port}{LOGIN}"}
    assert lan.ask("POST", LOGIN, form, **sent, **ours)[0] == 200  # the form again: the password is wrong
    assert lan.ask("POST", LOGIN, form, **sent, **ours | {"Origin": "https://evil.example"})[0] == 403


# a gate, its lead and an enrolment, as the office makes them on the page
ENROLMENT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "kakou.config.settings"
import django; django.setup()
from kakou.access import actions
from kakou.access.models import Node, Staff
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
with acting_as_system():
    gate = Node.objects.filter(parent=None).first() or actions.add_node(parent=None)
    lead, _ = Staff.objects.get_or_create(username="lead-of-test", defaults={"created_at": now()})
    actions.grant_role(staff=lead, role=Role.GATE_LEAD, node=gate, by=None, at=now())
with acting_as(lead):
    print(actions.issue_enrolment(node=gate, name="phone", by=lead, at=now())[1])
"""


def of_installation(lan, program):
    """What a program says that runs with the installation's own settings."""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=lan.env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip().splitlines()[-1]


def test_a_phone_enrols_and_hands_in_passages_over_tls(lan):
    token = of_installation(lan, ENROLMENT)
    status, _, body = lan.ask(
        "POST", "/api/devices/enrol", json.dumps({"token": token}), **{"Content-Type": "application/json"}
    )
    assert status == 201, body
    phone = Phone(json.loads(body)["token"])
    sent = {"Authorization": f"Bearer {phone.token}", "Content-Type": "application/json"}
    status, _, body = lan.ask("POST", "/intake/passages", batch(phone.items(3)), **sent)
    assert status == 200, body
    assert [item["result"] for item in json.loads(body)["items"]] == ["stored"] * 3


def test_live_events_come_over_tls(lan):
    ticket = of_installation(lan, TICKET)
    to = (OUR[0], lan.port)
    with lan.phone().wrap_socket(socket.create_connection(to, timeout=20), server_hostname=to[0]) as line:
        line.sendall(f"GET /events HTTP/1.1\r\nHost: {to[0]}:{to[1]}\r\nCookie: {ticket}\r\n\r\n".encode())
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
        assert line.recv(65536)


def test_a_certificate_that_nears_its_end_is_renewed_while_phones_stay_connected(lan):
    before = lan.leaf()
    root = x509.load_pem_x509_certificate((lan.tls / "root.pem").read_bytes())
    root_key = serialization.load_pem_private_key((lan.tls / "root.key").read_bytes(), password=None)
    key, names = authority.make_key(), machine.own_names()
    addresses = [ipaddress.ip_address(address) for address in OUR]
    old = authority.make_leaf(key, root, root_key, names, addresses, now() - authority.LEAF_LASTS * 0.97)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    open_line = http.client.HTTPConnection(OUR[0], lan.port, timeout=30)
    open_line.sock = lan.phone().wrap_socket(socket.create_connection((OUR[0], lan.port)), server_hostname=OUR[0])
    front = lan.parts()["front"].pid
    made = lan.tls / "leaf.old"
    made.write_bytes(key.private_bytes(*form) + old.public_bytes(serialization.Encoding.PEM))
    made.replace(lan.tls / "leaf.pem")
    until(lambda: lan.leaf() not in (before, old), seconds=40)
    assert (lan.leaf().not_valid_after_utc - now()).days > 300
    assert lan.parts()["front"].pid == front
    open_line.request("GET", LOGIN)
    assert open_line.getresponse().status == 200
    open_line.close()


def test_files_are_for_our_eyes_only_while_it_runs(lan):
    assert lan.tls.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in lan.tls.iterdir()} == {0o600}


def test_who_says_nothing_or_half_a_head_is_let_go(lan, record_property):
    began, to = time.monotonic(), (OUR[0], lan.port)
    with contextlib.ExitStack() as held:
        silent = held.enter_context(socket.create_connection(to, timeout=40))
        half = held.enter_context(
            lan.phone().wrap_socket(socket.create_connection(to, timeout=40), server_hostname=to[0])
        )
        half.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert silent.recv(1) == b""
        assert half.recv(1) == b""
    record_property("let_go_after_seconds", round(time.monotonic() - began))
    assert time.monotonic() - began < 30


def test_one_address_cannot_hold_all_connections(lan):
    with contextlib.ExitStack() as held:
        for _ in range(230):
            line = held.enter_context(socket.create_connection((OUR[0], lan.port), timeout=20))
        line.settimeout(5)
        assert line.recv(1) == b""  # closed at once, not after the patience with a silent one
        assert lan.status() == 200  # this machine comes from another address
    until(lambda: served(lan))


def served(lan):
    with contextlib.suppress(OSError):
        return lan.ask("GET", LOGIN)[0] == 200


def test_it_listens_where_it_was_told(lan):
    ours = {lan.process.pid, *lan.everything()}
    listening = {c.laddr for c in psutil.net_connections("inet") if c.pid in ours and c.status == "LISTEN"}
    assert {(at.ip, at.port) for at in listening} == {("0.0.0.0", lan.port)}


@pytest.mark.parametrize(
    ("options", "env", "told"),
    [
        (["--host", "0.0.0.0"], {}, "add --lan"),
        (["--host", OUR[0] if OUR else "10.0.0.1"], {}, "add --lan"),
        (["--host", "0.0.0.0"], {"KAKOU_HTTPS": "true"}, "KAKOU_TRUSTED_PROXY"),
        (["--host", "kakou.example.org"], {}, "is no IP address"),
        (["--cert", "x.pem", "--lan"], {}, "belong together"),
        (["--cert", "x.pem", "--key", "x.key"], {}, "add --lan"),
        (["--lan", "--cert", "x.pem", "--key", "x.key"], {}, "x.pem cannot be read"),
        (["--lan", "--host", "203.0.113.77"], {}, "has no address 203.0.113.77"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_served_is_refused_in_words(tmp_path, options, env, told):
    serve = Serve(tmp_path, free_port())
    ran = subprocess.run(
        [*serve.argv, *options], cwd=ROOT, env=serve.env | env, capture_output=True, text=True, check=False, timeout=90
    )
    assert ran.returncode == 2, ran.stderr
    assert told in " ".join(ran.stderr.split())


def test_a_given_certificate_that_does_not_match_its_key_is_refused(tmp_path):
    at, root_key = now(), authority.make_key()
    root = authority.make_root(root_key, ["gate"], [], at)
    leaf = authority.make_leaf(authority.make_key(), root, root_key, ["gate"], [], at)
    cert, key = tmp_path / "server.pem", tmp_path / "server.key"
    cert.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    key.touch(mode=0o600)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(authority.make_key().private_bytes(*form))
    serve = Serve(tmp_path, free_port())
    argv = [*serve.argv, "--lan", "--cert", str(cert), "--key", str(key)]
    ran = subprocess.run(argv, cwd=ROOT, env=serve.env, capture_output=True, text=True, check=False, timeout=90)
    assert ran.returncode == 2
    assert "does not belong to the certificate" in " ".join(ran.stderr.split())
    assert not (tmp_path / "pg").exists()  # nothing was started
