"""A certificate of this machine's own authority. The root is made once; the leaf again before it ends, and when a name
or an address is new.

    <KAKOU_HOME>/tls/root.pem    what phones install        all of mode 0600, in a folder of mode 0700
                     root.key    signs the leaves
                     leaf.pem    certificate and key in one file, so that both change at once
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kakou.config.tls import authority
from kakou.config.tls.certificate import Address, Certificate, CertificateUnfit, Wanted, alternative_names
from kakou.config.tls.files import PEM, kept_leaf, make_folder, pem_of, write

log = structlog.get_logger("kakou.serve")
RENEWED_BEFORE = dt.timedelta(days=30)


def certificate(wanted: Wanted, at: dt.datetime) -> Certificate:
    """The leaf, made or renewed where it must be. Raises CertificateUnfit for a name that the root may not sign, or a
    root that has ended or lost its key."""
    make_folder(wanted.folder)
    root, root_key = _root(wanted, at)
    names, addresses = _allowed(wanted, root)
    leaf = _kept_leaf(wanted.folder / "leaf.pem", root)
    if leaf is None or not _serves(leaf, names, addresses, at):
        key = authority.make_key()
        leaf = authority.make_leaf(key, root, root_key, names, addresses, at)
        write(wanted.folder / "leaf.pem", pem_of(key) + leaf.public_bytes(PEM))
        log.info("a certificate was made for the local network", ends=f"{leaf.not_valid_after_utc:%Y-%m-%d}")
    file = wanted.folder / "leaf.pem"
    return Certificate(file, file, names, addresses, leaf.not_valid_after_utc, root=wanted.folder / "root.pem")


def _root(wanted: Wanted, at: dt.datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The root and its key, made when there is none."""
    file, key_file = wanted.folder / "root.pem", wanted.folder / "root.key"
    if not file.exists():
        key = authority.make_key()
        write(key_file, pem_of(key))
        write(file, authority.make_root(key, (*wanted.asked, *wanted.names), wanted.addresses, at).public_bytes(PEM))
    try:
        root = x509.load_pem_x509_certificate(file.read_bytes())
        kept = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError):
        root, kept = None, None
    if root is None or not isinstance(kept, ec.EllipticCurvePrivateKey) or kept.public_key() != root.public_key():
        raise CertificateUnfit(
            "The root certificate in %(folder)s and its key do not belong together or cannot be read. Bring both back "
            "from a copy, or remove the folder: a new root is made, and every phone has to install it.",
            folder=wanted.folder,
        )
    if at > root.not_valid_after_utc - authority.LEAF_LASTS:
        _tell_of_its_end(str(root.not_valid_after_utc))
    return root, kept


@cache
def _tell_of_its_end(ends: str) -> None:
    """Once: this is looked at every ten seconds."""
    log.warning("the root certificate ends; remove its folder for a new one", ends=ends)


def _allowed(wanted: Wanted, root: x509.Certificate) -> tuple[tuple[str, ...], tuple[Address, ...]]:
    """What of it the root may sign: its names were fixed when it was made."""
    for name in wanted.asked:
        if not authority.may_name(root, name):
            raise CertificateUnfit(
                "The root certificate in %(folder)s was made without the name %(name)s and cannot sign for it. Take "
                "the name out of KAKOU_HOSTS, or remove the folder: a new root is made, and every phone has to install "
                "it.",
                folder=wanted.folder,
                name=name,
            )
    names = [name for name in (*wanted.asked, *wanted.names) if authority.may_name(root, name)]
    addresses = [address for address in wanted.addresses if authority.may_address(root, address)]
    return tuple(dict.fromkeys(names)), tuple(addresses)


def _kept_leaf(file: Path, root: x509.Certificate) -> x509.Certificate | None:
    """The leaf in the file, if it is whole and signed by this root."""
    leaf = kept_leaf(file)
    try:
        if leaf is not None:
            leaf.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return None
    return leaf


def _serves(leaf: x509.Certificate, names: tuple[str, ...], addresses: tuple[Address, ...], at: dt.datetime) -> bool:
    """Does it hold all of them, and for a while yet? What it holds besides does no harm: networks come and go."""
    held_names, held_addresses = alternative_names(leaf)
    in_time = leaf.not_valid_before_utc <= at < leaf.not_valid_after_utc - RENEWED_BEFORE
    return in_time and set(names) <= set(held_names) and set(addresses) <= set(held_addresses)
