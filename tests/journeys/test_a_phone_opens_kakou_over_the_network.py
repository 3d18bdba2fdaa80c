"""A phone installs the root and opens Kakou at the machine's address on the network.

There, and only there, a gate app can use the camera, go on without a network, and sign.
"""

from __future__ import annotations

import contextlib
import http.server
import shutil
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings as ours
from playwright.sync_api import Error, expect

from kakou.config.tests.test_kakou_serves import free_port
from kakou.config.tests.test_phones_are_served_on_the_local_network import OUR, Lan
from kakou.config.tls import authority, own
from kakou.config.tls.certificate import Wanted
from kakou.kernel.time import now
from scripts.browser import FLAGS, found

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", *OUR]),
    pytest.mark.skipif(not OUR, reason="this machine has no address but loopback"),
]
BANK = "bank.example.com"
POWERS = """() => ({secure: isSecureContext, camera: Boolean(navigator.mediaDevices?.getUserMedia),
  worker: Boolean(navigator.serviceWorker), crypto: Boolean(crypto.subtle)})"""
WORKER = "self.addEventListener('fetch', () => {});\n"
REGISTER = """async path => {
  const made = await navigator.serviceWorker.register(path);
  const worker = made.installing ?? made.waiting ?? made.active;
  const change = () => new Promise(go => worker.addEventListener('statechange', go, {once: true}));
  while (worker.state !== 'activated') await change();
  const pair = await crypto.subtle.generateKey({name: 'ECDSA', namedCurve: 'P-256'}, false, ['sign']);
  return [new URL(made.scope).origin, worker.state, pair.privateKey.type];
}"""


@pytest.fixture(scope="module")
def lan():
    """`kakou serve --lan`, with a service worker of one line among its static files: the gate app brings its own."""
    worker = ours.STATIC_ROOT / f"worker-of-a-test-{free_port()}.js"
    worker.write_text(WORKER)
    home = Path(tempfile.mkdtemp(prefix="kkl"))
    home.chmod(0o711)
    serve = Lan(home, free_port())
    serve.worker = f"/static/{worker.name}"
    try:
        yield serve.start()
    finally:
        worker.unlink()
        serve.end()


@pytest.fixture
def phone(lan, playwright, browser, tmp_path):
    """A browser in whose store of certificates the root is, as Android's and Windows' settings put it there."""
    if not shutil.which("certutil"):
        pytest.skip("certutil (libnss3-tools) is not here, so no browser can be made to trust a root")
    store = tmp_path / ".pki/nssdb"
    store.mkdir(parents=True)
    base = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*base, "-N", "--empty-password"], check=True)
    subprocess.run([*base, "-A", "-t", "C,,", "-n", "kakou", "-i", str(lan.tls / "root.pem")], check=True)
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=found(),
        args=[*FLAGS, f"--host-resolver-rules=MAP {BANK} 127.0.0.1"],
        env={"HOME": str(tmp_path)},
    )
    yield context.new_page()
    context.close()


def test_with_the_root_installed_the_address_of_the_network_is_a_secure_context(lan, phone, record_property):
    address = f"https://{OUR[0]}:{lan.port}"
    answer = phone.goto(f"{address}/accounts/login/")
    told = answer.security_details()
    assert (answer.status, told["issuer"][:5], told["protocol"]) == (200, "Kakou", "TLS 1.3")
    assert phone.evaluate(POWERS) == {"secure": True, "camera": True, "worker": True, "crypto": True}
    assert phone.evaluate(REGISTER, lan.worker) == [address, "activated", "private"]
    record_property("workers_over_the_network", 1)


@pytest.fixture
def thief(lan, tmp_path):
    """Somebody who took the root's key and speaks for a bank with it; the port at which he waits."""
    root = x509.load_pem_x509_certificate((lan.tls / "root.pem").read_bytes())
    root_key = serialization.load_pem_private_key((lan.tls / "root.key").read_bytes(), password=None)
    key, pem = authority.make_key(), serialization.Encoding.PEM
    leaf = authority.make_leaf(key, root, root_key, [BANK], [], now())
    form = (pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "bank.pem").write_bytes(key.private_bytes(*form) + leaf.public_bytes(pem))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "bank.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


class Silent(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)

    def log_message(self, *_):
        pass

    def handle(self):
        with contextlib.suppress(OSError):  # the phone hangs up in the handshake
            super().handle()


def test_a_thief_of_the_roots_key_is_refused_where_he_speaks_for_another_site(lan, phone, thief):
    assert phone.goto(f"https://{OUR[0]}:{lan.port}/accounts/login/").status == 200  # it trusts the root as such
    with pytest.raises(Error, match="ERR_CERT_INVALID"):
        phone.goto(f"https://{BANK}:{thief}/")


def test_typed_without_https_the_phone_lands_there_all_the_same(lan, phone):
    phone.goto(f"http://{OUR[0]}:{lan.port}/accounts/login/")
    expect(phone).to_have_url(f"https://{OUR[0]}:{lan.port}/accounts/login/")


def test_before_that_the_phone_reads_how_to_by_plain_http_and_is_warned_of_the_rest(lan, browser):
    context = browser.new_context(locale="en-GB", user_agent="Mozilla/5.0 (Linux; Android 14; K) Chrome/128.0 Mobile")
    page = context.new_page()
    try:
        page.goto(f"http://{OUR[0]}:{lan.port}/root-certificate/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Kakou on your phone")
        assert page.evaluate(POWERS) == {"secure": False, "camera": False, "worker": False, "crypto": False}
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Download for phones").click()
        assert fetched.value.suggested_filename == "kakou-root.crt"
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(f"https://{OUR[0]}:{lan.port}/accounts/login/")
    finally:
        context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_steps_stand_on_desk_and_phone(sit, district, settings, tmp_path, language):
    made = own.certificate(Wanted(tmp_path / "tls", (), ("gate",), ()), now())
    settings.TLS_ROOT, settings.LAN_URLS = str(made.root), ["https://192.168.7.20:8000"]
    desk = sit(None, language=language)
    page = desk.open("/root-certificate/")
    for steps in page.locator("details.steps > summary").all():
        steps.click()
    assert desk.flaws(f"root-certificate-{language}") == []
    office = sit(district.cast.secretary, language=language)
    office.open("/devices/")
    assert office.flaws(f"phones-root-{language}") == []
