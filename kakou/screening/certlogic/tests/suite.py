"""The public cases: EHN's suite for CertLogic, and the national rules of eight issuers with their tests."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[4]
TESTDATA = Path(os.environ.get("KAKOU_TESTDATA", ROOT.parent / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not (TESTDATA / "certlogic").exists(), reason=f"no public test data at {TESTDATA} (KAKOU_TESTDATA)"
)
SKIP = "skip"


class Case(NamedTuple):
    """One assertion: expression, data, expected value."""

    name: str
    expression: Any
    data: Any
    expected: Any


def suite() -> Iterator[Case]:
    """Every assertion of the suite that is not flagged to be skipped: by its file, its case or itself."""
    return (case for case, flagged in _assertions() if flagged is None)


def flagged() -> Counter[str]:
    """How many assertions the suite flags to be skipped, by what bears the flag: file, case or assertion."""
    return Counter(flagged for _, flagged in _assertions() if flagged is not None)


def _assertions() -> Iterator[tuple[Case, str | None]]:
    """Every assertion, and what flags it to be skipped."""
    for file in sorted((TESTDATA / "certlogic").glob("*.json")):
        told = json.loads(file.read_text())
        for case in told["cases"]:
            for number, assertion in enumerate(case["assertions"]):
                bearers = {"file": told, "case": case, "assertion": assertion}
                flagged = next((name for name, bearer in bearers.items() if bearer.get("directive") == SKIP), None)
                expression = assertion.get("certLogicExpression", case.get("certLogicExpression"))
                name = f"{file.stem}: {case['name']} {number}"
                yield Case(name, expression, assertion["data"], assertion["expected"]), flagged


def national_rules() -> Iterator[Case]:
    """Every test of every national rule."""
    for file in sorted((TESTDATA / "dcc" / "rules").glob("*/*/tests/*.json")):
        rule = json.loads((file.parents[1] / "rule.json").read_text())
        told = json.loads(file.read_text())
        data = {"payload": told["payload"], "external": told["external"]}
        yield Case(f"{rule['Identifier']}: {told.get('name', file.stem)}", rule["Logic"], data, told["expected"])
