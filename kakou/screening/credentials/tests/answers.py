"""Codes with the answer that Python gives, as JSON, for whoever verifies them in another language.

    python -m kakou.screening.credentials.tests.answers shared    contracts/vectors/credentials/cases.json, made anew
    python -m kakou.screening.credentials.tests.answers samples   the published EU and SMART Health Card samples; of the
                                                                  EU's `verifies`, what their makers expect
    python -m kakou.screening.credentials.tests.answers mutants COUNT SEED

{"trusts": {name: section `trust` of a bundle}, "cases": [{name, text, at (epoch ms), trust, and `refused` {why, layer}
or `says`}]}. Keys and signatures are fresh whenever `shared` is made: only what is committed is a vector.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from kakou.kernel.time import to_ms
from kakou.screening.credentials import Credential, CredentialRefused, TrustStore, verify
from kakou.screening.credentials.tests.issuing import NOW
from kakou.screening.credentials.tests.mutations import Workshop
from kakou.screening.credentials.tests.samples import folder, vectors
from kakou.screening.credentials.tests.shared_cases import shared
from kakou.screening.credentials.trust.told import store_told
from kakou.screening.vaccines import course_of


class Shown(NamedTuple):
    """A code that somebody shows; `trust` by its name."""

    name: str
    text: str
    trust: str
    at: datetime


def answered(shown: Iterable[Shown], trusts: dict[str, TrustStore]) -> dict[str, Any]:
    """The codes with what `verify` says of each."""
    cases = [
        {
            "name": one.name,
            "text": one.text,
            "trust": one.trust,
            "at": to_ms(one.at),
            **answer(one.text, trusts[one.trust], one.at),
        }
        for one in shown
    ]
    return {"trusts": {name: store_told(store) for name, store in trusts.items()}, "cases": cases}


def answer(text: str, trust: TrustStore, at: datetime) -> dict[str, Any]:
    """`refused` {why, layer}, or `says`."""
    try:
        return {"says": _said(verify(text, trust=trust, at=at))}
    except CredentialRefused as refused:
        return {"refused": {"why": refused.why.value, "layer": refused.layer.value}}


def _said(credential: Credential) -> dict[str, Any]:
    holder, course = credential.holder, course_of(credential.records)
    return {
        "kind": credential.kind.value,
        "issuer": credential.issuer,
        "keyId": credential.key_id,
        "usage": credential.usage.value,
        "holder": holder and {"name": holder.name, "standardName": holder.standard_name, "born": holder.born},
        "records": [
            {
                "kind": one.kind.value,
                "product": one.product,
                "dose": one.dose,
                "doses": one.doses,
                "date": one.date,
                "result": one.result,
                "certificateId": one.certificate_id,
            }
            for one in credential.records
        ],
        "course": course
        and {
            "state": course.state.name.lower(),
            "vaccine": course.vaccine,
            "doses": course.doses,
            "doseOn": course.dose_on,
        },
    }


def _samples() -> dict[str, Any]:
    eu = list(vectors())
    trusts = {one.name: one.trust for one in eu}
    shown = [Shown(one.name, one.text, one.name, one.at) for one in eu]
    home, issuer = folder("shc"), "https://spec.smarthealth.cards/examples/issuer"
    trusts["shc"] = TrustStore.from_directory(home / "examples/issuer", issuer=issuer)
    at = datetime(2023, 7, 1, tzinfo=UTC)
    for number in ("00", "01", "02"):
        codes = sorted(home.glob(f"examples/example-{number}-f-qr-code-numeric-value-*.txt"))
        shown.append(Shown(f"shc/{number}", " ".join(code.read_text() for code in codes), "shc", at))
        token = (home / f"examples/example-{number}-d-jws.txt").read_text()
        shown.append(Shown(f"shc/{number}, the JWS", token, "shc", at))
    shown += [Shown(f"shc/{file.stem}", file.read_text(), "shc", at) for file in sorted(home.glob("malformed/*.txt"))]
    told = answered(shown, trusts)
    for case, one in zip(told["cases"], eu, strict=False):
        case["verifies"] = one.expects("VERIFY")
    return told


def _mutants(count: int, seed: int) -> dict[str, Any]:
    workshop = Workshop(random.Random(seed))
    return answered(_health(workshop, count), {"mutants": workshop.trust})


def _health(workshop: Workshop, count: int) -> Iterator[Shown]:
    """Passes left out: on a phone they are the roster's matter, not a credential's."""
    left = count
    while left:
        mutant = workshop.next_mutant()
        if mutant.text.strip()[:2].upper() != "KP":
            left -= 1
            yield Shown(mutant.name, mutant.text, "mutants", NOW)


def main(what: str, *numbers: str) -> None:
    """Print them."""
    makers = {
        "shared": lambda: answered((Shown(*one) for one in shared().cases), shared().trusts),
        "samples": _samples,
        "mutants": lambda: _mutants(int(numbers[0]), int(numbers[1])),
    }
    json.dump(makers[what](), sys.stdout, indent=1 if what == "shared" else None)


if __name__ == "__main__":
    main(*sys.argv[1:])
