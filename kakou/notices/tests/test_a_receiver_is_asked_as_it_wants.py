"""Signatures by the vectors of domain.md 3.8 and of Standard Webhooks; sizes; and what each answer means."""

import base64
import datetime as dt
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kakou.kernel.time import from_ms
from kakou.notices.adapters import KINDS, Notice, Reach, Reply, dingtalk, feishu, mail, sms, webhook, wecom
from kakou.notices.adapters.shapes import LONGEST
from kakou.notices.rules import NoticeRefused, Outcome

AT = from_ms(1628553600000)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
URLS = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-b",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=ab",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/a-b",
    "webhook": "https://office.example.cn/kakou",
    "sms": "https://sms.example.cn/send",
}
REACHES = {
    "wecom": Reach(URLS["wecom"]),
    "dingtalk": Reach(URLS["dingtalk"], "SECtest"),
    "feishu": Reach(URLS["feishu"], "demo"),
    "mail": Reach(to=("desk@example.cn",)),
    "webhook": Reach(URLS["webhook"], SECRET),
    "sms": Reach(URLS["sms"], "token", ("+8613800138000",)),
}
TEXTS = st.text(max_size=9000) | st.integers(1, 90_000).map(lambda n: "字" * n)


def notice(subject="", body="卡口失联", note="……"):
    return Notice(uuid.UUID(int=7), "order:1:late", subject, body, AT, note)


def test_dingtalk_is_signed_as_the_vector():
    assert dingtalk.sign("SECtest", 1628553600000) == "1P%2BaUHXsuakkpyI480eyr6Qz2TitwZa6oJUFMqMgzis%3D"
    built = dingtalk.build(REACHES["dingtalk"], notice(), AT)
    assert built.url == f"{URLS['dingtalk']}&timestamp=1628553600000&sign={dingtalk.sign('SECtest', 1628553600000)}"
    assert dingtalk.build(Reach(URLS["dingtalk"]), notice(), AT).url == URLS["dingtalk"]


def test_feishu_is_signed_as_the_vector():
    assert feishu.sign("demo", 1628553600) == "5N0cY8dqBp4Lnj34PnX3IzN6xcUq8RpNTUigqAVxVHo="
    body = json.loads(feishu.build(REACHES["feishu"], notice(), AT).body)
    assert body == {
        "timestamp": "1628553600", "sign": feishu.sign("demo", 1628553600), "msg_type": "text",
        "content": {"text": "卡口失联"},
    }  # fmt: skip
    assert "sign" not in json.loads(feishu.build(Reach(URLS["feishu"]), notice(), AT).body)


def test_a_webhook_is_signed_as_the_specification_shows():
    ping = b'{"event_type":"ping","data":{"success":true}}'
    made = webhook.sign("whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121, ping)
    assert made == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    built = webhook.build(REACHES["webhook"], notice("晚点"), AT)
    id, at = built.headers["webhook-id"], int(built.headers["webhook-timestamp"])
    assert built.headers["webhook-signature"] == webhook.sign(SECRET, id, at, built.body)
    assert webhook.build(REACHES["webhook"], notice("晚点"), AT + dt.timedelta(hours=1)).headers["webhook-id"] == id
    assert json.loads(built.body)["data"] == {"key": "order:1:late", "subject": "晚点", "text": "卡口失联"}


@given(TEXTS)
def test_every_text_fits_and_says_where_it_was_cut(text):
    told = notice(body=text)
    content = json.loads(wecom.build(REACHES["wecom"], told, AT).body)["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content == text or (content.endswith("……") and text.startswith(content.removesuffix("……")))
    assert len(feishu.build(REACHES["feishu"], told, AT).body) <= 20 * 1024
    assert len(dingtalk.build(REACHES["dingtalk"], told, AT).body) <= 20_000
    assert len(webhook.build(REACHES["webhook"], told, AT).body) <= 20 * 1024
    assert len(json.loads(sms.build(REACHES["sms"], told, AT).body)["text"].encode("utf-16-le")) <= 2 * 67 * 5
    letter = mail.build(REACHES["mail"], told, AT)
    assert len(letter.subject) <= 120 and "\n" not in letter.subject


def test_no_text_calls_a_whole_feishu_group():
    body = feishu.build(REACHES["feishu"], notice(body='<at user_id="all">所有人</at>'), AT).body.decode()
    assert "<at" not in body


def answered(kind, status=200, told=None, **headers):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    found = KINDS[kind].read(Reply(status, body, headers))
    return found.outcome, found.wait and found.wait.total_seconds()


@pytest.mark.parametrize(
    ("kind", "told", "outcome", "wait"),
    [
        ("wecom", {"errcode": 0, "errmsg": "ok"}, Outcome.SENT, None),
        ("wecom", {"errcode": 45009}, Outcome.LATER, 60),
        ("wecom", {"errcode": 93000}, Outcome.NEVER, None),
        ("dingtalk", {"errcode": 0}, Outcome.SENT, None),
        ("dingtalk", {"errcode": 130101}, Outcome.LATER, 600),
        ("dingtalk", {"errcode": 310000}, Outcome.NEVER, None),
        ("feishu", {"code": 0, "msg": "success"}, Outcome.SENT, None),
        ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, Outcome.SENT, None),
        ("feishu", {"code": 11232}, Outcome.LATER, 60),
        ("feishu", {"code": 19024}, Outcome.NEVER, None),
        ("feishu", {"code": 19022}, Outcome.NEVER, None),
        ("feishu", {"code": 9499}, Outcome.NEVER, None),
        ("wecom", {"errcode": "0"}, Outcome.LOST, None),
        ("wecom", {"errcode": True}, Outcome.LOST, None),
        ("wecom", [], Outcome.LOST, None),
        ("wecom", b"<html>login</html>", Outcome.LOST, None),
        ("wecom", b"[" * 100_000, Outcome.LOST, None),
        ("webhook", b"", Outcome.SENT, None),
    ],
)  # fmt: skip
def test_an_answer_is_read_by_its_code(kind, told, outcome, wait):
    assert answered(kind, 200, told) == (outcome, wait)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, Outcome.SENT), (302, Outcome.NEVER), (401, Outcome.NEVER), (410, Outcome.NEVER), (429, Outcome.LATER),
        (500, Outcome.LATER), (502, Outcome.LOST), (503, Outcome.LATER), (504, Outcome.LOST), (520, Outcome.LATER),
    ],
)  # fmt: skip
def test_an_answer_without_a_code_is_read_by_its_status(status, outcome):
    assert answered("webhook", status, b"")[0] is outcome
    assert answered("sms", status, b"")[0] is outcome
    assert status == 204 or answered("wecom", status, b"")[0] is outcome


def test_a_status_of_trouble_counts_more_than_a_number_that_nobody_knows():
    assert answered("wecom", 503, {"errcode": 999999})[0] is Outcome.LATER
    assert answered("wecom", 504, {"errcode": 0})[0] is Outcome.LOST
    assert answered("feishu", 400, {"code": 9499})[0] is Outcome.NEVER
    assert answered("feishu", 400, {"code": 11232}) == (Outcome.LATER, 60)
    assert answered("feishu", 400, {"code": 0})[0] is Outcome.NEVER


def test_who_asks_to_be_left_alone_is_but_not_for_days():
    assert answered("webhook", 429, b"", **{"retry-after": "90"}) == (Outcome.LATER, 90)
    assert answered("webhook", 503, b"", **{"retry-after": "999999"}) == (Outcome.LATER, LONGEST.total_seconds())
    assert answered("webhook", 503, b"", **{"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == (Outcome.LATER, None)


@pytest.mark.parametrize(("status", "outcome"), [(250, Outcome.SENT), (451, Outcome.LATER), (550, Outcome.NEVER)])
def test_a_mail_server_is_read_by_its_code(status, outcome):
    assert mail.read(Reply(status)).outcome is outcome


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_pastes_is_taken_as_it_is_and_nothing_else(kind):
    given = REACHES[kind]
    assert KINDS[kind].checked(given) == given
    more = Reach(given.url or "https://x.cn", given.secret or "more", given.to or ("a@b.cn",))
    kept = KINDS[kind].checked(more)
    assert (kept.url, kept.to) == (given.url, given.to)


@pytest.mark.parametrize(
    ("kind", "reach"),
    [
        ("wecom", Reach("")), ("wecom", Reach("qyapi.weixin.qq.com")), ("wecom", Reach("https://example.cn/hook")),
        ("wecom", Reach("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=")),
        ("wecom", Reach("https://me:secret@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a")),
        ("dingtalk", Reach(URLS["dingtalk"] + "&timestamp=1&sign=a")), ("feishu", Reach(URLS["feishu"] + "?a=b")),
        ("webhook", Reach("ftp://example.cn/", SECRET)), ("webhook", Reach("https://example.cn/", "")),
        ("webhook", Reach("https://example.cn/", "whsec_abc")), ("webhook", Reach("https://exa mple.cn/", SECRET)),
        ("webhook", Reach("https://example.cn/\r\nX: y", SECRET)), ("webhook", Reach("https://[::1/", SECRET)),
        ("webhook", Reach("https://example.cn:99999/", SECRET)), ("mail", Reach(to=())),
        ("mail", Reach(to=("desk",))), ("mail", Reach(to=("a@b.cn, c@d.cn",))), ("sms", Reach(URLS["sms"], "", ("x",))),
        ("sms", Reach(URLS["sms"], "a\nb", ("13800138000",))),
        ("mail", Reach(to=tuple(f"a{n}@b.cn" for n in range(101)))),
    ],
)  # fmt: skip
def test_what_cannot_be_reached_is_refused_when_it_is_typed(kind, reach):
    with pytest.raises(NoticeRefused):
        KINDS[kind].checked(reach)


def test_a_secret_of_a_webhook_has_at_least_24_bytes():
    short, enough = ("whsec_" + base64.b64encode(bytes(n)).decode() for n in (23, 24))
    webhook.check_secret(enough)
    webhook.check_secret(enough.rstrip("="))
    with pytest.raises(NoticeRefused):
        webhook.check_secret(short)


def test_every_kind_is_worded_in_chinese():
    from tests.architecture.test_texts import EVERYTHING

    assert [text for kind in KINDS.values() for text in (kind.title, kind.hint) if text not in EVERYTHING] == []
