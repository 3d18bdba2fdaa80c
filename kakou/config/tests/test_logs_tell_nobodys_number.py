import json
import logging

import pytest
import structlog

from kakou.config import logs
from tests.canaries import CANARIES, leaks

ONE = CANARIES[0]


@pytest.fixture(autouse=True)
def configured(capsys):
    """As in a process of its own, whose error channel is the test's."""
    root = logging.getLogger()
    before = list(root.handlers)
    logs.configure()
    yield
    root.handlers[:] = before


def fail(passage):
    known_by = passage.phone
    raise ValueError(f"cannot take {known_by}")


def test_an_exception_shows_where_but_never_the_locals(capsys):
    try:
        fail(ONE)
    except ValueError:
        structlog.get_logger("kakou.ledger.lane").exception("intake failed")
    said = capsys.readouterr().err
    assert not leaks(said=said)
    line = json.loads(said)
    assert line["event"] == "intake failed"
    assert "in fail" in line["exception"]


def test_djangos_errors_are_written_and_say_as_little(capsys):
    try:
        fail(ONE)
    except ValueError:
        logging.getLogger("django.request").error("Internal Server Error: %s", f"/p/{ONE.phone}", exc_info=True)
    said = capsys.readouterr().err
    assert "Internal Server Error" in said
    assert "in fail" in said
    assert not leaks(said=said)


@pytest.mark.parametrize(
    "number", [ONE.document, ONE.phone, f"+86{ONE.phone}", ONE.plate, f"{ONE.plate[:2]}·{ONE.plate[2:]}"]
)
def test_a_number_is_masked_wherever_it_stands(number, capsys):
    structlog.get_logger("kakou").warning(f"查 {number}，再试", said=number, deep={"list": [number, {"x": number}]})
    said = capsys.readouterr().err
    assert "***" in said
    assert not leaks(said=said)


def test_times_ids_and_hashes_stay_as_they_are(capsys):
    facts = {
        "ms": 1648800000123,
        "ns": 1648800000123456789,
        "id": "01900000-0000-7000-8000-138123412345",
        "hash": "1" * 64,
    }
    structlog.get_logger("kakou").info("done", **facts)
    line = json.loads(capsys.readouterr().err)
    assert {key: line[key] for key in facts} == facts


def test_chatter_of_libraries_is_not_written(capsys):
    logging.getLogger("procrastinate").info("deferred")
    assert capsys.readouterr().err == ""
