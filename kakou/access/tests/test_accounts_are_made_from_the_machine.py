"""`kakou staff`: the first administrator of a new installation, and what follows."""

import json
import re

import pytest
from click.testing import CliRunner

from kakou.access.actions import NameTaken
from kakou.access.management.cli import NoSuchAccount, group
from kakou.access.models import Staff
from kakou.access.rules import Permission, Role
from kakou.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def kakou_staff(*arguments):
    done = CliRunner().invoke(group, arguments)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def shown(told):
    """The password in what was printed, in whichever language."""
    return re.search(r"[\w-]{16}$", told.strip(), re.ASCII)[0]


def test_the_first_administrator_holds_the_whole_tree_and_can_log_in(tree):
    told = kakou_staff("add", "boss", "--role", "administrator")
    staff = Staff.objects.get(username="boss")
    assert staff.check_password(shown(told))
    assert staff.may(Permission.MANAGE_STAFF, tree.garden_gate.pk)


def test_a_role_may_be_given_over_a_part_only(tree):
    kakou_staff("add", "east", "--role", "community_secretary", "--node", str(tree.east.pk))
    staff = Staff.objects.get(username="east")
    assert staff.may(Permission.REVEAL, tree.garden.pk)
    assert not staff.may(Permission.REVEAL, tree.orchard.pk)


def test_before_there_are_places_it_says_to_bring_them_in(db):
    with pytest.raises(NotFound, match="places import"):
        kakou_staff("add", "boss", "--role", "administrator")
    assert not Staff.objects.exists()


def test_a_name_is_taken_once(tree):
    kakou_staff("add", "boss", "--role", "administrator")
    with pytest.raises(NameTaken):
        kakou_staff("add", "boss", "--role", "auditor")


def test_a_new_password_replaces_the_old_one(tree):
    old = shown(kakou_staff("add", "boss", "--role", "administrator"))
    new = shown(kakou_staff("password", "boss"))
    staff = Staff.objects.get(username="boss")
    assert staff.check_password(new)
    assert not staff.check_password(old)


def test_a_closed_account_is_listed_and_logs_in_no_more(tree):
    kakou_staff("add", "boss", "--role", "administrator")
    kakou_staff("close", "boss")
    assert not Staff.objects.get(username="boss").is_active
    (row,) = [row for row in json.loads(kakou_staff("list", "--json")) if row["username"] == "boss"]
    assert row["active"] is False
    assert row["roles"] == [["administrator", tree.street.pk]]
    assert "boss" in kakou_staff("list")


def test_an_account_that_is_not_there_is_told(db):
    with pytest.raises(NoSuchAccount):
        kakou_staff("password", "nobody")


def test_every_role_is_explained(db):
    told = kakou_staff("roles")
    assert all(role.value in told for role in Role)
