"""What somebody gives with --cert and --key is refused before anything starts when it cannot serve."""

import datetime as dt
import ipaddress
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kakou.config.tls import authority, given
from kakou.config.tls.certificate import CertificateUnfit, Wanted, covers
from kakou.config.tls.keeper import Keeper
from kakou.config.tls.tests.conftest import AT

PEM, DAY = serialization.Encoding.PEM, dt.timedelta(days=1)
OPEN = serialization.NoEncryption()
ADDRESS = ipaddress.ip_address("192.168.7.20")


@pytest.fixture
def give(tmp_path):
    """`give(names=…, …)` → what is wanted, with a certificate as somebody's company would make it."""

    def make(*names, begins=AT - DAY, ends=AT + 90 * DAY, key=None, encryption=OPEN, asked=()):
        key = key or authority.make_key()
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kakou.example.org")])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(ends)
        if names:
            held = [x509.IPAddress(n) if n is ADDRESS else x509.DNSName(n) for n in names]
            builder = builder.add_extension(x509.SubjectAlternativeName(held), critical=False)
        certificate, key_file = tmp_path / "server.pem", tmp_path / "server.key"
        certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(PEM))
        key_file.touch(mode=0o600)
        key_file.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption))
        return Wanted(tmp_path / "tls", asked, (), (), certificate, key_file)

    return make


def refusal(wanted):
    with pytest.raises(CertificateUnfit) as refused:
        given.certificate(wanted, AT)
    return str(refused.value)


def test_one_that_is_fit_is_taken_with_the_names_it_holds(give):
    held = given.certificate(give("kakou.example.org", ADDRESS), AT)
    assert (held.names, held.addresses, held.root) == (("kakou.example.org",), (ADDRESS,), None)


def test_a_key_of_another_certificate_is_refused(give, tmp_path):
    wanted = give("kakou.example.org")
    other = authority.make_key().private_bytes(PEM, serialization.PrivateFormat.PKCS8, OPEN)
    wanted.key.write_bytes(other)
    assert f"{wanted.key} does not belong to the certificate {wanted.certificate}" in refusal(wanted)


def test_one_that_has_ended_is_refused_with_the_day(give):
    assert f"ended on {AT - DAY:%Y-%m-%d}" in refusal(give("kakou.example.org", begins=AT - 9 * DAY, ends=AT - DAY))


def test_one_that_has_not_begun_is_refused(give):
    assert "clock" in refusal(give("kakou.example.org", begins=AT + DAY))


def test_one_without_names_is_refused(give):
    assert "names no host" in refusal(give())


def test_a_name_that_was_set_must_be_in_it(give):
    assert "not for kakou.example.com" in refusal(give("kakou.example.org", asked=("kakou.example.com",)))
    assert given.certificate(give("*.example.com", asked=("kakou.example.com",)), AT)


@pytest.mark.parametrize(
    ("held", "name", "good"),
    [
        ("*.a.org", "b.a.org", True),
        ("*.a.org", "c.b.a.org", False),
        ("*.a.org", "a.org", False),
        ("A.org", "a.ORG", True),
    ],
)
def test_a_wildcard_stands_for_one_label(held, name, good):
    assert covers((held,), name) is good


def test_a_key_that_everybody_may_read_is_refused(give):
    wanted = give("kakou.example.org")
    wanted.key.chmod(0o644)
    assert f"chmod 600 {wanted.key}" in refusal(wanted)


def test_a_key_behind_a_password_is_refused(give):
    locked = serialization.BestAvailableEncryption(b"secret")
    assert "locked with a password" in refusal(give("kakou.example.org", encryption=locked))


def test_a_key_too_short_for_any_browser_is_refused(give):
    assert "cannot serve" in refusal(give("kakou.example.org", key=rsa.generate_private_key(65537, 1024)))


def test_a_file_that_is_not_there_or_is_something_else_is_refused(give, tmp_path):
    wanted = give("kakou.example.org")
    assert "No such file" in refusal(replace(wanted, certificate=tmp_path / "nothing.pem"))
    assert "holds no certificate" in refusal(replace(wanted, certificate=wanted.key))
    assert "holds no private key" in refusal(replace(wanted, key=wanted.certificate))


def test_phones_open_it_by_its_names(give):
    keeper = Keeper(
        given.certificate, give("*.example.org", "kakou.example.org"), host="0.0.0.0", port=443, clock=lambda: AT,
        addresses=lambda host: (ADDRESS,),
    )  # fmt: skip
    assert keeper.urls() == ("https://kakou.example.org:443",)
    assert keeper.env()["KAKOU_HOSTS"] == ".example.org,kakou.example.org"
    assert keeper.env()["KAKOU_TLS_ROOT"] == ""
