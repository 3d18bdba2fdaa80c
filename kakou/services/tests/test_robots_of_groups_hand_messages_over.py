"""The robots of WeCom, DingTalk and Feishu groups hand messages over at a door that knows them by their signatures:
each becomes a proposal, never a request; replays, strangers and what is too large are refused.

The examples marked as the vendor's are those of its own pages.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as_system
from kakou.services.actions import forget_requests
from kakou.services.models import Heard, Inlet, Proposal
from kakou.services.pages import door
from kakou.services.queries.inlets import known_of
from kakou.services.queries.proposals import contact_told, text_said
from kakou.services.rules import LONGEST, InletKind
from kakou.services.rules.robots import (
    MOST_BYTES,
    Call,
    RobotRefused,
    Secrets,
    dingtalk_signature,
    feishu_signature,
    hear,
    wecom_signature,
)
from kakou.services.tests.asking import HOUR, places, robot_of_a_group, stored
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
W_TOKEN, W_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECONDS, MILLISECONDS = str(int(AT.timestamp())), str(int(AT.timestamp() * 1000))
LAMP = "花园小区路灯不亮 13812345678"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(AT, tick=False):
        yield


def encrypted(key, vector, plain, block):
    many = block - len(plain) % block
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return cipher.update(plain + bytes([many]) * many) + cipher.finalize()


class Group:
    """A robot as its vendor runs it."""

    def __init__(self, client, node, kind, **known):
        self.client, self.kind, self.known = client, kind, known
        self.id = robot_of_a_group(node, kind, **known)
        with acting_as_system():
            self.path = f"/in/{Inlet.objects.get(pk=self.id).row}/"

    def says(self, text, *, id="1", at=AT, nonce="n"):
        return self.sends(*getattr(self, f"_{self.kind}")(text, id, at, nonce))

    def sends(self, body, query="", headers=None):
        return self.client.post(self.path + query, body, content_type="application/json", headers=headers or {})

    def _wecom(self, text, id, at, nonce):
        plain = (
            f"<xml><From><UserId>u</UserId><Name><![CDATA[王小明]]></Name></From><MsgId>{id}</MsgId>"
            f"<MsgType><![CDATA[text]]></MsgType><Text><Content><![CDATA[{text}]]></Content></Text></xml>"
        ).encode()
        key = base64.b64decode(self.known["key"] + "=")
        content = b"r" * 16 + len(plain).to_bytes(4, "big") + plain + self.known["receiver"].encode()
        cipher = base64.b64encode(encrypted(key, key[:16], content, 32)).decode()
        time = str(int(at.timestamp()))
        signed = hashlib.sha1("".join(sorted([self.known["token"], time, nonce, cipher])).encode()).hexdigest()
        query = f"?msg_signature={signed}&timestamp={time}&nonce={nonce}"
        return f"<xml><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode(), query

    def _dingtalk(self, text, id, at, nonce):
        time, secret = str(int(at.timestamp() * 1000) + len(nonce)), self.known["key"]
        sign = base64.b64encode(hmac.digest(secret.encode(), f"{time}\n{secret}".encode(), "sha256")).decode()
        told = {"msgtype": "text", "msgId": id, "senderNick": "王小明", "createAt": MILLISECONDS,
                "text": {"content": f" {text}"}}  # fmt: skip
        return json.dumps(told).encode(), "", {"timestamp": time, "sign": sign}

    def _feishu(self, text, id, at, nonce, **more):
        message = {"message_id": id, "message_type": "text", "create_time": MILLISECONDS,
                   "content": json.dumps({"text": f"@_user_1 {text}"})}  # fmt: skip
        told = {"schema": "2.0", "header": {"event_type": "im.message.receive_v1", "token": self.known["token"]},
                "event": {"sender": {}, "message": message}, **more}  # fmt: skip
        key = hashlib.sha256(self.known["key"].encode()).digest()
        cipher = base64.b64encode(b"v" * 16 + encrypted(key, b"v" * 16, json.dumps(told).encode(), 16)).decode()
        body, time = json.dumps({"encrypt": cipher}).encode(), str(int(at.timestamp()))
        signed = hashlib.sha256(f"{time}{nonce}{self.known['key']}".encode() + body).hexdigest()
        told = {"X-Lark-Request-Timestamp": time, "X-Lark-Request-Nonce": nonce, "X-Lark-Signature": signed}
        return body, "", told


KNOWN = {
    "wecom": {"token": W_TOKEN, "key": W_KEY, "receiver": "wx5823bf96d3bd56c7"},
    "dingtalk": {"key": "SECtest"},
    "feishu": {"key": "test key", "token": "v"},
}


@pytest.fixture(params=list(KNOWN))
def group(request, client, places):
    """A group of the east, of each vendor."""
    return Group(client, places.east.pk, request.param, **KNOWN[request.param])


def came():
    with acting_as_system():
        return [(text_said(one), contact_told(one).phone, one) for one in Proposal.objects.order_by("came_at", "id")]


def test_a_message_becomes_a_proposal_and_no_request(group, places):
    answer = group.says(LAMP)
    assert answer.status_code == 200
    [(text, phone, row)] = came()
    assert (text, phone) == (LAMP, "+8613812345678")
    assert (row.node_id, row.place_id, row.category) == (places.east.pk, places.garden.pk, "facilities")
    assert (row.channel, row.inlet_id, row.state) == ("message", group.id, "waits")
    assert stored() == []


def test_who_wrote_it_is_told_where_the_vendor_tells_it(group):
    group.says("停水")
    with acting_as_system():
        names = [contact_told(one).name for one in Proposal.objects.all()]
    assert names == ["" if group.kind == "feishu" else "王小明"]


def test_the_same_delivery_again_is_refused_and_the_same_message_anew_is_one(group):
    assert group.says(LAMP).status_code == 200
    again = group.says(LAMP)
    assert (again.status_code, again.content) == (409, b"heard-before")
    assert group.says(LAMP, nonce="other").status_code == 200  # the vendor tries again with a signature of its own
    assert len(came()) == 1
    assert group.says("另一件事", id="2", nonce="a third").status_code == 200
    assert len(came()) == 2


def test_a_signature_that_was_overheard_carries_no_other_message(client, places):
    """Of DingTalk it covers the time alone: it is the first message under it that counts, for as long as it holds."""
    group = Group(client, places.east.pk, "dingtalk", **KNOWN["dingtalk"])
    body, _, shown = group._dingtalk(LAMP, "1", AT + HOUR, "")  # the clock of the vendor goes ahead
    assert group.sends(body, headers=shown).status_code == 200
    other, _, _ = group._dingtalk("另一件事", "2", AT, "")
    for later in (AT, AT + 2 * HOUR):
        with time_machine.travel(later, tick=False):
            assert group.sends(other, headers=shown).status_code == 409
    assert len(came()) == 1


def test_an_old_signature_is_refused(group):
    for moment in (AT - 2 * HOUR, AT + 2 * HOUR):
        assert group.says(LAMP, at=moment).status_code == 403
    assert came() == []


def test_another_secret_is_refused(group):
    group.known = {**group.known, "token": "other", "key": group.known["key"].swapcase()}
    assert group.says(LAMP).status_code == 403
    assert came() == []


def test_what_is_switched_off_or_unknown_answers_alike(group, client):
    with acting_as_system():
        Inlet.objects.update(enabled=False)
    off = group.says(LAMP)
    nobody = client.post("/in/01912345-0000-7000-8000-000000000000/", b"{}", content_type="application/json")
    assert (off.status_code, off.content) == (nobody.status_code, nobody.content) == (403, b"robot-refused")


def test_what_is_too_large_is_refused(group):
    assert group.sends(b"x" * (MOST_BYTES + 1)).status_code == 403
    assert group.sends(b"x" * (3 << 20)).status_code == 403


def test_thanks_are_passed_over(group):
    assert group.says("收到").status_code == 200
    assert came() == []


def test_more_than_a_group_writes_is_refused_and_a_stranger_does_not_fill_it_up(group, monkeypatch):
    monkeypatch.setattr(door, "SAID", "5/m")
    for number in range(5):
        assert group.says("收到", id=str(number), nonce="n" * (number + 2)).status_code == 200
        group.sends(b"nonsense")
    assert group.says("收到", id="x", nonce="late" * 50).status_code == 429


@pytest.fixture
def signed(client, places):
    """A robot that has handed something over."""
    Group(client, places.east.pk, "dingtalk", **KNOWN["dingtalk"]).says("收到")


def test_signatures_are_forgotten_when_they_hold_no_longer(signed, as_worker):
    left = []
    for hours in (23, 25):
        forget_requests(by=None, at=AT + hours * HOUR)
        with acting_as_system():
            left.append(Heard.objects.count())
    assert left == [1, 0]


# what the vendors ask when an address is set up


def test_wecom_is_told_back_what_it_asks_as_in_its_own_example():
    cipher = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    query = {"msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "timestamp": "1409659589",
             "nonce": "263014780", "echostr": cipher}  # fmt: skip
    assert wecom_signature(W_TOKEN, "1409659589", "263014780", cipher) == query["msg_signature"]
    at = dt.datetime.fromtimestamp(1409659589, dt.UTC)
    call = Call(b"", query, {})
    assert (
        hear(InletKind.WECOM, call, Secrets(W_KEY, W_TOKEN, "wx5823bf96d3bd56c7"), at=at).echo == "1616140317555161061"
    )
    for wrong in (Secrets(W_KEY, W_TOKEN, "another"), Secrets(W_KEY, "x"), Secrets(W_KEY.swapcase(), W_TOKEN)):
        with pytest.raises(RobotRefused):
            hear(InletKind.WECOM, call, wrong, at=at)


def test_wecom_asks_at_the_door(client, places):
    group = Group(client, places.east.pk, "wecom", **KNOWN["wecom"])
    key = base64.b64decode(W_KEY + "=")
    plain = b"r" * 16 + (4).to_bytes(4, "big") + b"echo" + b"wx5823bf96d3bd56c7"
    cipher = base64.b64encode(encrypted(key, key[:16], plain, 32)).decode()
    signed = wecom_signature(W_TOKEN, SECONDS, "n", cipher)
    path = f"{group.path}?msg_signature={signed}&timestamp={SECONDS}&nonce=n&echostr={quote(cipher, safe='')}"
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, b"echo")


def test_dingtalk_signs_as_in_the_vector():
    assert quote(dingtalk_signature("SECtest", "1628553600000"), safe="") == (
        "1P%2BaUHXsuakkpyI480eyr6Qz2TitwZa6oJUFMqMgzis%3D"
    )


def test_feishu_is_told_its_challenge_and_its_own_example_opens(client, places):
    from kakou.services.rules.robots import _decrypted, _unpadded

    content = base64.b64decode("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=")
    key = hashlib.sha256(b"test key").digest()
    assert _unpadded(_decrypted(key, content[:16], content[16:]), 16) == b"hello world"
    group = Group(client, places.east.pk, "feishu", **KNOWN["feishu"])
    body, *_ = group._feishu("", "1", AT, "n", type="url_verification", challenge="abc", token="v")
    assert group.sends(body).json() == {"challenge": "abc"}
    body, *_ = group._feishu("", "1", AT, "n", type="url_verification", challenge="abc", token="other")
    assert group.sends(body).status_code == 403


def test_feishu_signs_over_the_body():
    body = b'{"encrypt":"x"}'
    assert feishu_signature("k", "1", "n", body) == hashlib.sha256(b"1nk" + body).hexdigest()


ASKED = ["msg_signature", "timestamp", "nonce", "echostr", "sign"]


@given(
    st.sampled_from(list(KNOWN)),
    st.binary(max_size=200) | st.text(max_size=99).map(str.encode),
    st.dictionaries(st.sampled_from(ASKED), st.text(max_size=20)),
)
def test_nonsense_is_refused_and_breaks_nothing(kind, body, words):
    with pytest.raises(RobotRefused):
        hear(InletKind(kind), Call(body, words, words), Secrets(W_KEY, "t"), at=AT)


def test_a_document_type_is_never_read(client, places):
    group = Group(client, places.east.pk, "wecom", **KNOWN["wecom"])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>'
    assert group.sends(bomb, f"?msg_signature=x&timestamp={SECONDS}&nonce=n").status_code == 403


# set up on a page


@pytest.fixture
def ask(client):
    """`ask(staff, path, data)` → the answer, in English."""

    def asked_for(staff, path="", data=None):
        sign_in(client, staff)
        client.cookies["django_language"] = "en"
        path = f"/services/ways-in/{path}"
        return client.get(path) if data is None else client.post(path, data)

    return asked_for


def test_a_robot_is_set_up_on_a_page_and_its_secret_is_shown_to_nobody(ask, client, places, cast):
    told = {"unit": places.east.pk, "name": "东城便民群", "token": "t-secret", "key": W_KEY, "receiver": ""}
    assert ask(cast.administrator, "new/wecom/", {**told, "key": "short"}).status_code == 422
    made = ask(cast.administrator, "new/wecom/", told)
    assert made.status_code == 302
    with acting_as_system():
        inlet = Inlet.objects.get()
        assert known_of(inlet) == {"token": "t-secret", "key": W_KEY, "receiver": ""}
    page = client.get(made["Location"]).content.decode()
    assert f"/in/{inlet.row}/" in page
    assert "t-secret" not in page
    assert W_KEY not in page
    changed = ask(cast.administrator, f"{inlet.pk}/", {"name": "新群", "token": "another", "key": ""})
    assert changed.status_code == 302
    with acting_as_system():
        now = Inlet.objects.get()
        assert (now.name, known_of(now)) == ("新群", {"token": "another", "key": W_KEY, "receiver": ""})
    ask(cast.administrator, f"{inlet.pk}/switch/", {"on": "no"})
    with acting_as_system():
        assert not Inlet.objects.get().enabled


def test_the_password_of_a_mailbox_is_for_its_own_server(ask, places, cast):
    known = {"host": "imap.example.cn", "port": "", "user": "u", "password": "p", "folder": ""}
    ask(cast.administrator, "new/mailbox/", {"unit": places.east.pk, "name": "信箱", **known})
    with acting_as_system():
        inlet = Inlet.objects.get()
        assert known_of(inlet) == {**known, "port": "993", "folder": "INBOX"}
    elsewhere = {**known, "name": "信箱", "host": "imap.example.org", "password": ""}
    assert ask(cast.administrator, f"{inlet.pk}/", elsewhere).status_code == 422
    assert ask(cast.administrator, f"{inlet.pk}/", {**elsewhere, "password": "q"}).status_code == 302


def test_who_may_not_manage_sets_up_nothing(ask, places, cast):
    assert ask(cast.worker).status_code == 403
    told = {"unit": places.orchard.pk, "name": "群", "key": "k"}
    assert ask(cast.secretary, "new/dingtalk/", told).status_code in (403, 422)
    with acting_as_system():
        assert Inlet.objects.count() == 0


def test_signs_that_no_text_can_hold_are_left_out(client, places):
    group = Group(client, places.east.pk, "dingtalk", key="SECtest")
    body, query, headers = group._dingtalk(LAMP, "1\ud800", AT, "n")
    told = json.loads(body) | {"senderNick": "王\ud800\u202e小明"}
    assert group.sends(json.dumps(told).encode(), query, headers).status_code == 200
    [(_, _, row)] = came()
    with acting_as_system():
        assert contact_told(row).name == "王小明"


@pytest.mark.parametrize("time", ["99999999999999", "300000000000"])
def test_a_moment_past_every_calendar_is_refused(time):
    signed = wecom_signature(W_TOKEN, time, "n", "x")
    query = {"timestamp": time, "nonce": "n", "msg_signature": signed, "echostr": "x"}
    with pytest.raises(RobotRefused):
        hear(InletKind.WECOM, Call(b"", query, {}), Secrets(W_KEY, W_TOKEN), at=AT)


def test_who_knocks_at_addresses_of_nobody_is_counted_at_one_door_and_looks_at_nothing(client, places, monkeypatch):
    group = Group(client, places.east.pk, "dingtalk", key="SECtest")
    monkeypatch.setattr(door, "AT_ONE_DOOR", "3/h")
    with CaptureQueriesContext(connection) as asked:
        tried = [
            client.post(f"/in/{uuid4()}/", b"{}", "application/json", headers={"X-Kakou-Client": f"192.0.2.{n}"})
            for n in range(5)
        ]
    assert [one.status_code for one in tried] == [403, 403, 403, 429, 429]
    assert not [one["sql"] for one in asked if "from access_node" in one["sql"]]
    assert group.says(LAMP).status_code == 200


def test_of_a_message_that_is_too_long_it_is_told_that_the_rest_is_in_the_group(group):
    assert group.says("花园小区停水。" * 600).status_code == 200
    [(text, _, _)] = came()
    assert len(text) <= LONGEST
    assert text.splitlines()[-1] == "（消息过长，其余内容请到群中查看。）"
