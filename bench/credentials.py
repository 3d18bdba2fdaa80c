"""How much slower is verifying a whole EU certificate than its one ECDSA verification, which nobody can avoid?"""

from __future__ import annotations

import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from kakou.screening.credentials import base45, cose, verify
from kakou.screening.credentials.bounded import ZLIB, inflated
from kakou.screening.credentials.tests.issuing import NOW, USAGE, VACCINATION, DccIssuer


def dcc_rounds(rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each whole verification of a P-256 certificate of usual size (0.6 kB of text), and seconds of each
    bare ECDSA verification of the same signature with the same key, taken in turns.
    """
    issuer = DccIssuer.new(usages=(USAGE + VACCINATION,))
    trust, text = issuer.trust, issuer.issue()
    signed = cose.read(inflated(base45.decode(text[4:]), ZLIB))
    r, s = int.from_bytes(signed.signature[:32], "big"), int.from_bytes(signed.signature[32:], "big")
    signature, content, public = encode_dss_signature(r, s), signed.signed, trust.keys[0].public
    assert isinstance(public, EllipticCurvePublicKey)

    def whole() -> None:
        verify(text, trust=trust, at=NOW)

    def bare() -> None:
        public.verify(signature, content, ECDSA(SHA256()))

    taken = [(_seconds(whole), _seconds(bare)) for _ in range(rounds)]
    return [one for one, _ in taken], [other for _, other in taken]


def _seconds(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
