"""Before it ends, and when the machine gets another address; else it stays, and so does the root."""

import datetime as dt
import ipaddress
from dataclasses import replace

import pytest

from kakou.config.tls import own
from kakou.config.tls.certificate import CertificateUnfit
from kakou.config.tls.keeper import LOOKS_EVERY, Keeper
from kakou.config.tls.tests.conftest import AT, handshake

NEW = ipaddress.ip_address("10.3.0.9")


@pytest.fixture
def addresses(wanted):
    return list(wanted.addresses)


@pytest.fixture
def keeper(wanted, clock, addresses):
    return Keeper(
        own.certificate, wanted, host="0.0.0.0", port=8000, hosts=("192.168.7.99",), clock=clock,
        addresses=lambda host: tuple(addresses),
    )  # fmt: skip


def test_it_stays_as_it_is_while_nothing_changes(keeper, clock):
    before = keeper.held.file.read_bytes()
    clock.at += dt.timedelta(days=300)
    assert not keeper.look(LOOKS_EVERY)
    assert keeper.held.file.read_bytes() == before


def test_a_month_before_it_ends_there_is_a_new_one_by_the_same_root(keeper, clock):
    before, root = keeper.held, keeper.root.read_bytes()
    clock.at = before.ends - own.RENEWED_BEFORE
    assert not keeper.look(LOOKS_EVERY)  # the pages need not be told
    assert keeper.held.ends > before.ends + dt.timedelta(days=300)
    assert keeper.root.read_bytes() == root


def test_it_is_not_looked_at_all_the_time(keeper, clock):
    clock.at = keeper.held.ends
    assert keeper.look(LOOKS_EVERY - 1) is False
    assert keeper.held.ends == clock.at


def test_a_new_address_is_in_the_next_certificate_and_the_pages_are_told(keeper, addresses):
    addresses.insert(0, NEW)
    assert keeper.look(LOOKS_EVERY)
    assert handshake(keeper.held.file, keeper.held.key, keeper.root, str(NEW)) == ""
    assert keeper.urls()[0] == f"https://{NEW}:8000"
    assert str(NEW) in keeper.env()["KAKOU_HOSTS"].split(",")


def test_an_address_that_goes_and_comes_again_changes_nothing(keeper, addresses):
    before, gone = keeper.held.file.read_bytes(), addresses.pop()
    assert not keeper.look(LOOKS_EVERY)
    addresses.append(gone)
    keeper.look(2 * LOOKS_EVERY)
    assert keeper.held.file.read_bytes() == before


def test_what_somebody_set_as_hosts_holds_besides(keeper):
    hosts = keeper.env()["KAKOU_HOSTS"].split(",")
    assert {"192.168.7.99", "gate", "gate.local", "192.168.7.20", "[fd00::7]"} <= set(hosts)


def test_a_damaged_leaf_is_made_anew(wanted):
    made = own.certificate(wanted, AT)
    made.file.write_bytes(made.file.read_bytes()[:-200])
    again = own.certificate(wanted, AT)
    assert handshake(again.file, again.key, again.root, "gate") == ""


def test_a_leaf_of_another_root_is_made_anew(wanted, folder):
    own.certificate(wanted, AT)
    for file in ("root.pem", "root.key"):
        (folder / file).unlink()
    again = own.certificate(wanted, AT)
    assert handshake(again.file, again.key, again.root, "gate") == ""


def test_a_root_without_its_key_is_refused_and_says_what_to_do(wanted, folder):
    own.certificate(wanted, AT)
    (folder / "root.key").unlink()
    with pytest.raises(CertificateUnfit, match="remove the folder"):
        own.certificate(wanted, AT)


def test_a_name_that_came_later_is_refused_and_says_what_to_do(wanted):
    own.certificate(wanted, AT)
    with pytest.raises(CertificateUnfit, match=r"made without the name kakou\.lan"):
        own.certificate(replace(wanted, asked=("kakou.lan",)), AT)


def test_a_renewal_that_fails_is_told_and_what_was_held_goes_on(keeper, clock, folder):
    before = keeper.held
    (folder / "root.key").unlink()
    clock.at = before.ends - own.RENEWED_BEFORE
    assert not keeper.look(LOOKS_EVERY)
    assert keeper.held == before
    assert "remove the folder" in keeper.complaint
