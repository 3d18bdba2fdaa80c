"""Contacts go to another area as a file and stand as handed over when its receipt has come; what others send comes in
once, after a person confirmed who sent it."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.audit.rules import ReasonUnfit
from kakou.kernel.errors import NotAllowed, NotFound, Refusal
from kakou.kernel.ids import new_id
from kakou.tracing import handing
from kakou.tracing.actions.cases import NewContact, involve, take_step
from kakou.tracing.actions.handing_in import AlreadyTaken, HandInRefused, bring_in, look_in
from kakou.tracing.actions.handovers import (
    HandoverRefused,
    ReceiptRefused,
    Wording,
    bring_receipt,
    make_handover,
)
from kakou.tracing.actions.names import ask_names, settle_names
from kakou.tracing.actions.offices import OfficeUnknown, OurOwn, end_trust, give_card, our_keys, trust_card
from kakou.tracing.actions.outbreaks import open_outbreak
from kakou.tracing.models import HandedIn, Handover, Involved, Office, Step
from kakou.tracing.policy import Grade
from kakou.tracing.queries.names import open_release
from kakou.tracing.rules.names import ReleaseMove
from kakou.tracing.rules.standing import Move, Origin, Standing
from kakou.tracing.tests.outbreakwork import DAY, HOUR, case, outbreak, people_in, places, registered
from tests.cast import AT, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["case", "outbreak", "places"]
WORDS = Wording(
    lambda told: [str(told)], lambda move, reason: f"{move} {reason}", lambda task, finding: f"{task} {finding}"
)
THEIRS, THEIR_LOCK = OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256")


@pytest.fixture
def contacts(cast, outbreak, case, places):
    """Two contacts of the case; the first is followed."""
    people = [
        registered(places.garden, "李国强", document="110105198511234570", phone="13800138002", address="3-2-501"),
        registered(places.orchard, "阿卜杜热合曼·买买提"),
    ]
    with acting_as(cast.investigator):
        rows = involve(
            outbreak,
            [NewContact(p.pk, p.node_id, Grade.CLOSE, Origin.INTERVIEW, last=AT - DAY, source=case.pk) for p in people],
            by=cast.investigator, at=AT,
        )  # fmt: skip
        take_step(rows[0], Move.ACCEPTED, grade=Grade.CLOSE, by=cast.investigator, at=AT)
    return rows


def release(cast, outbreak, at=AT):
    """A second person lets the investigator see names; once is enough."""
    with acting_as(cast.investigator):
        if open_release(outbreak, cast.investigator, at) is not None:
            return
        asked = ask_names(outbreak, reason="hand over", by=cast.investigator, at=at)
    with acting_as(cast.commander):
        settle_names(asked, ReleaseMove.GRANT, by=cast.commander, at=at)


def make(cast, outbreak, contacts, *, by=None, recipient=THEIR_LOCK, at=AT, **more):
    release(cast, outbreak)
    by = by or cast.investigator
    given = {"area": "邗江区", "reason": "lives there", "wording": WORDS} | more
    with acting_as(by):
        return make_handover(outbreak, contacts, recipient=recipient, by=by, at=at, **given)


def receipt_of(made, key=THEIRS, **more):
    """As the other side signs it."""
    told = {"handover": made.handover.pk, "digest": made.handover.digest, "many": made.handover.many} | more
    text = handing.Receipt(received_at=AT + HOUR, by="邗江区疾控", **told)
    return handing.signed(handing.write_receipt(text), key, kind=handing.RECEIPT).encode()


def altered(content):
    """Another character amid the signature."""
    at = len(content) - 30
    return content[:at] + (b"B" if content[at : at + 1] == b"A" else b"A") + content[at + 1 :]


def bring(cast, content, at=AT + HOUR, by=None):
    by = by or cast.investigator
    with acting_as(by):
        return bring_receipt(content, reason="taken by 邗江区", by=by, at=at)


def trust(cast, key=THEIRS, lock=THEIR_LOCK, name="邗江区疾控"):
    with acting_as(cast.investigator):
        card = handing.read_card(handing.write_card(name, key, lock).encode())
        return trust_card(card, by=cast.investigator, at=AT)


def standings(contacts):
    with acting_as_system():
        rows = Involved.objects.in_bulk([one.pk for one in contacts])
        return [rows[one.pk].standing for one in contacts]


# out


def test_the_file_says_all_that_the_other_side_needs_and_only_they_read_it(cast, outbreak, contacts):
    made = make(cast, outbreak, contacts)
    with pytest.raises(handing.ForAnother):
        handing.opened_with(made.content.decode(), our_keys().opens)
    signer, payload = handing.verified(handing.opened_with(made.content.decode(), THEIR_LOCK), kind=handing.HANDOVER)
    paper = handing.read_paper(payload)
    assert handing.fingerprint(signer) == handing.fingerprint(our_keys().signs)
    assert (paper.id, paper.outbreak, paper.edition, paper.area, paper.sender) == (
        made.handover.pk, "八月疫情", "cn-8", "邗江区", "睢城街道",
    )  # fmt: skip
    li = next(one for one in paper.people if one.name == "李国强")
    assert (li.document, li.phone, li.address) == (("10", "110105198511234570"), "+8613800138002", "3-2-501")
    assert (li.grade, li.last) == ("close", AT - DAY)
    assert li.met[0].since == AT - DAY
    assert [done.words for done in li.done] == ["accepted "]
    assert made.handover.digest == handing.digest_of(made.content)


def test_they_go_on_being_followed_until_the_receipt_has_come(cast, outbreak, contacts):
    trust(cast)
    made = make(cast, outbreak, contacts)
    assert standings(contacts) == [Standing.FOLLOWED, Standing.PROPOSED]
    done = bring(cast, receipt_of(made))
    assert (done.moved, done.left) == (2, 0)
    assert standings(contacts) == [Standing.HANDED_OVER, Standing.HANDED_OVER]
    again = bring(cast, receipt_of(made), at=AT + DAY)
    assert (again.moved, again.handover.received_at) == (0, AT + HOUR), "the same receipt twice changes nothing"
    with acting_as_system():
        assert Step.objects.filter(move=Move.HANDED_OVER).count() == 2
        assert Handover.objects.get().receipt == receipt_of(made).decode()


def test_who_was_decided_about_since_is_left(cast, outbreak, contacts):
    trust(cast)
    made = make(cast, outbreak, contacts)
    with acting_as(cast.investigator):
        take_step(contacts[1], Move.DISMISSED, reason="was away", by=cast.investigator, at=AT)
    assert bring(cast, receipt_of(made))[1:] == (1, 1)
    assert standings(contacts) == [Standing.HANDED_OVER, Standing.DISMISSED]


def test_a_receipt_of_somebody_unknown_of_another_file_or_of_nobodys_is_refused(cast, outbreak, contacts):
    made = make(cast, outbreak, contacts)
    with pytest.raises(OfficeUnknown) as unknown:
        bring(cast, receipt_of(made))
    assert unknown.value.told == "邗江区疾控"
    trust(cast)
    for content, refusal in (
        (receipt_of(made, digest="0" * 64), ReceiptRefused), (receipt_of(made, many=1), ReceiptRefused),
        (receipt_of(made, handover=new_id()), NotFound), (made.content, handing.ForAnother),
        (altered(receipt_of(made)), handing.FileAltered), (b"", handing.NotAFile),
    ):  # fmt: skip
        with pytest.raises(refusal):
            bring(cast, content)
    assert standings(contacts) == [Standing.FOLLOWED, Standing.PROPOSED]


def test_another_receipt_after_the_first_is_refused(cast, outbreak, contacts):
    trust(cast)
    other = OKPKey.generate_key("Ed25519")
    trust(cast, other, name="别处")
    made = make(cast, outbreak, contacts)
    bring(cast, receipt_of(made))
    with pytest.raises(ReceiptRefused):
        bring(cast, receipt_of(made, other))


@pytest.mark.parametrize("recipient", [None, THEIR_LOCK], ids=["open", "sealed"])
def test_a_file_needs_the_names_released_also_a_sealed_one(cast, outbreak, contacts, recipient):
    given = {"area": "邗江区", "reason": "lives there", "wording": WORDS, "recipient": recipient}
    with acting_as(cast.investigator), pytest.raises(HandoverRefused):
        make_handover(outbreak, contacts, by=cast.investigator, at=AT, **given)
    made = make(cast, outbreak, contacts, recipient=recipient, at=AT + HOUR)
    assert handing.is_sealed(made.content.decode()) == (recipient is not None)


def test_a_case_somebody_released_and_nobody_at_all_are_refused(cast, outbreak, contacts, case):
    with acting_as(cast.investigator):
        take_step(contacts[1], Move.DISMISSED, reason="was away", by=cast.investigator, at=AT)
    for chosen in ([case], [contacts[1]], []):
        with pytest.raises(HandoverRefused):
            make(cast, outbreak, chosen)
    with pytest.raises(HandoverRefused):
        make(cast, outbreak, contacts[:1], area=" ")
    with pytest.raises(ReasonUnfit):
        make(cast, outbreak, contacts[:1], reason="13800138002")
    with pytest.raises(NotAllowed):
        make(cast, outbreak, contacts[:1], by=cast.worker)
    with acting_as_system():
        assert not Handover.objects.exists()


def test_nothing_personal_is_told_to_the_audit(transactional_db, cast, outbreak, contacts):
    trust(cast)
    bring(cast, receipt_of(make(cast, outbreak, contacts)))
    with acting_as_system():
        events = {event.action: event.facts for event in Event.objects.all()}
    assert events["handover.made"]["many"] == 2
    assert events["handover.made"]["sealed"] is True
    assert events["handover.received"]["moved"] == 2
    assert not any(word in str(events) for word in ("李", "买买提", "1380013", "110105", "3-2-501"))


# in

LI = handing.HandedPerson(
    name="孙丽", document=("10", "110105198511234570"), phone="13800138009", grade="close", since=AT - DAY,
    last=AT - DAY,
    met=[handing.Met(place="邗江区棋牌室", since=AT - DAY, until=AT - DAY, words="同处一室 180 分钟。")],
    done=[handing.Done(at=AT - HOUR, words="电话通知")],
)  # fmt: skip
ABDU = handing.HandedPerson(name="阿卜杜热合曼·买买提", phone="13800138010", grade="secondary", since=AT, last=AT + DAY)


def paper(*people, **more):
    told = {
        "id": new_id(),
        "made_at": AT,
        "sender": "邗江区疾控",
        "area": "睢城街道",
        "outbreak": "棋牌室",
        "edition": "cn-8",
    }
    return handing.Paper(**told | more, people=list(people or (LI, ABDU)))


def file_of(told, key=THEIRS, *, sealed=True):
    text = handing.signed(handing.write_paper(told), key, kind=handing.HANDOVER)
    return (handing.sealed(text, our_keys().opens) if sealed else text).encode()


def take(cast, outbreak, content, *, trusted=True, by=None, at=AT + HOUR):
    by = by or cast.investigator
    with acting_as(by):
        return bring_in(outbreak, content, node=outbreak.node_id, trust=trusted, by=by, at=at)


def test_they_are_registered_and_proposed_and_the_receipt_speaks_of_this_very_file(cast, outbreak):
    told = paper()
    content = file_of(told)
    made = take(cast, outbreak, content)
    assert people_in(outbreak) == [("孙丽", "proposed", "close"), ("阿卜杜热合曼·买买提", "proposed", "secondary")]
    signer, payload = handing.verified(made.receipt, kind=handing.RECEIPT)
    receipt = handing.read_receipt(payload)
    assert handing.fingerprint(signer) == handing.fingerprint(our_keys().signs)
    assert (receipt.handover, receipt.digest, receipt.many) == (told.id, handing.digest_of(content), 2)
    with acting_as_system():
        rows = {row.proposed: row for row in Involved.objects.all()}
        assert {row.origin for row in rows.values()} == {"handed_in"}
        assert rows["secondary"].last_at == AT + HOUR, "a clock that is ahead there makes nobody a contact of tomorrow"
        note = Step.objects.get(involved=rows["close"], move=Move.NOTED)
        assert note.reason == "邗江区疾控 · 邗江区棋牌室 · 同处一室 180 分钟。"
        assert note.facts["done"] == [[(AT - HOUR).isoformat(), "电话通知"]]


def test_what_we_hand_over_comes_back_as_a_receipt_that_we_take(cast, outbreak, contacts):
    """The whole way there and back, each side with its own keys."""
    trust(cast)
    made = make(cast, outbreak, contacts)
    text = handing.opened_with(made.content.decode(), THEIR_LOCK)
    _, payload = handing.verified(text, kind=handing.HANDOVER)
    theirs = handing.read_paper(payload)
    answer = receipt_of(made, handover=theirs.id, many=len(theirs.people), digest=handing.digest_of(made.content))
    assert bring(cast, answer).moved == 2


def test_a_sender_who_is_not_known_is_shown_and_waits_for_a_person(cast, outbreak):
    content = file_of(paper())
    with acting_as(cast.investigator):
        opened = look_in(content)
    assert (opened.office, opened.paper.sender) == (None, "邗江区疾控")
    with pytest.raises(OfficeUnknown) as unknown:
        take(cast, outbreak, content, trusted=False)
    assert handing.grouped(handing.fingerprint(THEIRS)) in str(unknown.value)
    assert people_in(outbreak) == []
    take(cast, outbreak, content)
    with acting_as_system():
        assert Office.objects.get().confirmed_by_id == cast.investigator.pk
    take(cast, outbreak, file_of(paper(LI)), trusted=False)


def test_a_sender_whose_key_was_lost_is_not_taken_any_more(cast, outbreak):
    office = trust(cast)
    with acting_as(cast.investigator):
        end_trust(office, by=cast.investigator, at=AT)
    with pytest.raises(OfficeUnknown):
        take(cast, outbreak, file_of(paper()), trusted=False)


def test_a_file_is_taken_once_however_it_is_packed(cast, outbreak):
    told = paper()
    content = file_of(told)
    first = take(cast, outbreak, content)
    for again in (content, file_of(told), file_of(told, sealed=False)):
        with pytest.raises(AlreadyTaken) as refused:
            take(cast, outbreak, again)
        assert refused.value.taken == first.pk, "so that a lost receipt can be given again"
    with acting_as_system():
        assert HandedIn.objects.count() == 1


def test_the_same_people_in_another_file_are_the_same_people(cast, outbreak):
    take(cast, outbreak, file_of(paper()))
    take(cast, outbreak, file_of(paper()))
    assert len(people_in(outbreak)) == 2


def test_a_file_of_our_own_is_refused(cast, outbreak, contacts):
    made = make(cast, outbreak, contacts, recipient=our_keys().opens)
    with pytest.raises(OurOwn):
        take(cast, outbreak, made.content)
    with acting_as(cast.investigator), pytest.raises(OurOwn):
        card = handing.read_card(give_card(by=cast.investigator, at=AT))
        trust_card(card, by=cast.investigator, at=AT)


def test_one_who_cannot_be_taken_is_named_by_his_number_and_nobody_is_taken(cast, outbreak, places):
    registered(places.garden, "别人", document="110105199003078027")
    other = handing.HandedPerson(name="孙丽", document=("10", "110105199003078027"), grade="close", since=AT, last=AT)
    unfit = handing.HandedPerson(name="孙丽", document=("10", "110105199003078028"), grade="close", since=AT, last=AT)
    for people in ((ABDU, other), (ABDU, unfit), (LI, LI)):
        with pytest.raises(HandInRefused) as refused:
            take(cast, outbreak, file_of(paper(*people)))
        assert refused.value.params["number"] == 2
    assert people_in(outbreak) == []
    with acting_as_system():
        assert not HandedIn.objects.exists()


def test_one_who_is_registered_out_of_sight_is_named_by_his_number_too(cast, places):
    registered(places.orchard, "孙丽", document="110105198511234570")
    own = staff("east", Role.INVESTIGATOR, places.east)
    with acting_as(own):
        theirs = open_outbreak(node=places.east.pk, title="东城", plan="cn-8", by=own, at=AT)
    with pytest.raises(HandInRefused) as refused:
        take(cast, theirs, file_of(paper(ABDU, LI)), by=own)
    assert refused.value.params["number"] == 2
    assert people_in(theirs) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_refused_at_the_door(db, cast, data):
    content = file_of(paper(id=UUID(int=1 << 100)))
    place, byte = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 255))
    changed = content[:place] + bytes([byte]) + content[place + 1 :]
    if changed != content:
        with acting_as(cast.investigator), pytest.raises(Refusal):
            look_in(changed)


def test_nobody_without_the_permission_takes_one(cast, outbreak):
    for by in (cast.worker, cast.commander):
        with pytest.raises(NotAllowed):
            take(cast, outbreak, file_of(paper()), by=by)
        with acting_as(by), pytest.raises(NotAllowed):
            give_card(by=by, at=AT)
