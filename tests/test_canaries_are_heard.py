"""The look-out itself: a canary is found wherever it sits, and nothing else is taken for one."""

import base64
import json
from urllib.parse import quote

import pytest
from django.db import connections

from kakou.people.rules import check_document, normalise_phone, parse_plate
from kakou.vault.rules import Kind, mask
from tests import canaries
from tests.canaries import CANARIES, canary, database_leaks, heard, leaks

ONE = CANARIES[0]
HIDDEN = {
    "plain text": ONE.name,
    "hex": ONE.phone.encode().hex().upper(),
    "json": json.dumps({"n": ONE.name}),
    "url": "?q=" + quote(ONE.plate),
    "gbk": f"表格,{ONE.address}".encode("gb18030"),
    "utf-16": ONE.document.encode("utf-16-le"),
    "base64": base64.b64encode(b'{"phone":"' + ONE.phone.encode() + b'"}'),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_it_is_found_however_it_is_written(how):
    assert any(told.endswith(f"of canary 0 as {how}") for told in leaks(page=HIDDEN[how]))


def test_a_number_in_groups_or_without_its_check_digit_is_found():
    assert leaks(page=f"Tel. {ONE.phone[:3]} {ONE.phone[3:7]} {ONE.phone[7:]}")
    assert leaks(page=ONE.document[:17].lower())


def test_masked_canaries_are_not_found():
    values = {Kind.NAME: ONE.name, Kind.DOCUMENT: ONE.document, Kind.PHONE: ONE.phone, Kind.PLATE: ONE.plate}
    assert not leaks(page=" ".join(mask(kind, value) for kind, value in values.items()) + mask("address", ONE.address))


def test_a_canary_passes_every_rule_of_the_register():
    for each in CANARIES:
        assert check_document("10", each.document)
        assert normalise_phone(each.phone) == f"+86{each.phone}"
        assert parse_plate(each.plate).text == each.plate


def test_the_same_seed_sings_the_same():
    assert canary(7) == canary(7) != canary(8)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("dumps", [True, False], ids=["pg_dump", "copy"])
def test_it_is_found_in_a_table_a_job_and_a_statement(dumps, monkeypatch):
    if not dumps:
        monkeypatch.setattr(canaries, "_pg_dump", lambda: None)
    cursor = connections["owner"].cursor()
    cursor.execute("create table nest (plain text, bytes bytea)")
    try:
        assert not database_leaks()
        cursor.execute("insert into nest values (%s, %s)", [CANARIES[1].name, CANARIES[2].phone.encode()])
        found = database_leaks()
        assert "dump: name of canary 1 as plain text" in found
        assert "dump: phone of canary 2 as hex" in found
        assert any(told.startswith("pg_stat_activity: name of canary 1") for told in found)
    finally:
        cursor.execute("drop table nest")


@pytest.mark.django_db(databases=["default", "owner"])
def test_it_is_heard_on_its_way_to_the_database():
    with heard() as statements:
        connections["default"].cursor().execute(
            "select %s::text, %s::bytea", [CANARIES[3].name, CANARIES[4].phone.encode()]
        )
    found = leaks(statements=statements.getvalue())
    assert any("name of canary 3" in told for told in found)
    assert any("phone of canary 4" in told for told in found)
