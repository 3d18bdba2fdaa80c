"""Keys and certificates of ours on the disk: all of mode 0600, in folders of mode 0700, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

PEM = serialization.Encoding.PEM


def make_folder(folder: Path) -> None:
    """For our eyes only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS #8, without a password: nobody is there to type it at a restart."""
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def kept_leaf(file: Path) -> x509.Certificate | None:
    """The first certificate of the file, with its key in there too; None where anything of it is amiss."""
    try:
        text = file.read_bytes()
        leaf = x509.load_pem_x509_certificate(text)
        key = serialization.load_pem_private_key(text, password=None)
    except (OSError, ValueError, TypeError):
        return None
    return leaf if key.public_key() == leaf.public_key() else None


def write(file: Path, text: bytes) -> None:
    """All of it or nothing, for our eyes only."""
    made = file.with_name(f".{file.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    made.replace(file)
