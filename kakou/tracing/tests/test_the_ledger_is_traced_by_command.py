"""`kakou trace` over the ledger: with a reason, told to the audit first, persons under codes of this one answer."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner
from django.urls import reverse
from django.utils import translation

from kakou.audit.models import Event
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import Refusal
from kakou.ledger.stays import Direction
from kakou.ledger.tests.gatework import Crossing, fold_all, upload
from kakou.tracing.management.cli import group
from kakou.tracing.management.ledgers import ReasonMissing
from kakou.tracing.sources import gather
from kakou.tracing.tests.tracework import DAY, HOUR, NOON, folder, land

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
__all__ = ["folder", "land"]
WANG, LI, ZHAO = (UUID(int=number << 96) for number in (1, 2, 3))
IN, OUT = Direction.IN, Direction.OUT
WHY = ["--reason", "A case was reported this morning"]
WINDOW = ["--from", "2021-08-10T00:00:00+08:00", "--to", "2021-08-20T00:00:00+08:00"]


@pytest.fixture(autouse=True)
def a_market_day(land, folder):
    """Wang and Li are together for an hour; Zhao comes when Wang has gone, and has not left."""
    upload(
        Crossing(WANG, land.compound_gate, IN, NOON), Crossing(LI, land.compound_gate, IN, NOON + HOUR),
        Crossing(WANG, land.compound_gate, OUT, NOON + 2 * HOUR),
        Crossing(ZHAO, land.compound_gate, IN, NOON + 3 * HOUR), Crossing(LI, land.compound_gate, OUT, NOON + 4 * HOUR),
    )  # fmt: skip
    fold_all(NOON + DAY)
    with translation.override("en"), time_machine.travel(NOON + 5 * HOUR, tick=False):
        yield


def run(*arguments):
    done = CliRunner().invoke(group, [*map(str, arguments), "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def told():
    return list(Event.objects.using("owner").filter(action__startswith="trail.").order_by("seq"))


def test_contacts_are_told_by_codes_of_one_answer(land):
    (met,) = run("contacts", WANG, *WINDOW, *WHY)
    assert met["person"].startswith("p-")
    assert (met["case"], met["exposure_s"], met["certain"]) == (str(WANG), 3600, True)
    assert met["first"] == "2021-08-10T13:00:00+08:00"
    (again,) = run("contacts", WANG, *WINDOW, *WHY)
    assert again["person"] != met["person"]
    assert str(LI) not in json.dumps([met, again])


def test_it_is_told_to_the_audit_with_its_reason():
    run("contacts", WANG, *WINDOW, *WHY)
    run("exposure", *WHY)
    one, other = told()
    assert (one.action, one.by, one.facts["question"], one.facts["of"]) == (
        "trail.traced", None, "contacts", [str(WANG)],
    )  # fmt: skip
    assert (one.facts["reason"], one.facts["since"][:10]) == ("A case was reported this morning", "2021-08-09")
    assert (other.facts["question"], other.facts["many"]) == ("exposure", 0)


def test_chains_are_told_in_names_of_places_and_codes(land):
    steps = run("reach", WANG, "--from", "2021-08-10T00:00:00+08:00", "--evidence", ZHAO, *WHY)
    assert len(steps) == 2
    assert steps[0]["target"] == steps[1]["source"]
    assert len({steps[0]["source"], steps[0]["target"], steps[1]["target"]}) == 3
    assert not steps[1]["certain"]
    assert not {step["place"] for step in steps} & {str(number) for number in range(100)}


def test_who_has_not_left_is_there_until_now():
    found = {row["exposure_s"] for row in run("exposure", "--min-overlap", 0, *WHY)}
    assert max(found) == 2 * 3600  # Li: an hour with Wang, an hour with Zhao
    (met,) = [row for row in run("contacts", ZHAO, *WINDOW, *WHY) if row["exposure_s"]]
    assert met["exposure_s"] == 3600


@pytest.mark.parametrize("words", [["contacts", WANG, *WINDOW], ["exposure"], ["export", "out"]])
def test_without_a_reason_nothing_is_looked_at(words, tmp_path):
    with pytest.raises(ReasonMissing):
        run(*words)
    with pytest.raises(ReasonUnfit):
        run(*words, "--reason", "13800138000 called")
    assert not told()
    assert not (tmp_path / "tracing").exists()


@pytest.mark.parametrize("who", ["wang", UUID(int=99), "-7"])
def test_who_is_not_known_is_no_empty_answer(who):
    with pytest.raises(Refusal, match="there is no stay"):
        run("contacts", *WINDOW, *WHY, "--", who)
    assert not told()


def test_an_export_names_nobody_and_ends_now(tmp_path, land):
    done = run("export", tmp_path / "out", *WHY)
    assert done["days"] == 1
    (event,) = told()
    assert (event.action, event.facts["persons"], event.facts["stays"]) == ("trail.exported", 3, done["stays"])
    found = gather(tmp_path / "out")
    assert sorted(set(found.person.tolist())) == [0, 1, 2]
    assert int(found.leave.max()) == int((NOON + 5 * HOUR).timestamp())
    content = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*.parquet"))
    assert not [who for who in (WANG, LI, ZHAO) if who.bytes in content or str(who).encode() in content]


def test_an_export_that_fails_leaves_no_folder_and_no_event(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    with pytest.raises(OSError, match="No space"):
        run("export", tmp_path / "out", *WHY)
    assert not told()
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_an_export_of_which_the_audit_cannot_tell_is_none(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the chain is not to be written")

    monkeypatch.setattr("kakou.tracing.actions.export.audit.record", broken)
    with pytest.raises(RuntimeError, match="the chain"):
        run("export", tmp_path / "out", *WHY)
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_the_id_to_ask_with_stands_in_the_address_of_a_trail():
    assert str(WANG) in reverse("ledger:timeline", args=[WANG])
