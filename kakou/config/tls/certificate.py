"""What a source of certificates is asked for, and what it gives."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from kakou.kernel.errors import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class CertificateUnfit(Refusal):
    """The certificate, its key or its names cannot serve; nothing was started."""

    code = "certificate-unfit"


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority that issues by ACME (RFC 8555), and who asks it."""

    directory: str  # URL
    mail: str  # of somebody who looks after this machine: the authority writes when something is wrong
    port: int = 80  # where this machine proves its name; the authority always asks at port 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what this machine is to be known, and where its own files lie."""

    folder: Path  # <KAKOU_HOME>/tls
    asked: tuple[str, ...]  # DNS names that somebody set (KAKOU_HOSTS): the certificate must hold them
    names: tuple[str, ...]  # DNS names that the machine calls itself: better with them
    addresses: tuple[Address, ...]  # the one by which it is reached first
    certificate: Path | None = None  # PEM files that were given
    key: Path | None = None
    issuer: Issuer | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A fit certificate: what the front loads, and what the pages tell of it."""

    file: Path
    key: Path
    names: tuple[str, ...]  # a wildcard as `*.example.org`
    addresses: tuple[Address, ...]
    ends: dt.datetime
    root: Path | None = None  # of our own authority, for phones to install; None where everybody knows the issuer


Source = Callable[[Wanted, dt.datetime], Certificate]


def alternative_names(certificate: x509.Certificate) -> tuple[tuple[str, ...], tuple[Address, ...]]:
    """The DNS names and the addresses that a certificate is for; browsers read no others."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (), ()
    addresses = held.get_values_for_type(x509.IPAddress)
    known = (ipaddress.IPv4Address, ipaddress.IPv6Address)
    return tuple(held.get_values_for_type(x509.DNSName)), tuple(a for a in addresses if isinstance(a, known))


def covers(names: tuple[str, ...], name: str) -> bool:
    """Does one of the certificate's names, or a wildcard of its place, stand for `name`?"""
    place = "*." + name.partition(".")[2]
    return any(held.lower() in (name.lower(), place.lower()) for held in names)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in pairs of hexadecimal digits, as phones show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
