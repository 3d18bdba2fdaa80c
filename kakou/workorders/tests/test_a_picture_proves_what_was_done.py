"""A photo or a signature proves what was done: sealed, shown to whoever may act, each look told, destroyed in time."""

import datetime as dt

import pytest

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.ids import new_id
from kakou.kernel.photos import Picture
from kakou.kernel.time import day_in
from kakou.vault.sealing import key_id_of
from kakou.web.queries import site_zone
from kakou.workorders import actions, events, queries
from kakou.workorders.actions.exhibits import KEPT, MOST
from kakou.workorders.models import Exhibit
from kakou.workorders.rules import ORDINARY, REQUEST, Kind, OrderRefused, Proof, within

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MENDED = events.register_kind(
    Kind("t_mended", "Mended", within(days=1), frozenset({"finding"}), proof=frozenset({Proof.PHOTO}))
)
HANDED = events.register_kind(Kind("t_handed_on", "Handed on", ORDINARY, frozenset({"result"}), flow=REQUEST))
PICTURE = Picture("png", b"a lamp that burns")


@pytest.fixture
def order(tree, cast, at):
    with acting_as_system():
        id = actions.open_once(MENDED.name, new_id(), node=tree.garden.pk, at=at)
    with acting_as(cast.secretary):
        return queries.order_at(id)


def shown(order, by, at, proof=Proof.PHOTO):
    with acting_as(by):
        return actions.exhibit(order, proof=proof, picture=PICTURE, by=by, at=at)


def test_an_order_that_needs_a_photo_closes_with_one_and_not_without(order, cast, at):
    said = {"finding": "灯已修好"}
    with acting_as(cast.secretary):
        with pytest.raises(OrderRefused, match="photo"):
            actions.close(order, evidence=said, by=cast.secretary, at=at)
        actions.exhibit(order, proof=Proof.PHOTO, picture=PICTURE, by=cast.secretary, at=at)
        actions.close(order, evidence=said, by=cast.secretary, at=at)


def test_it_is_kept_sealed_and_each_look_is_told(order, cast, at):
    id = shown(order, cast.secretary, at, Proof.SIGNATURE)
    with acting_as(cast.secretary):
        kept = Exhibit.objects.get()
        assert PICTURE.content not in bytes(kept.sealed)
        assert actions.look_at(id, by=cast.secretary, at=at) == ("image/png", PICTURE.content)
        assert [(one.pk, one.proof) for one in queries.exhibits_of(order)] == [(id, "signature")]
    looks = Event.objects.using("owner").filter(action="order.picture_seen")
    assert [(look.subject, look.by) for look in looks] == [(str(order.pk), cast.secretary.pk)]


def test_nobody_elsewhere_and_nobody_who_may_not_act_sees_it(order, cast, at):
    id = shown(order, cast.secretary, at)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        actions.look_at(id, by=cast.neighbour, at=at)
    with acting_as(cast.recorder), pytest.raises((NotAllowed, NotFound)):
        actions.look_at(id, by=cast.recorder, at=at)


def test_it_goes_where_its_order_goes_and_is_seen_no_more_where_it_was(tree, cast, at):
    with acting_as_system():
        id = actions.open_once(HANDED.name, new_id(), node=tree.east.pk, at=at)
    with acting_as(cast.secretary):
        found = queries.order_at(id)
        actions.accept(found, by=cast.secretary, at=at)
        actions.dispatch(found, unit=tree.west.pk, by=cast.secretary, at=at)
    with acting_as(cast.neighbour):
        theirs = queries.order_at(id)
        before = actions.exhibit(theirs, proof=Proof.PHOTO, picture=PICTURE, by=cast.neighbour, at=at)
        actions.give_back(theirs, reason="不属于我们", by=cast.neighbour, at=at)
    with acting_as(cast.neighbour), pytest.raises(NotFound):
        actions.look_at(before, by=cast.neighbour, at=at)
    with acting_as(cast.secretary):
        after = actions.exhibit(queries.order_at(id), proof=Proof.PHOTO, picture=PICTURE, by=cast.secretary, at=at)
        actions.dispatch(queries.order_at(id), unit=tree.west.pk, by=cast.secretary, at=at + HOUR)
    with acting_as(cast.neighbour):
        assert actions.look_at(after, by=cast.neighbour, at=at)[1] == PICTURE.content


def test_a_closed_order_takes_no_more_and_an_open_one_a_dozen(order, cast, at):
    for _ in range(MOST):
        shown(order, cast.secretary, at)
    with pytest.raises(OrderRefused, match=str(MOST)):
        shown(order, cast.secretary, at)
    with acting_as(cast.secretary):
        actions.close(order, evidence={"finding": "灯已修好"}, by=cast.secretary, at=at)
    with pytest.raises(OrderRefused, match="closed"):
        shown(order, cast.secretary, at)
    with acting_as_system():
        assert Exhibit.objects.count() == MOST


def test_what_is_typed_is_no_picture(order, cast, at):
    with pytest.raises(OrderRefused, match="typed"):
        shown(order, cast.secretary, at, Proof.READING)


def test_it_is_destroyed_after_its_order_and_lives_on_while_that_is_open(order, cast, at, request):
    closed = order
    with acting_as_system():
        still = queries.order_at(actions.open_once(MENDED.name, new_id(), node=order.node_id, at=at))
    mine, other = shown(closed, cast.secretary, at), shown(still, cast.secretary, at)
    with acting_as(cast.secretary):
        actions.close(closed, evidence={"finding": "灯已修好"}, by=cast.secretary, at=at + HOUR)
    request.getfixturevalue("as_worker")
    later = at + KEPT - 3 * DAY
    with acting_as_system():
        before = key_id_of(bytes(Exhibit.objects.get(pk=other).sealed))
        assert actions.forget_exhibits(before=at, by=None, at=at + DAY) == 0
        assert actions.forget_exhibits(before=at + 2 * HOUR, by=None, at=later) == 1
        kept = Exhibit.objects.get()
        assert kept.pk == other != mine
        assert kept.due_on > day_in(site_zone(), later) + 30 * DAY
        assert key_id_of(bytes(kept.sealed)) != before
    with acting_as(cast.secretary):
        assert actions.look_at(other, by=cast.secretary, at=later)[1] == PICTURE.content


def test_the_same_picture_sent_twice_is_one(order, cast, at):
    key = new_id()
    with acting_as(cast.secretary):
        given = {"proof": Proof.PHOTO, "picture": PICTURE, "by": cast.secretary, "key": key}
        first = actions.exhibit(order, at=at, **given)
        assert actions.exhibit(order, at=at + HOUR, **given) == first
        actions.close(order, evidence={"finding": "灯已修好"}, by=cast.secretary, at=at + HOUR)
        assert actions.exhibit(order, at=at + DAY, **given) == first
        assert [one.pk for one in queries.exhibits_of(order)] == [first]
        assert [step.kind for step in queries.steps_of(order)].count("proved") == 1


def test_the_key_of_another_step_is_no_key_of_a_picture(order, cast, at):
    key = new_id()
    with acting_as(cast.secretary):
        actions.note(order, text="梯子已借", by=cast.secretary, at=at, key=key)
        with pytest.raises(OrderRefused, match="another step"):
            actions.exhibit(order, proof=Proof.PHOTO, picture=PICTURE, by=cast.secretary, at=at, key=key)
