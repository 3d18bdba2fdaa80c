"""Whatever file is sent to whatever door of the running server: refused in words, within 512 MiB, nothing half done."""

from __future__ import annotations

import pytest

from tests.hostile.doors import DOORS
from tests.hostile.files import EVERYWHERE, GOOD_SHEET, MAY_BE_TAKEN, NAMES, OF_PROGRAMS, QUICK, made
from tests.hostile.trying import taken_last

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def at_every_door(attacker, names) -> None:
    for door in DOORS:
        few = names if door.field or names is EVERYWHERE else OF_PROGRAMS
        for what in taken_last(door, few, MAY_BE_TAKEN):
            attacker.try_file(door, what, made(what), may_be_taken=(door.reads, what) in MAY_BE_TAKEN)


@pytest.mark.slow
def test_a_few_hostile_files_at_every_door(attacker, record_property):
    at_every_door(attacker, QUICK)
    attacker.finish(record_property)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_every_hostile_file_at_every_door(attacker, record_property):
    at_every_door(attacker, EVERYWHERE)
    attacker.finish(record_property)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_a_file_under_any_name_at_every_door(attacker, record_property):
    """What is in it is no file of that door, or a table with none of its columns."""
    for door in DOORS:
        for what, name in NAMES.items() if door.field else ():
            attacker.try_file(door, what, GOOD_SHEET, name=name)
    attacker.finish(record_property)
