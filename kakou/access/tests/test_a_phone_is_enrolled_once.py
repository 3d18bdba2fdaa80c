import datetime as dt

import pytest

from kakou.access import actions
from kakou.access.models import Device, Enrolment
from kakou.access.scope import acting_as
from kakou.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def token(tree, cast, at):
    return actions.issue_enrolment(node=tree.garden_gate, name="east gate 1", by=cast.lead, at=at)[1]


def test_it_binds_one_phone_to_one_gate(token, tree, cast, at):
    device, _ = actions.enrol_device(token=token, at=at)
    assert device.node_id == tree.garden_gate.pk


def test_it_is_good_once(token, at):
    actions.enrol_device(token=token, at=at)
    with pytest.raises(actions.EnrolmentUnusable):
        actions.enrol_device(token=token, at=at)


def test_it_is_good_for_fifteen_minutes(token, at):
    with pytest.raises(actions.EnrolmentUnusable):
        actions.enrol_device(token=token, at=at + dt.timedelta(minutes=15))


def test_a_guessed_token_gets_the_same_words(at, db):
    with pytest.raises(actions.EnrolmentUnusable):
        actions.enrol_device(token="x" * 32, at=at)


def test_no_token_is_kept_in_clear(token, at):
    _, device_token = actions.enrol_device(token=token, at=at)
    assert token.encode() not in bytes(Enrolment.objects.get().token_hash)
    assert len(device_token) >= 43


def test_it_dies_with_the_right_of_who_issued_it(token, cast, at):
    actions.end_grant(cast.lead.grants.get(), by=cast.administrator, at=at)
    with pytest.raises(NotAllowed):
        actions.enrol_device(token=token, at=at)


def test_another_communitys_gate_is_not_theirs_to_enrol(tree, cast, at):
    with pytest.raises(NotAllowed):
        actions.issue_enrolment(node=tree.orchard_gate, name="x", by=cast.lead, at=at)


def test_it_is_revoked_once_and_stays_on_the_list(token, cast, at):
    device, _ = actions.enrol_device(token=token, at=at)
    with acting_as(cast.lead):
        actions.revoke_device(device, by=cast.lead, at=at)
        actions.revoke_device(device, by=cast.lead, at=at + dt.timedelta(hours=1))
        assert Device.objects.get().revoked_at == at
