"""A certificate and key that somebody gave, looked through before anything starts."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from kakou.config.tls.certificate import Certificate, CertificateUnfit, Wanted, alternative_names, covers


def certificate(wanted: Wanted, at: dt.datetime) -> Certificate:
    """The given one. Raises CertificateUnfit, saying what to mend."""
    assert wanted.certificate
    assert wanted.key
    leaf = _read_certificate(wanted.certificate)
    _belongs(leaf, wanted.certificate, wanted.key)
    _is_in_time(leaf, wanted.certificate, at)
    names, addresses = alternative_names(leaf)
    if not names and not addresses:
        raise CertificateUnfit(
            "The certificate %(file)s names no host (it has no subject alternative name), and browsers take none "
            "without. Have it issued for the name by which phones open Kakou.",
            file=wanted.certificate,
        )
    for name in wanted.asked:
        if not covers(names, name):
            raise CertificateUnfit(
                "The certificate %(file)s is for %(held)s and not for %(name)s, which stands in KAKOU_HOSTS. Have it "
                "issued for that name, or take the name out.",
                file=wanted.certificate,
                held=", ".join([*names, *map(str, addresses)]),
                name=name,
            )
    return Certificate(wanted.certificate, wanted.key, names, addresses, leaf.not_valid_after_utc)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CertificateUnfit("%(file)s cannot be read: %(why)s.", file=file, why=error.strerror) from None


def _read_certificate(file: Path) -> x509.Certificate:
    """The first of the file: the server's own stands before those of its issuers."""
    try:
        return x509.load_pem_x509_certificates(_read(file))[0]
    except ValueError:
        raise CertificateUnfit(
            "%(file)s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).", file=file
        ) from None


def _belongs(leaf: x509.Certificate, file: Path, key_file: Path) -> None:
    text = _read(key_file)
    try:
        key = serialization.load_pem_private_key(text, password=None)
    except TypeError:
        raise CertificateUnfit(
            "The key %(file)s is locked with a password, and nobody is there to type it at a restart. Give one "
            "without: openssl pkey -in %(file)s -out server.key",
            file=key_file,
        ) from None
    except ValueError:
        raise CertificateUnfit("%(file)s holds no private key in PEM form.", file=key_file) from None
    if key_file.stat().st_mode & 0o007:
        raise CertificateUnfit(
            "Everybody on this machine may read the key %(file)s. Run: chmod 600 %(file)s", file=key_file
        )
    if key.public_key() != leaf.public_key():
        raise CertificateUnfit(
            "The key %(key)s does not belong to the certificate %(file)s. Give the key with which it was requested; "
            "the server's certificate stands first in its file, those of its issuers after it.",
            key=key_file,
            file=file,
        )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, key_file)
    except ssl.SSLError as error:  # too short a key, for instance
        raise CertificateUnfit("The certificate %(file)s cannot serve: %(why)s.", file=file, why=error.reason) from None


def _is_in_time(leaf: x509.Certificate, file: Path, at: dt.datetime) -> None:
    if at >= leaf.not_valid_after_utc:
        raise CertificateUnfit(
            "The certificate %(file)s ended on %(day)s. Renew it where it came from.",
            file=file,
            day=f"{leaf.not_valid_after_utc:%Y-%m-%d}",
        )
    if at < leaf.not_valid_before_utc:
        raise CertificateUnfit(
            "The certificate %(file)s begins on %(day)s only. Check this machine's clock.",
            file=file,
            day=f"{leaf.not_valid_before_utc:%Y-%m-%d}",
        )
