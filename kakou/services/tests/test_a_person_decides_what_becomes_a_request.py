"""Messages of a group are pasted at the desk, each waits, sealed, for a person who makes it a request or says why
not; nothing is opened by itself, and what nobody decides about is destroyed on its day."""

import pytest
import time_machine

from kakou.access.actions import grant_role
from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.services import actions
from kakou.services.actions import Said
from kakou.services.models import Photo, Proposal
from kakou.services.queries.proposals import text_said
from kakou.services.queries.requests import contact_of, photo_of, text_of
from kakou.services.rules import Category, Channel, Contact, Picture, Report
from kakou.services.tests.asking import DAY, fresh, order_of, places, stored
from tests.cast import AT, sign_in, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
GROUP = """王小明 2021-08-10 12:30:03
花园小区三号楼路灯不亮，电话 13812345678

李四 2021-08-10 12:31:11
收到

赵红梅 2021-08-10 12:35:40
公司进货，找不到开叉车的人
"""


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def ask(client):
    """`ask(staff, path, data)` → the answer, in English."""

    def asked_for(staff, path="proposals/", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        return client.get(f"/services/{path}") if data is None else client.post(f"/services/{path}", data)

    return asked_for


@pytest.fixture
def pasted(ask, places, cast):
    """What the worker of the east copied out of the group of his community."""
    assert ask(cast.worker, "paste/", {"unit": places.east.pk, "text": GROUP}).status_code == 302
    return proposals()


def proposals():
    with acting_as_system():
        return list(Proposal.objects.order_by("said_at"))


def sheet(page, **changed):
    return {**page.context["form"].initial, **changed}


def test_each_message_waits_and_none_is_a_request_yet(ask, pasted, places, cast):
    assert [(one.category, one.place_id, one.state) for one in pasted] == [
        ("facilities", places.garden.pk, "waits"), ("enterprise", None, "waits"),
    ]  # fmt: skip
    assert stored() == []
    page = ask(cast.worker)
    said = page.content.decode()
    assert len(page.context["rows"]) == 2
    assert "13812345678" not in said
    assert "王小明" not in said
    assert "From groups and mail (2)" in ask(cast.worker, "").content.decode()


def test_more_messages_than_anybody_reads_are_refused_whole(ask, places, cast):
    many = "\n".join(f"王{chr(0x4E00 + number)} 2021-08-10 10:00:00\n停水{number}" for number in range(201))
    page = ask(cast.worker, "paste/", {"unit": places.east.pk, "text": many})
    assert (page.status_code, proposals()) == (422, [])
    assert "at most 200 messages" in page.content.decode()


def test_the_text_lies_sealed(pasted):
    for one in pasted:
        assert "路灯".encode() not in bytes(one.text_sealed)
        assert "王小明".encode() not in bytes(one.contact_sealed)


def test_what_was_passed_over_is_told(ask, client, places, cast):
    ask(cast.worker, "paste/", {"unit": places.east.pk, "text": GROUP})
    said = client.get("/services/proposals/").content.decode()
    assert "2 messages wait for your decision. Thanks, greetings and notes of the app were passed over: 1." in said


def test_the_same_messages_again_are_there_once(ask, pasted, places, cast):
    ask(cast.secretary, "paste/", {"unit": places.east.pk, "text": f"{GROUP}\n孙七 2021-08-10 12:40:00\n停水"})
    assert len(proposals()) == 3


def test_a_person_puts_right_what_was_guessed_and_it_is_one_request(ask, pasted, places, cast):
    lamp = pasted[0]
    page = ask(cast.worker, f"proposals/{lamp.pk}/")
    assert page.context["form"].initial == {
        "text": "花园小区三号楼路灯不亮，电话 13812345678", "unit": places.garden.pk, "category": "facilities",
        "phone": "+8613812345678", "name": "王小明",
    }  # fmt: skip
    told = sheet(page, name="王小朋")
    for _ in range(2):
        assert ask(cast.worker, f"proposals/{lamp.pk}/", told).status_code == 302
    [request] = stored()
    assert (request.channel, request.recorded_by, request.place_id) == ("message", cast.worker, places.garden.pk)
    with acting_as_system():
        assert (contact_of(request).name, contact_of(request).phone) == ("王小朋", "+8613812345678")
        assert text_of(request).startswith("花园小区三号楼")
    assert order_of(request).state == "reported"
    [row] = [one for one in proposals() if one.pk == lamp.pk]
    assert (row.state, row.decided_by) == ("taken", cast.worker)
    done = ask(cast.worker, f"proposals/{lamp.pk}/").content.decode()
    assert f"/services/{request.pk}/" in done
    assert "13812345678" not in done


def test_something_wrong_in_the_sheet_opens_nothing(ask, pasted, cast, places):
    page = ask(cast.worker, f"proposals/{pasted[0].pk}/")
    for wrong in ({"text": ""}, {"phone": "12"}, {"unit": places.orchard.pk}):
        assert ask(cast.worker, f"proposals/{pasted[0].pk}/", sheet(page, **wrong)).status_code == 422
    assert stored() == []


def test_one_is_discarded_with_a_reason_and_stays_so(ask, pasted, cast):
    path = f"proposals/{pasted[1].pk}/"
    told = sheet(ask(cast.worker, path), unit=pasted[1].node_id)
    assert ask(cast.worker, f"{path}discard/", {"reason": ""}).status_code == 422
    assert ask(cast.worker, f"{path}discard/", {"reason": "打 13812345678"}).status_code == 422
    assert ask(cast.worker, f"{path}discard/", {"reason": "asks for nothing"}).status_code == 302
    assert ask(cast.worker, f"{path}discard/", {"reason": "again"}).status_code == 422
    assert ask(cast.worker, path, told).status_code == 422
    assert stored() == []
    [row] = ask(cast.worker, "proposals/?state=discarded").context["rows"]
    assert row.came.row.reason == "asks for nothing"


def test_each_look_leaves_a_trace(ask, pasted, cast):
    ask(cast.worker, f"proposals/{pasted[0].pk}/")
    assert Event.objects.using("owner").filter(action="proposal.seen", subject=str(pasted[0].pk)).count() == 1


def test_a_sheet_that_is_sent_back_is_shown_to_whoever_decides_alone_and_leaves_a_trace(ask, places, cast):
    """Somebody may see what came in here, and decides elsewhere."""
    with acting_as_system():
        said = Said("停水", mark="1", email="wang@example.cn")
        id = actions.propose(said, node=places.east.pk, channel=Channel.MAIL, at=AT)
    elsewhere = staff("elsewhere", Role.GATE_RECORDER, places.east)
    grant_role(staff=elsewhere, role=Role.GATE_LEAD, node=places.orchard_gate, by=None, at=AT)
    sheets = {"": {"text": ""}, "discard/": {"reason": ""}}
    for path, wrong in sheets.items():
        answer = ask(elsewhere, f"proposals/{id}/{path}", wrong)
        assert answer.status_code == 403
        assert "wang@example.cn" not in answer.content.decode()
    seen = Event.objects.using("owner").filter(action="proposal.seen", subject=str(id))
    assert not seen.exists()
    for many, (path, wrong) in enumerate(sheets.items(), start=1):
        answer = ask(cast.worker, f"proposals/{id}/{path}", wrong)
        assert answer.status_code == 422
        assert "wang@example.cn" in answer.content.decode()
        assert seen.filter(by=cast.worker.pk).count() == many


def test_another_community_sees_nothing_of_it(ask, pasted, places, cast):
    assert list(ask(cast.neighbour).context["rows"]) == []
    assert ask(cast.neighbour, f"proposals/{pasted[0].pk}/").status_code == 404
    assert ask(cast.worker, "paste/", {"unit": places.orchard.pk, "text": GROUP}).status_code == 422


def test_an_empty_desk_says_what_to_do(ask, places, cast):
    assert "Paste what residents wrote" in ask(cast.worker).content.decode()
    assert ask(cast.worker, "paste/", {"unit": places.east.pk, "text": " "}).status_code == 422


def test_its_photo_goes_with_the_request_also_to_an_office_above(places, cast):
    said = Said("公司进货", mark="1", photo=Picture("png", b"picture"))
    with acting_as_system():
        id = actions.propose(said, node=places.east.pk, channel=Channel.MAIL, at=AT)
    report = Report(Category.ENTERPRISE, places.garden.pk, "公司进货", Contact(), Channel.MAIL, "zh-hans")
    with acting_as(cast.worker):
        request = actions.take(Proposal.objects.get(pk=id), report, by=cast.worker, at=AT + 20 * DAY)
    assert request.node_id == places.street.pk
    with acting_as_system():
        assert photo_of(fresh(request)) == ("image/png", b"picture")
        photo = Photo.objects.get()
        assert (photo.request_id, photo.proposal_id, photo.due_on) == (request.pk, None, request.due_on)


@pytest.fixture
def waiting(places):
    """One that nobody decided about, with a photo."""
    with acting_as_system():
        actions.propose(
            Said("停水", mark="1", photo=Picture("png", b"x")), node=places.east.pk, channel=Channel.MAIL, at=AT
        )


def test_what_nobody_decides_about_is_destroyed_on_its_day_and_that_is_told(waiting, as_worker):
    actions.forget_requests(by=None, at=AT + 29 * DAY)
    with acting_as_system():
        assert (Proposal.objects.count(), Photo.objects.count()) == (1, 1)
        assert text_said(Proposal.objects.get()) == "停水"
    actions.forget_requests(by=None, at=AT + 30 * DAY)
    with acting_as_system():
        assert (Proposal.objects.count(), Photo.objects.count()) == (0, 0)
    event = Event.objects.using("owner").get(action="proposals.forgotten")
    assert event.facts == {"rows": 1, "undecided": 1}


def test_of_a_long_message_nothing_is_lost_without_a_word(ask, places, cast):
    long = "花园小区停水。" * 600
    pasted = f"王小明 2021-08-10 12:40:00\n{long}电话 13812345678\n孙七 2021-08-10 12:41:00\n停电"
    answer = ask(cast.worker, "paste/", {"unit": places.east.pk, "text": pasted})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "4000" in said
    assert "王小明" in said
    assert long in said  # what was typed stands in the form still
    assert proposals() == []
    half = pasted.replace(long, long[: len(long) // 2])
    assert ask(cast.worker, "paste/", {"unit": places.east.pk, "text": half}).status_code == 302
    assert len(proposals()) == 2
