"""What a phone's owner lets in with the root: this machine, and nobody else's site."""

import ipaddress
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from kakou.config.tls import authority, own
from kakou.config.tls.tests.conftest import ADDRESSES, AT, NAMES, handshake

PUBLIC = ipaddress.ip_address("203.0.113.80")


@pytest.fixture
def root(folder, wanted):
    """The root and its key, as somebody who stole them has them."""
    own.certificate(wanted, AT)
    key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), password=None)
    return x509.load_pem_x509_certificate((folder / "root.pem").read_bytes()), key


def signed(folder, root, names, addresses=()):
    """A leaf that the root's key signed for whatever the thief likes."""
    key = authority.make_key()
    leaf = authority.make_leaf(key, *root, names, addresses, AT)
    file = folder / "stolen.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*form) + leaf.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize("name", [*NAMES, *map(str, ADDRESSES), "localhost", "127.0.0.1", "::1"])
def test_a_phone_that_has_the_root_takes_every_name_of_the_machine(folder, wanted, name):
    made = own.certificate(wanted, AT)
    assert handshake(made.file, made.key, made.root, name) == ""


@pytest.mark.parametrize("name", ["other", "192.168.7.21", "gate.example.org"])
def test_a_name_that_is_not_the_machines_is_refused_by_the_phone(folder, wanted, name):
    made = own.certificate(wanted, AT)
    assert "mismatch" in handshake(made.file, made.key, made.root, name)


@pytest.mark.parametrize("name", ["bank.example.com", "xgate", "local"])
def test_with_the_stolen_key_nobody_speaks_for_another_site(folder, root, name):
    file = signed(folder, root, [name])
    assert "permitted subtree violation" in handshake(file, file, folder / "root.pem", name)


def test_with_the_stolen_key_nobody_speaks_for_an_address_of_the_internet(folder, root):
    file = signed(folder, root, [], [PUBLIC])
    assert "permitted subtree violation" in handshake(file, file, folder / "root.pem", str(PUBLIC))


def test_the_root_makes_no_further_authority(folder, root):
    certificate, key = root
    below = authority.make_key()
    middle = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string("CN=middle")).issuer_name(certificate.subject).public_key(below.public_key())
        .serial_number(1).not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(certificate.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(below.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(authority._usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = signed(folder, (middle, below), ["gate"])
    with file.open("ab") as chain:
        chain.write(middle.public_bytes(serialization.Encoding.PEM))
    assert "path length" in handshake(file, file, folder / "root.pem", "gate")


def test_an_address_of_the_internet_that_is_the_machines_own_is_signed_and_its_neighbour_is_not(folder, wanted):
    made = own.certificate(replace(wanted, addresses=(PUBLIC,)), AT)
    assert handshake(made.file, made.key, made.root, str(PUBLIC)) == ""
    moved = own.certificate(replace(wanted, addresses=(PUBLIC + 1,)), AT)
    assert moved.addresses == ()
    assert "mismatch" in handshake(moved.file, moved.key, moved.root, str(PUBLIC + 1))


def test_files_are_for_our_eyes_only(folder, wanted):
    own.certificate(wanted, AT)
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert modes == {"root.pem": 0o600, "root.key": 0o600, "leaf.pem": 0o600}


def test_what_browsers_ask_of_a_leaf_is_kept(folder, wanted):
    leaf = x509.load_pem_x509_certificate(own.certificate(wanted, AT).file.read_bytes())
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 397
    assert leaf.not_valid_before_utc < AT  # a phone whose clock is a day behind takes it
    assert leaf.public_key().curve.name == "secp256r1"
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
