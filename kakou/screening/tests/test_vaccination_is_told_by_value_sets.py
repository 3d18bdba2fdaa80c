"""R54: product and doses say whether a course is whole; a verified certificate says it by itself; else nobody knows."""

import json
from pathlib import Path

import pytest

from kakou.screening.credentials import Record, RecordKind
from kakou.screening.credentials.tests.issuing import DOSE
from kakou.screening.rules import Vaccination
from kakou.screening.vaccines import OTHER, course_of, products, state_of

ROOT = Path(__file__).parents[3]
CASES = json.loads((ROOT / "contracts/vectors/vaccination/states.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['doses']} of {case['vaccine']}")
def test_the_state_follows_from_product_and_doses(case):
    assert state_of(case["vaccine"], case["doses"]).name.lower() == case["state"]


def test_every_product_has_both_names_and_a_course_of_some_doses_or_none():
    assert list(products())[-1] == OTHER
    for product in products().values():
        assert product.zh and product.en
        assert product.doses is None or 1 <= product.doses <= 4


def dose(n, of, date="2021-06-18", **more):
    return Record(RecordKind.VACCINATION, product=DOSE["mp"], dose=n, doses=of, date=date, **more)


@pytest.mark.parametrize(
    ("n", "of", "state"),
    [
        (1, 2, "partial"), (2, 2, "full"), (1, 1, "full"), (3, 3, "boosted"), (2, 1, "boosted"), (3, 2, "boosted"),
        (1, None, "unknown"),
    ],
)  # fmt: skip
def test_a_certificate_tells_its_own_course(n, of, state):
    course = course_of([dose(n, of)])
    assert (course.state.name.lower(), course.vaccine, course.doses) == (state, DOSE["mp"], n)
    assert course.dose_on == "2021-06-18"


def test_of_several_doses_the_latest_counts_and_other_records_do_not():
    found = course_of([dose(2, 2, "2021-06-18"), dose(1, 2, "2021-05-01"), Record(RecordKind.TEST)])
    assert found.state is Vaccination.FULL
    assert course_of([Record(RecordKind.RECOVERY)]) is None
    assert course_of([]) is None
