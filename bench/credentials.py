"""How much slower is verifying a whole credential than its one signature, which nobody can avoid?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from kakou.screening.credentials import TrustStore, base45, cose, verify
from kakou.screening.credentials.bounded import ZLIB, inflated
from kakou.screening.credentials.shc import digits, jws
from kakou.screening.credentials.tests.issuing import (
    NAMES,
    NOW,
    USAGE,
    VACCINATION,
    CardIssuer,
    DccIssuer,
    vaccinated,
)

Act: TypeAlias = Callable[[], None]
Taken: TypeAlias = tuple[list[float], list[float]]
PEOPLE = 25  # no two codes in a row are the same, as at a gate; the issuer is, and so is the header it writes


def dcc_rounds(rounds: int, *, rsa_bits: int = 0) -> Taken:
    """Seconds of each whole verification of a certificate of usual size (0.6 kB of text), and seconds of each bare
    verification of the same signature with the same key, taken in turns. The key is P-256, or RSA of `rsa_bits`.
    """
    issuer = DccIssuer.new(usages=(USAGE + VACCINATION,), rsa_bits=rsa_bits)
    texts = [issuer.issue(vaccinated(nam={**NAMES, "gn": f"Anna {number}"})) for number in range(PEOPLE)]
    trust = issuer.trust
    return _in_turns([(_whole(text, trust), _bare_dcc(text, trust)) for text in texts], rounds)


def shc_rounds(rounds: int) -> Taken:
    """The same of a SMART Health Card with two records (one code)."""
    issuer = CardIssuer("https://health.example/shc", generate_private_key(SECP256R1()))
    texts = [issuer.issue(nbf=(NOW.timestamp() - 86_400 * days)) for days in range(1, PEOPLE + 1)]
    trust = issuer.trust
    return _in_turns([(_whole(text, trust), _bare_shc(text, trust)) for text in texts], rounds)


def _in_turns(pairs: Sequence[tuple[Act, Act]], rounds: int) -> Taken:
    taken = [(_seconds(whole), _seconds(bare)) for whole, bare in islice(cycle(pairs), rounds)]
    return [one for one, _ in taken], [other for _, other in taken]


def _whole(text: str, trust: TrustStore) -> Act:
    def whole() -> None:
        verify(text, trust=trust, at=NOW)

    return whole


def _bare_dcc(text: str, trust: TrustStore) -> Act:
    signed = cose.read(inflated(base45.decode(text[4:]), ZLIB))
    return _bare(signed.signature, signed.signed, trust)


def _bare_shc(text: str, trust: TrustStore) -> Act:
    signed = jws.read(digits.jws_of(text))
    return _bare(signed.signature, signed.signed, trust)


def _bare(signature: bytes, content: bytes, trust: TrustStore) -> Act:
    """The library's own verification and nothing else: signature and algorithm are made ready beforehand."""
    public = trust.keys[0].public
    if isinstance(public, RSAPublicKey):
        return _bare_rsa(public, signature, content)
    assert isinstance(public, EllipticCurvePublicKey)
    half, algorithm = len(signature) // 2, ECDSA(SHA256())
    encoded = encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
    return lambda: public.verify(encoded, content, algorithm)


def _bare_rsa(public: RSAPublicKey, signature: bytes, content: bytes) -> Act:
    padding, algorithm = PSS(MGF1(SHA256()), SHA256().digest_size), SHA256()
    return lambda: public.verify(signature, content, padding, algorithm)


def _seconds(act: Act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
