"""What higher capabilities hand in: the audit may not know the vault, so whoever keeps keys brings the pen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kakou.kernel.errors import Refusal


class NobodySigns(Refusal):
    """No signer was registered: the installation is not wired (kakou.config)."""

    code = "nobody-signs"
    status = 503


@dataclass(frozen=True, slots=True)
class Signer:
    """`sign` gives 64 bytes of Ed25519; `holds(message, signature, public_pem)` says whether they are right, by the
    installation's own key when `public_pem` is None; `name` is a short name of the key.
    """

    sign: Callable[[bytes], bytes]
    holds: Callable[[bytes, bytes, bytes | None], bool]
    name: Callable[[], str]


_signers: list[Signer] = []


def heads_are_signed_by(signer: Signer) -> None:
    """Registered once, by `kakou.config`; the last one counts."""
    _signers[:] = [signer]


def signer() -> Signer:
    """Who signs heads. Raises NobodySigns."""
    if not _signers:
        raise NobodySigns("Nothing is registered to sign the head of the audit. Set the installation up first.")
    return _signers[0]
