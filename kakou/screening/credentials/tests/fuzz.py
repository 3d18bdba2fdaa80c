"""Mutants: credentials changed at every layer by a seeded hand, to be refused without exception and without harm.

Three kinds of mutants may be taken, and each is counted by name:
- **same**: the very bytes that were signed, saying the very same, wrapped otherwise (another compression level, white
  space, an unsigned header, parts in another order, `s` of ECDSA negated, which verifies by the curve's nature).
- **genuine**: changed and then signed again with the trusted key, so that what lies behind the signature is reached.
  Taking it is right whenever it still is a certificate.
- a pass, which has no signature, only a check against misreading.

The seed chooses the mutations; keys and signatures are fresh in every run.
"""

from __future__ import annotations

import gc
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil

from kakou.screening.credentials import Credential, CredentialRefused, TrustStore, base45, cose, verify
from kakou.screening.credentials.bounded import ZLIB, inflated
from kakou.screening.credentials.shc import digits, jws
from kakou.screening.credentials.tests.issuing import NOW
from kakou.screening.credentials.tests.mutations import Mutant, Workshop


@dataclass
class Outcome:
    """What became of a run."""

    seed: int
    trust: TrustStore
    honest: dict[bytes, Credential]  # what each sample says, by its signed bytes
    refused: Counter[str] = field(default_factory=Counter)  # by why and layer
    same: Counter[str] = field(default_factory=Counter)  # taken: the signed bytes are unchanged, by kind of mutation
    genuine: Counter[str] = field(default_factory=Counter)  # taken: signed again with the trusted key
    forged: list[Mutant] = field(default_factory=list)  # taken, though they must not be
    crashed: list[tuple[Mutant, BaseException]] = field(default_factory=list)
    grown: int = 0  # bytes of memory, at most, more than at the start
    slowest: tuple[float, Mutant | None] = (0.0, None)  # CPU seconds

    @property
    def count(self) -> int:
        counted = (self.refused, self.same, self.genuine)
        return sum(counter.total() for counter in counted) + len(self.forged) + len(self.crashed)


def run(count: int, *, seed: int) -> Outcome:
    """Try `count` mutants."""
    workshop = Workshop(random.Random(seed))
    honest = {signed_bytes(text): said for text, said in workshop.said.items()}
    outcome, process = Outcome(seed, workshop.trust, honest), psutil.Process()
    gc.collect()
    gc.freeze()  # what pytest and Django keep is not searched while a mutant is timed
    begun = process.memory_info().rss
    for number in range(count):
        mutant = workshop.next_mutant()
        _try(mutant, outcome)
        if number % 64 == 0:
            outcome.grown = max(outcome.grown, process.memory_info().rss - begun)
    gc.unfreeze()
    return outcome


def _try(mutant: Mutant, outcome: Outcome) -> None:
    begun = time.process_time()
    try:
        credential = verify(mutant.text, trust=outcome.trust, at=NOW)
    except CredentialRefused as refused:
        outcome.refused[f"{refused.why}/{refused.layer}"] += 1
    except BaseException as crash:  # noqa: BLE001 - a crash of any kind is what is looked for
        outcome.crashed.append((mutant, crash))
    else:
        _taken(mutant, credential, outcome)
    taken = time.process_time() - begun
    if taken > outcome.slowest[0]:
        outcome.slowest = (taken, mutant)


def _taken(mutant: Mutant, credential: Credential, outcome: Outcome) -> None:
    if mutant.genuine:
        outcome.genuine[mutant.name] += 1
    elif outcome.honest.get(signed_bytes(mutant.text)) == credential:
        outcome.same[mutant.name] += 1
    else:
        outcome.forged.append(mutant)


def signed_bytes(text: str) -> bytes:
    """What the signature of a credential is over."""
    text = text.strip()
    if text.startswith("HC1:"):
        return cose.read(inflated(base45.decode(text[4:]), ZLIB)).signed
    return jws.read(digits.jws_of(text) if text.startswith("shc:") else text).signed


def again(mutant: Mutant, trust: TrustStore) -> float:
    """CPU seconds of one more try."""
    outcome = Outcome(0, trust, {})
    _try(mutant, outcome)
    return outcome.slowest[0]
