"""The device bundle: everything a gate phone must know to decide without a network, in one signed answer.

Owns: its frame, its signature, the registry of sections, the list of its parts. Promises: what two askings say alike is
one and the same bundle (`etag`), whose content is signed by the key that the phone pinned when it was enrolled; a
section that cannot be made fails the whole bundle, so that a phone goes on by what it has. Never: holds a code that
could be shown at another gate, nor a name or number but under a key that is not in it (`people`).
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, NamedTuple

from kakou.kernel.time import to_ms
from kakou.ledger.bundle.parts import digest, parts_of, text
from kakou.ledger.events import Gate, sections
from kakou.vault.keys import bundles

CONTRACT = 1
TYPE = "kakou-bundle"
LIST = "kakou-bundle-list"
FRAME = ("contract", "device", "gate", "etag", "made_at")


class Bundle(NamedTuple):
    """`etag` names what it says, whenever it was made; `said`: that, with the etag and the moment (epoch ms)."""

    etag: str
    said: dict[str, Any]

    @property
    def jws(self) -> str:
        """Compact serialisation (RFC 7515), ES256. Signed when it is sent: most phones have what they ask for."""
        return signed(self.said)

    @property
    def parts(self) -> dict[str, Any]:
        """Name → what it says: what a phone that has a bundle asks for piece by piece."""
        return parts_of({name: content for name, content in self.said.items() if name not in FRAME})

    @property
    def listed(self) -> str:
        """JWS of the frame and, for each part, the digest of what it says."""
        frame = {name: self.said[name] for name in FRAME}
        return signed(frame | {"parts": {name: digest(part) for name, part in self.parts.items()}}, LIST)


def bundle_for(gate: Gate) -> Bundle:
    """The bundle of a phone. The caller acts within what the phone may see."""
    said = {name: make(gate) for name, make in sorted(sections().items())}
    content = {"contract": CONTRACT, "device": gate.device, "gate": gate.node, **said}
    etag = hashlib.sha256(text(content)).hexdigest()[:32]
    return Bundle(etag, {**content, "etag": etag, "made_at": to_ms(gate.at)})


def signed(payload: dict[str, Any], type: str = TYPE) -> str:
    """The payload as JWS."""
    header = {"alg": "ES256", "typ": type}
    said = f"{_b64(text(header))}.{_b64(text(payload))}"
    return f"{said}.{_b64(bundles.sign(said.encode()))}"


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
