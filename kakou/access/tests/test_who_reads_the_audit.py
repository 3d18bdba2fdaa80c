"""Events are seen by who holds see_audit over their node; the wall is declared here because audit lies below access."""

import pytest
from django.db import connection

from kakou.access.rules import ROLES, Permission, Role
from kakou.access.scope import acting_as
from kakou.audit.actions import record
from kakou.audit.models import Event

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def seen():
    return set(Event.objects.filter(action="seal.opened").values_list("subject", flat=True))


def test_each_sees_the_events_of_the_places_he_audits(tree, cast, at):
    with acting_as(cast.commander):
        for subject, node in {"east": tree.garden.pk, "west": tree.orchard.pk, "nowhere": None}.items():
            record("seal.opened", subject=subject, by=cast.commander.pk, at=at, node=node)
    for name, staff in vars(cast).items():
        with acting_as(staff):
            assert seen() == ({"east", "west"} if audits(staff) else set()), name
    assert audits(cast.auditor)


def test_nobody_in_particular_sees_nothing(tree, cast, at):
    with acting_as(cast.commander):
        record("seal.opened", subject="east", by=cast.commander.pk, at=at, node=tree.garden.pk)
    assert seen() == set()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_event")
        assert cursor.fetchone() == (0,)


def audits(staff):
    roles = staff.grants.values_list("role", flat=True)
    return any(Permission.SEE_AUDIT in ROLES[Role(role)].permissions for role in roles)
