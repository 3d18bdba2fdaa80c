"""The office changes a number, publishes it, and every gate below goes by it from that time on; nothing old changes."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, connections

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.places.rules import UnitKind
from kakou.screening.actions.packs import (
    PublicationRefused,
    add_pack,
    change_params,
    end_publication,
    publish,
)
from kakou.screening.models import Edition
from kakou.screening.packs import PackRefused, shipped
from kakou.screening.queries import packs
from kakou.screening.rules import judge
from tests.cast import AT

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LATER = AT + dt.timedelta(hours=2)


@pytest.fixture
def warm(cast):
    """An edition with the limit at 37.5, made by the administrator."""
    with acting_as(cast.administrator):
        return change_params(
            "cn-2021-08.1", {"temperature_limit": 375}, note="hot weather", by=cast.administrator, at=AT
        )


def case(tenths):
    return {"at": 0, "day": "2021-08-10", "direction": "in", "who": "visitor", "checks": {"temperature": tenths}}


def fever_reasons(version, tenths):
    with acting_as_system():
        judged = judge(packs.pack_of(version), case(tenths))
    return [reason for reason in judged.reasons if reason.startswith("temperature") and "not_looked" not in reason]


def test_only_the_number_is_another(warm):
    with acting_as_system():
        old, new = packs.content_of("cn-2021-08.1"), packs.content_of(str(warm))
    assert (str(warm), warm.based_on) == ("cn-2021-08.2", "cn-2021-08.1")
    assert new["params"]["temperature_limit"]["value"] == 375
    new["params"]["temperature_limit"]["value"], new["edition"] = 373, 1
    assert new == old


def test_it_judges_by_the_new_limit_and_the_old_one_still_by_the_old(warm):
    assert fever_reasons("cn-2021-08.1", 374) and not fever_reasons(str(warm), 374)
    assert fever_reasons(str(warm), 375)


def test_without_a_change_nothing_is_made(cast):
    with acting_as(cast.administrator), pytest.raises(PublicationRefused, match="Nothing is changed"):
        change_params("cn-2021-08.1", {"temperature_limit": 373}, note="", by=cast.administrator, at=AT)
    assert not Edition.objects.exists()


def test_a_limit_that_no_person_reaches_is_refused(cast):
    with acting_as(cast.administrator), pytest.raises(PackRefused) as refused:
        change_params("cn-2021-08.1", {"temperature_limit": 500}, note="", by=cast.administrator, at=AT)
    assert "temperature_limit" in str(refused.value.params)


@pytest.mark.parametrize("role", ["recorder", "worker", "secretary", "enterprise", "auditor", "investigator"])
def test_who_does_not_manage_rules_makes_none(cast, role):
    account = getattr(cast, role)
    with acting_as(account), pytest.raises(NotAllowed):
        change_params("cn-2021-08.1", {"temperature_limit": 375}, note="", by=account, at=AT)


def test_an_edition_is_never_changed_not_even_by_the_owner(warm):
    with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
        cursor.execute("update screening_edition set note = 'x'")


def test_one_that_was_changed_behind_our_back_is_not_gone_by(cast):
    """The signature stands over the content; who can write to the database cannot sign."""
    content = shipped("cn-2021-08")
    with acting_as(cast.administrator):
        made = add_pack(content, note="", by=cast.administrator, at=AT)
        forged = json.loads(made.content)
        forged["params"]["temperature_limit"]["value"], forged["edition"] = 400, 9
        text = json.dumps(forged)
        Edition.objects.create(
            code="cn-2021-08", number=9, content=text, digest=bytes(made.digest), signature=bytes(made.signature),
            made_at=AT,
        )  # fmt: skip
        with pytest.raises(packs.EditionAltered):
            packs.content_of("cn-2021-08.9")


def test_it_holds_below_where_it_is_published_and_only_there(cast, tree, warm):
    with acting_as(cast.administrator):
        publish(str(warm), node=tree.east, starts_at=AT, by=cast.administrator, at=AT)
        assert packs.version_at(tree.garden_gate.pk, "compound", AT) == "cn-2021-08.2"
        assert packs.version_at(tree.orchard_gate.pk, "compound", AT) == "cn-2021-08.1"


def test_the_gate_knows_what_was_published_above_all_that_it_may_see(cast, tree, warm):
    with acting_as(cast.administrator):
        publish(str(warm), node=tree.street, starts_at=LATER, by=cast.administrator, at=AT)
    with acting_as(cast.recorder):
        assert packs.publications() == []
        turns = packs.turns_at(tree.garden_gate.pk, "compound", AT)
        assert [(turn.since, turn.version) for turn in turns] == [(AT, "cn-2021-08.1"), (LATER, "cn-2021-08.2")]
        assert packs.lines_at(tree.orchard_gate.pk) == []  # not his place: nothing of it


def test_for_enterprises_only(cast, tree, warm):
    with acting_as(cast.administrator):
        publish(str(warm), node=tree.street, unit_kind=UnitKind.ENTERPRISE, starts_at=AT, by=cast.administrator, at=AT)
        held = {kind: packs.version_at(tree.garden.pk, kind, AT) for kind in ("compound", "enterprise")}
    assert held == {"compound": "cn-2021-08.1", "enterprise": "cn-2021-08.2"}


def test_nobody_publishes_into_the_past_or_what_nobody_knows(cast, tree, warm):
    with acting_as(cast.administrator):
        with pytest.raises(PublicationRefused, match="time is over"):
            publish(str(warm), node=tree.east, starts_at=AT - dt.timedelta(hours=1), by=cast.administrator, at=AT)
        with pytest.raises(NotFound):
            publish("cn-2021-08.77", node=tree.east, starts_at=AT, by=cast.administrator, at=AT)


def test_nobody_publishes_over_places_that_are_not_his(cast, tree, warm):
    for account in (cast.worker, cast.neighbour):
        with acting_as(account), pytest.raises(NotAllowed):
            publish(str(warm), node=tree.east, starts_at=AT, by=account, at=AT)


def test_when_it_ends_what_held_before_holds_again_and_all_of_it_is_on_record(cast, tree, warm):
    with acting_as(cast.administrator):
        made = publish(str(warm), node=tree.east, starts_at=AT, by=cast.administrator, at=AT)
        end_publication(made, by=cast.administrator, at=LATER)
        end_publication(made, by=cast.administrator, at=LATER + dt.timedelta(hours=1))
        held = [packs.version_at(tree.garden.pk, "compound", at) for at in (AT, LATER)]
    assert held == ["cn-2021-08.2", "cn-2021-08.1"]
    with acting_as_system(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")  # as a commit does: what was told enters the chain
        done = list(Event.objects.filter(action__startswith="pack.").order_by("seq").values_list("action", flat=True))
    assert done == ["pack.made", "pack.published", "pack.withdrawn"]


def test_one_that_has_not_begun_never_held(cast, tree, warm):
    with acting_as(cast.administrator):
        made = publish(str(warm), node=tree.east, starts_at=LATER, by=cast.administrator, at=AT)
        end_publication(made, by=cast.administrator, at=AT)
        assert packs.version_at(tree.garden.pk, "compound", LATER) == "cn-2021-08.1"


def test_a_pack_of_ones_own_is_checked_before_it_is_taken(cast):
    broken = shipped("who-poe")
    broken["rules"]["purpose.emergency"]["when"] = {"or": [True]}
    with acting_as(cast.administrator), pytest.raises(PackRefused):
        add_pack(broken, note="", by=cast.administrator, at=AT)
