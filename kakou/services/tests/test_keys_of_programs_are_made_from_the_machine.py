"""`kakou services key`: a key is shown once, kept as a hash, and holds until it is ended."""

import re

import pytest
from click.testing import CliRunner

from kakou.access.scope import acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotFound
from kakou.services.actions import key_of
from kakou.services.management.cli import group
from kakou.services.models import ApiKey
from kakou.services.tests.asking import places

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]


def run(*words):
    return CliRunner().invoke(group, ["key", *map(str, words)], catch_exceptions=False).output


def test_it_is_shown_once_and_holds_until_it_is_ended(places):
    token = re.search(r"[\w-]{32}", run("add", "随手拍", "--node", places.east.pk))[0]
    holder = key_of(token)
    assert holder.node == places.east.pk
    with acting_as_system():
        assert token.encode() not in bytes(ApiKey.objects.get().token_hash)
    listed = run("list")
    assert "随手拍" in listed
    assert token not in listed
    run("end", holder.id)
    assert key_of(token) is None
    with pytest.raises(NotFound):
        run("end", holder.id)
    acts = Event.objects.using("owner").filter(action__startswith="api_key.").order_by("seq")
    assert list(acts.values_list("action", "node")) == [(f"api_key.{act}", places.east.pk) for act in ("made", "ended")]


def test_a_node_where_nothing_stands_gets_none(places):
    with pytest.raises(NotFound):
        run("add", "x", "--node", 10**8)
    with acting_as_system():
        assert not ApiKey.objects.exists()
