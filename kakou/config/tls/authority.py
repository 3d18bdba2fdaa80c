"""A small authority of one machine: a root that can speak for this machine and nothing else, and leaves below it.

The root is installed on phones, so what it could do in a wrong hand is cut down in the root itself (RFC 5280, 4.2.1.9
to 12): it signs servers only, no further authorities, and only names of this machine and addresses of private networks.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kakou.config.tls.certificate import Address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PRIVATE: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10",
         "::1/128"),
    )
)  # fmt: skip
ALWAYS: tuple[Address, ...] = (ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1"))
LOCALHOST = "localhost"
ROOT_LASTS = dt.timedelta(days=3650)
LEAF_LASTS = dt.timedelta(days=397)  # what browsers allow, and phones of roots that people installed too
SLOW_CLOCKS = dt.timedelta(days=2)  # a phone whose clock is behind takes it all the same


def make_key() -> ec.EllipticCurvePrivateKey:
    """P-256: what every phone of the last ten years knows."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(
    key: ec.EllipticCurvePrivateKey, names: Iterable[str], addresses: Iterable[Address], at: dt.datetime
) -> x509.Certificate:
    """The root for a machine of these names and addresses."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Kakou"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Kakou {next(iter(names), '')} {at:%Y-%m-%d}"[:64]),
        ]
    )
    own = [ipaddress.ip_network(address) for address in addresses if not is_private(address)]
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys((*names, LOCALHOST))]
    permitted += [x509.IPAddress(network) for network in (*PRIVATE, *own)]
    return (
        _builder(subject, subject, key.public_key(), at, ROOT_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def make_leaf(
    key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    addresses: Sequence[Address],
    at: dt.datetime,
) -> x509.Certificate:
    """A leaf for these names and addresses, and for this machine's own."""
    held: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys((*names, LOCALHOST))]
    held += [x509.IPAddress(address) for address in dict.fromkeys((*addresses, *ALWAYS))]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kakou")])
    return (
        _builder(subject, root.subject, key.public_key(), at, LEAF_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(held), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def is_private(address: Address) -> bool:
    """Does it lie in a network that nobody on the internet is reached in?"""
    return any(address.version == network.version and address in network for network in PRIVATE)


def permitted(root: x509.Certificate) -> tuple[frozenset[str], tuple[Network, ...]]:
    """The names and networks for which a root of ours may sign."""
    bound = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    names = frozenset(one.value for one in bound if isinstance(one, x509.DNSName))
    networks = [one.value for one in bound if isinstance(one, x509.IPAddress)]
    kinds = (ipaddress.IPv4Network, ipaddress.IPv6Network)
    return names, tuple(network for network in networks if isinstance(network, kinds))


def may_name(root: x509.Certificate, name: str) -> bool:
    """May it sign for that name, as itself or below one of its names?"""
    return any(name == held or name.endswith("." + held) for held in permitted(root)[0])


def may_address(root: x509.Certificate, address: Address) -> bool:
    """May it sign for that address?"""
    return any(address.version == network.version and address in network for network in permitted(root)[1])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: dt.datetime, lasts: dt.timedelta
) -> x509.CertificateBuilder:
    begins = at - SLOW_CLOCKS
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lasts)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
