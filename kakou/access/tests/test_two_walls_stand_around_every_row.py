import pytest
from django.db import connection, transaction
from django_scopes import ScopeError, scopes_disabled

from kakou.access.models import Device
from kakou.access.scope import acting_as, acting_for
from kakou.access.scope.build import declared_walls
from tests.cast import enrol

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def devices(tree, cast):
    ours, _ = enrol(cast.lead, tree.garden_gate)
    theirs, _ = enrol(cast.neighbour, tree.orchard_gate)
    return ours, theirs


def test_a_query_outside_any_scope_raises(devices):
    with pytest.raises(ScopeError):
        list(Device.objects.all())


def test_each_sees_his_own_and_the_street_sees_both(devices, cast):
    ours, theirs = devices
    for who, expected in [
        (cast.lead, {ours}),
        (cast.neighbour, {theirs}),
        (cast.commander, {ours, theirs}),
        (cast.stranger, set()),
    ]:
        with acting_as(who):
            assert set(Device.objects.all()) == expected


def test_with_the_first_wall_gone_the_second_still_stands(devices, cast):
    ours, _ = devices
    with acting_as(cast.lead), scopes_disabled():
        assert set(Device.objects.all()) == {ours}


def test_with_no_scope_set_the_database_shows_nothing(devices):
    with scopes_disabled(), transaction.atomic():
        assert not Device.objects.exists()


def test_a_nested_scope_ends_with_its_block(devices, cast):
    ours, theirs = devices
    with acting_as(cast.lead):
        with acting_as(cast.neighbour):
            assert set(Device.objects.all()) == {theirs}
        assert set(Device.objects.all()) == {ours}
        with connection.cursor() as cursor:
            cursor.execute("select name from access_device")
            assert len(cursor.fetchall()) == 1


def test_what_is_out_of_scope_cannot_be_written(devices, cast):
    _, theirs = devices
    with acting_as(cast.lead), scopes_disabled():
        assert Device.objects.filter(pk=theirs.pk).update(name="mine") == 0


def test_the_role_of_the_pages_owns_nothing_and_bypasses_nothing():
    with connection.cursor() as cursor:
        cursor.execute("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == ("kakou_pages", False, False)
        cursor.execute("select count(*) from pg_tables where tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_every_table_of_ours_declares_a_wall():
    assert "access_device" in declared_walls()


def test_nothing_is_left_on_the_connection(devices, cast):
    with acting_for({}):
        pass
    with acting_as(cast.lead):
        pass
    with scopes_disabled():
        assert not Device.objects.exists()
