"""Thousands of mutants of honest credentials: none that was not signed is taken, none does harm."""

import os
import random

import pytest

from kakou.screening.credentials.tests import fuzz

MEGABYTE = 1 << 20
# Under these what was signed may stay the same, so that nothing is forged; under all others nothing at all is taken.
WRAPPED_OTHERWISE = {
    "white_space": "around the code, or between its parts",
    "packed_otherwise": "another level of compression",
    "packed_bits": "bits of zlib's header that only hint at the level",
    "other_tags": "tagged, untagged or within a CWT: all three are used",
    "message_bits": "a part of the message that is not signed",
    "unsigned_header": "the unprotected header: whatever it says, the signature has to fit",
    "other_signature": "s negated: the curve is symmetric, and revocation goes by r",
    "card_signature": "the same of a card",
    "parts_played_with": "parts in another order or of another number; or those of another honest card alone",
    "bare_or_in_digits": "the JWS itself",
    "token_characters": "a letter replaced by itself, in the JWS itself",
    "protected_bits": "nothing changed, in another tag than the sample's",
    "payload_bits": "the same",
    "other_algorithm": "the same",
}


@pytest.fixture
def fuzzed(capsys, record_property):
    """Runs the mutants and tells how it went."""

    def go(count, seed):
        outcome = fuzz.run(count, seed=seed)
        slowest = outcome.slowest[1]
        tries = [fuzz.again(slowest, outcome.trust) for _ in range(3)]
        for name, value in told(outcome, tries):
            record_property(f"fuzz: {name}", value)
        with capsys.disabled():
            print(f"\n  {outcome.count} mutants, seed {outcome.seed}: {outcome.refused.total()} refused", end="")
            print(f", {len(outcome.forged)} forged and taken, {len(outcome.crashed)} crashed", end="")
            print(f"; memory grew by {outcome.grown / MEGABYTE:.1f} MB", end="")
            print(f"\n  slowest: {slowest.name}, {outcome.slowest[0] * 1e3:.2f} ms of CPU", end="")
            print(", again " + ", ".join(f"{seconds * 1e3:.2f}" for seconds in tries) + " ms", end="")
            print(f"\n  refused: {dict(outcome.refused.most_common())}", end="")
            print(f"\n  the signed bytes unchanged: {dict(outcome.same.most_common())}", end="")
            print(f"\n  signed again, or passes: {dict(outcome.genuine.most_common())}", end="")
        return outcome

    return go


def told(outcome, tries):
    """The figures of a run, by name."""
    yield from (("seed", outcome.seed), ("mutants", outcome.count), ("refused", outcome.refused.total()))
    yield from (("forged and taken", len(outcome.forged)), ("crashed", len(outcome.crashed)))
    yield from (("signed bytes unchanged, taken", outcome.same.total()), ("signed again", outcome.genuine.total()))
    yield from (("memory MB", outcome.grown / MEGABYTE), ("slowest ms", outcome.slowest[0] * 1e3))
    yield from (("slowest ms again", seconds * 1e3) for seconds in tries)


def all_is_well(outcome, count):
    assert outcome.count == count
    assert not outcome.forged[:3]
    assert set(outcome.same) <= set(WRAPPED_OTHERWISE)
    assert not [(mutant, repr(crash)) for mutant, crash in outcome.crashed[:3]]
    assert outcome.grown <= 64 * MEGABYTE


def test_five_thousand_mutants(fuzzed):
    all_is_well(fuzzed(5_000, int(os.environ.get("KAKOU_SEED", "20210810"))), 5_000)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_mutants(fuzzed):
    all_is_well(fuzzed(100_000, int(os.environ.get("KAKOU_SEED") or random.SystemRandom().randrange(10**9))), 100_000)
