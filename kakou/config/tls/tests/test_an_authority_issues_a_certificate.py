"""By ACME (RFC 8555): the name is proved on port 80, the first certificate is waited for, the next one is not. A real
authority of tests (Pebble) with a DNS server of its own answers."""

import datetime as dt
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from kakou.config.tests.conftest import free_port, until
from kakou.config.tls import authority, issued
from kakou.config.tls.certificate import CertificateUnfit, Issuer, Wanted
from kakou.config.tls.files import PEM, pem_of, write
from kakou.config.tls.issued import AGAIN, Issued, due, folder
from kakou.config.tls.keeper import LOOKS_EVERY, Keeper
from kakou.config.tls.tests.conftest import AT, handshake
from kakou.kernel.time import now

NAME, OTHER = "kakou.example.org", "gate.example.org"
LASTS = 90 * 86_400  # seconds: of what the authority issues
PEBBLE = shutil.which("pebble-challtestsrv") and shutil.which("pebble")

if not PEBBLE and os.environ.get("CI"):
    pytest.fail("CI needs Pebble (make setup-dev)", pytrace=False)
pytestmark = pytest.mark.skipif(not PEBBLE, reason="no Pebble on this machine (Debian, Ubuntu: apt install pebble)")


class Authority:
    """The authority's process and its DNS server's. `answers`: it asks for proofs at the port of this machine."""

    def __init__(self, at: Path) -> None:
        self.folder, self.port, self.proof, self._manage, dns = at, *(free_port() for _ in range(4))
        self.url = f"https://localhost:{self.port}/dir"
        root_key, key = authority.make_key(), authority.make_key()
        root = authority.make_root(root_key, ("localhost",), (), AT)
        write(at / "root.pem", root.public_bytes(PEM))
        write(at / "pebble.key", pem_of(key))
        write(at / "pebble.pem", authority.make_leaf(key, root, root_key, ("localhost",), (), AT).public_bytes(PEM))
        told = {
            "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self._manage}",
            "certificate": str(at / "pebble.pem"), "privateKey": str(at / "pebble.key"), "httpPort": self.proof,
            "tlsPort": free_port(), "certificateValidityPeriod": LASTS,
        }  # fmt: skip
        (at / "pebble.json").write_text(json.dumps({"pebble": told}))
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        only_names = ("-http01", "", "-https01", "", "-tlsalpn01", "", "-management", f"127.0.0.1:{free_port()}")
        names = ("-dns01", f"127.0.0.1:{dns}", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", *only_names)
        env = {**os.environ, "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}  # the library tries again
        self.processes = [
            subprocess.Popen(["pebble-challtestsrv", *names], **silent),
            subprocess.Popen(
                ["pebble", "-strict", "-config", at / "pebble.json", "-dnsserver", f"127.0.0.1:{dns}"],
                env=env, **silent,
            ),
        ]  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self.root()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("Pebble does not start")

    def root(self) -> bytes:
        """By which it signs, as phones would know it."""
        trusted = ssl.create_default_context(cafile=self.folder / "root.pem")
        url = f"https://localhost:{self._manage}/roots/0"
        with urllib.request.urlopen(url, context=trusted, timeout=5) as answer:
            return bytes(answer.read())

    def stop(self) -> None:
        """Nobody answers any more."""
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("authority"))
    yield made
    made.stop()


@pytest.fixture
def wanted(running, folder, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.folder / "root.pem"))
    issuer = Issuer(running.url, "duty@example.org", running.proof)
    return Wanted(folder, (NAME,), (), (), issuer=issuer)


def leaf_of(held) -> x509.Certificate:
    return x509.load_pem_x509_certificate(held.file.read_bytes())


def test_phones_that_know_the_authority_are_content(wanted, running, tmp_path):
    held = Issued()(wanted, now())
    (tmp_path / "issuer.pem").write_bytes(running.root())
    assert handshake(held.file, held.key, tmp_path / "issuer.pem", NAME) == ""
    assert (held.names, held.addresses, held.root) == ((NAME,), (), None)
    assert {file.stat().st_mode & 0o777 for file in folder(wanted).iterdir()} == {0o600}


def test_the_port_of_the_proof_is_open_during_the_order_only(wanted, running):
    Issued()(wanted, now())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.proof), timeout=5)


def test_a_restart_takes_what_is_held_and_asks_nobody(wanted):
    before = Issued()(wanted, now())
    away = replace(wanted, issuer=replace(wanted.issuer, port=1))  # nothing could be proved there
    assert leaf_of(Issued()(away, now())) == leaf_of(before)


def test_another_name_is_asked_for_at_the_next_start(wanted):
    Issued()(wanted, now())
    both = replace(wanted, asked=(NAME, OTHER))
    assert set(Issued()(both, now()).names) == {NAME, OTHER}


def test_one_account_serves_for_all_orders(wanted):
    Issued()(wanted, now())
    key = (folder(wanted) / "account.key").read_bytes()
    (folder(wanted) / "leaf.pem").unlink()
    Issued()(wanted, now())
    assert (folder(wanted) / "account.key").read_bytes() == key


@pytest.fixture
def keeper(wanted, clock):
    return Keeper(Issued(), wanted, host="127.0.0.1", port=8443, hosts=(NAME,), clock=clock, addresses=lambda _: ())


def complaint(keeper):
    """After another look: why there is no newer one, "" when all is well."""
    keeper.look(keeper.looked_at + LOOKS_EVERY)
    return keeper.complaint


def test_with_a_third_of_its_time_left_the_next_one_is_ordered_beside_the_work(keeper, clock):
    before = leaf_of(keeper.held)
    clock.at = due(before) - dt.timedelta(minutes=1)
    keeper.look(LOOKS_EVERY)
    assert leaf_of(keeper.held) == before
    clock.at = due(before)
    began = time.monotonic()
    keeper.look(2 * LOOKS_EVERY)
    assert time.monotonic() - began < 1  # an order of these takes longer: nobody waited for it
    until(lambda: leaf_of(keeper.held) != before)
    assert keeper.urls() == (f"https://{NAME}:8443",)


def test_an_authority_that_is_away_is_told_and_what_was_held_goes_on(keeper, clock):
    before = leaf_of(keeper.held)
    known = keeper.wanted
    nowhere = replace(known.issuer, directory=known.issuer.directory.replace("/dir", "/nowhere"))
    keeper.wanted = replace(known, issuer=nowhere)
    clock.at = due(before)
    until(lambda: "no answer that can be used" in complaint(keeper))
    assert leaf_of(keeper.held) == before
    clock.at += AGAIN  # and it is asked again
    keeper.wanted = known
    until(lambda: not complaint(keeper) and leaf_of(keeper.held) != before)


def test_a_name_that_is_not_found_here_is_refused_and_says_what_to_look_at(wanted):
    other = replace(wanted, issuer=replace(wanted.issuer, port=free_port()))
    with pytest.raises(CertificateUnfit, match=rf"{NAME}.*router let port 80 through"):
        Issued()(other, now())
    assert not (folder(wanted) / "leaf.pem").exists()


def test_a_port_that_is_taken_is_refused_and_says_what_to_do(wanted):
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("::", 0), family=socket.AF_INET6):
        other = replace(wanted, issuer=replace(wanted.issuer, port=taken.getsockname()[1]))
        with pytest.raises(CertificateUnfit, match="cannot be opened"):
            Issued()(other, now())


def test_an_account_key_that_is_damaged_is_refused_and_says_what_to_do(wanted):
    Issued()(wanted, now())
    (folder(wanted) / "leaf.pem").unlink()
    (folder(wanted) / "account.key").write_bytes(b"-----BEGIN")
    with pytest.raises(CertificateUnfit, match=r"account\.key.*another account is made"):
        Issued()(wanted, now())


def test_a_disk_that_takes_no_certificate_is_told_and_what_was_held_goes_on(keeper, clock, monkeypatch):
    def full(file, text):
        raise OSError(28, "No space left on device", str(file))

    before = leaf_of(keeper.held)
    monkeypatch.setattr(issued, "write", full)
    clock.at = due(before)
    until(lambda: "No space left" in complaint(keeper))
    assert leaf_of(keeper.held) == before


def test_no_name_or_one_that_nobody_issues_for_is_refused_before_anybody_is_asked(wanted):
    for asked, words in (((), "Say in KAKOU_HOSTS"), (("kakou",), "No authority issues for kakou,"),
                         ((".example.org",), "No authority issues")):  # fmt: skip
        with pytest.raises(CertificateUnfit, match=words):
            Issued()(replace(wanted, asked=asked), now())
