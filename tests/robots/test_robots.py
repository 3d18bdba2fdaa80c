"""Self-test of the robot servers: the two signature vectors, each refusal, the rates and the injected faults."""

from __future__ import annotations

import http.client
import json
import time
import unittest
from typing import Any
from urllib.parse import urlsplit

from robots import UNNAMED_CODE, DingTalkRobot, FeishuRobot, Reason, Robot, WeComRobot, dingtalk, feishu

NOON = 1628554500.0
"""A quarter past a full hour, 2021-08-10 08:15 in Beijing: no crowded minute."""


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def send(
    url: str, body: object, method: str = "POST", timeout: float = 5, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Post one JSON body (bytes go as they are) and return status and JSON answer."""
    parts = urlsplit(url)
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, raw, headers or {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()


def text(content: object = "通知") -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


class RobotCase(unittest.TestCase):
    """Shared assertion."""

    def expect(
        self, robot: Robot, url: str, body: object, reason: Reason, code: int = UNNAMED_CODE, status: int = 200
    ) -> None:
        """The request is refused for this reason with this code, and nothing is received."""
        received, refused = len(robot.received), len(robot.refused)
        got, said = send(url, body)
        self.assertEqual((status, code), (got, said["code"] if isinstance(robot, FeishuRobot) else said["errcode"]))
        self.assertEqual(received, len(robot.received))
        self.assertEqual(refused + 1, len(robot.refused))
        self.assertEqual((reason, code), (robot.refused[-1].reason, robot.refused[-1].code))


class WeComTest(RobotCase):
    def test_accepts(self) -> None:
        with WeComRobot(clock=Clock()) as robot:
            self.assertIn("/cgi-bin/webhook/send?key=", robot.url)
            full = text("字" * 682 + "ab")
            full["text"] |= {"mentioned_list": ["@all"], "mentioned_mobile_list": ["13800000000"]}
            self.assertEqual((200, {"errcode": 0, "errmsg": "ok"}), send(robot.url, full))
            long = {"msgtype": "markdown", "markdown": {"content": '<font color="info">x</font>' + "字" * 1000}}
            self.assertEqual(0, send(robot.url, long)[1]["errcode"])
            red = {"msgtype": "markdown", "markdown": {"content": '<font color="red">x</font>'}}
            self.assertEqual(0, send(robot.url, red)[1]["errcode"])
            for kind in ("image", "news", "file", "voice", "template_card"):
                self.assertEqual(0, send(robot.url, {"msgtype": kind, kind: {"a": 1}})[1]["errcode"])
            first = robot.received[0]
            self.assertEqual((full["text"]["content"], NOON), (first.text, first.moment))
            self.assertEqual(full, json.loads(first.raw))
            self.assertEqual([0, 0, 1], [len(one.remarks) for one in robot.received[:3]])

    def test_refuses(self) -> None:
        with WeComRobot(clock=Clock()) as robot:
            base = robot.url.split("/cgi-bin")[0]
            self.expect(robot, base + "/cgi-bin/webhook/send/?key=wecom-key", text(), Reason.PATH, status=404)
            for query in ("", "?key=", "?key=other", "?key=wecom-key&key=wecom-key"):
                self.expect(robot, base + "/cgi-bin/webhook/send" + query, text(), Reason.KEY)
            for raw in (b"", b"{", b"[]", "通知".encode("gbk"), b"[" * 100000):
                self.expect(robot, robot.url, raw, Reason.JSON)
            for kind in (None, "post", ["text"]):
                self.expect(robot, robot.url, {"msgtype": kind, "text": {"content": "a"}}, Reason.MSGTYPE)
            for content in (None, "", 5):
                self.expect(robot, robot.url, text(content), Reason.SHAPE)
            self.expect(robot, robot.url, {"msgtype": "text", "content": "a"}, Reason.SHAPE)
            wrong = {"msgtype": "text", "text": {"content": "a", "mentioned_list": "@all"}}
            self.expect(robot, robot.url, wrong, Reason.SHAPE)
            listed = {"msgtype": "markdown", "markdown": {"content": "a", "mentioned_list": ["@all"]}}
            self.expect(robot, robot.url, listed, Reason.SHAPE)
            self.expect(robot, robot.url, text("字" * 683), Reason.SIZE)
            self.assertEqual((405, UNNAMED_CODE), _code(send(robot.url, text(), "GET")))
            self.assertEqual((411, UNNAMED_CODE), _code(send(robot.url, b"", headers={"Content-Length": "x"})))

    def test_rate(self) -> None:
        clock = Clock()
        with WeComRobot(clock=clock, codes={Reason.RATE: 7}) as robot, WeComRobot("k2", clock) as other:
            for _ in range(20):
                self.assertEqual(0, send(robot.url, text())[1]["errcode"])
                clock.now += 1
            self.expect(robot, robot.url, text(), Reason.RATE, code=7)
            self.assertEqual(0, send(other.url, text())[1]["errcode"])
            clock.now = NOON + 59.9
            self.expect(robot, robot.url, text(), Reason.RATE, code=7)
            clock.now = NOON + 60
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])
            self.expect(robot, robot.url, text(), Reason.RATE, code=7)


class DingTalkTest(RobotCase):
    def url(self, robot: DingTalkRobot, moment: float, secret: str = "SECtest") -> str:
        stamp = str(round(moment * 1000))
        return f"{robot.url}&timestamp={stamp}&sign={dingtalk.query_signature(secret, stamp)}"

    def test_vector(self) -> None:
        sign = "1P%2BaUHXsuakkpyI480eyr6Qz2TitwZa6oJUFMqMgzis%3D"
        self.assertEqual(sign, dingtalk.query_signature("SECtest", "1628553600000"))
        with DingTalkRobot(clock=Clock(1628553600.0)) as robot:
            address = f"{robot.url}&timestamp=1628553600000&sign="
            self.assertEqual((200, {"errcode": 0, "errmsg": "ok"}), send(address + sign, text()))
            self.assertEqual(("通知", 1628553600.0), (robot.received[0].text, robot.received[0].moment))
            bare = sign.replace("%2B", "+").replace("%3D", "=")
            self.expect(robot, address + bare, text(), Reason.SIGNATURE)

    def test_signature(self) -> None:
        with DingTalkRobot(clock=Clock()) as robot:
            for moment in (NOON - 3600, NOON + 3600):
                self.assertEqual(0, send(self.url(robot, moment), text())[1]["errcode"])
            for moment in (NOON - 3600.001, NOON + 3600.001, NOON / 1000):
                self.expect(robot, self.url(robot, moment), text(), Reason.TIMESTAMP)
            self.expect(robot, robot.url, text(), Reason.TIMESTAMP)
            self.expect(robot, f"{robot.url}&timestamp=-1&sign=a", text(), Reason.TIMESTAMP)
            self.expect(robot, f"{robot.url}&timestamp={NOON:.0f}000", text(), Reason.SIGNATURE)
            self.expect(robot, self.url(robot, NOON, "other"), text(), Reason.SIGNATURE)
            swapped = feishu.signature("SECtest", f"{NOON:.0f}000").replace("+", "%2B")
            self.expect(robot, f"{robot.url}&timestamp={NOON:.0f}000&sign={swapped}", text(), Reason.SIGNATURE)
        with DingTalkRobot(secret=None) as robot:
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])

    def test_body(self) -> None:
        with DingTalkRobot(secret=None, clock=Clock()) as robot:
            good = {"msgtype": "markdown", "markdown": {"title": "题", "text": "# 文"}}
            self.assertEqual(0, send(robot.url, good)[1]["errcode"])
            self.assertEqual("# 文", robot.received[0].text)
            for kind in ("link", "actionCard", "feedCard"):
                self.assertEqual(0, send(robot.url, {"msgtype": kind, kind: {"a": 1}})[1]["errcode"])
                self.expect(robot, robot.url, {"msgtype": kind}, Reason.SHAPE)
            for part in ({"title": "题"}, {"text": "文"}, {"title": "", "text": "文"}, {"content": "文"}):
                self.expect(robot, robot.url, {"msgtype": "markdown", "markdown": part}, Reason.SHAPE)
            self.expect(robot, robot.url, text(""), Reason.SHAPE)
            self.expect(robot, robot.url, {"msgtype": "news", "news": {"a": 1}}, Reason.MSGTYPE)
            self.expect(robot, robot.url, b"text", Reason.JSON)
            self.expect(robot, robot.url.replace("/robot/", "/robots/"), text(), Reason.PATH, status=404)
            self.expect(robot, robot.url + "x", text(), Reason.KEY)

    def test_block(self) -> None:
        clock = Clock()
        with DingTalkRobot(secret=None, clock=clock) as robot:
            for _ in range(20):
                self.assertEqual(0, send(robot.url, text())[1]["errcode"])
            clock.now += 59
            self.expect(robot, robot.url, text(), Reason.RATE, code=130101)
            self.assertEqual(NOON + 659, robot.blocked_until)
            clock.now += 599
            self.expect(robot, robot.url, text(), Reason.BLOCKED, code=130101)
            clock.now += 1
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])
            self.assertIsNone(robot.blocked_until)


class FeishuTest(RobotCase):
    def body(self, moment: float, secret: str = "demo", content: str = "通知") -> dict[str, Any]:
        stamp = f"{moment:.0f}"
        sign = feishu.signature(secret, stamp)
        return {"timestamp": stamp, "sign": sign, "msg_type": "text", "content": {"text": content}}

    def test_vector(self) -> None:
        sign = "5N0cY8dqBp4Lnj34PnX3IzN6xcUq8RpNTUigqAVxVHo="
        self.assertEqual(sign, feishu.signature("demo", "1628553600"))
        body = {"timestamp": "1628553600", "sign": sign, "msg_type": "text", "content": {"text": "通知"}}
        with FeishuRobot(clock=Clock(1628553661.0)) as robot:
            self.assertIn("/open-apis/bot/v2/hook/", robot.url)
            self.assertEqual((200, {"code": 0, "msg": "success", "data": {}}), send(robot.url, body))
            self.assertEqual(("通知", 1628553661.0), (robot.received[0].text, robot.received[0].moment))

    def test_signature(self) -> None:
        with FeishuRobot(clock=Clock()) as robot:
            for moment in (NOON - 3600, NOON + 3600):
                self.assertEqual(0, send(robot.url, self.body(moment))[1]["code"])
            for moment in (NOON - 3601, NOON + 3601, NOON * 1000):
                self.expect(robot, robot.url, self.body(moment), Reason.TIMESTAMP)
            self.expect(robot, robot.url, self.body(NOON) | {"timestamp": int(NOON)}, Reason.TIMESTAMP)
            self.expect(robot, robot.url, {"msg_type": "text", "content": {"text": "a"}}, Reason.TIMESTAMP)
            self.expect(robot, robot.url, self.body(NOON, "other"), Reason.SIGNATURE)
            self.expect(robot, robot.url, self.body(NOON) | {"sign": None}, Reason.SIGNATURE)
            straight = dingtalk.signature("demo", f"{NOON:.0f}")
            self.expect(robot, robot.url, self.body(NOON) | {"sign": straight}, Reason.SIGNATURE)

    def test_body(self) -> None:
        with FeishuRobot(secret=None, clock=Clock()) as robot:
            for place in ("content", "card"):
                self.assertEqual(0, send(robot.url, {"msg_type": "interactive", place: {"a": 1}})[1]["code"])
            for kind in ("post", "image", "share_chat"):
                self.assertEqual(0, send(robot.url, {"msg_type": kind, "content": {"a": 1}})[1]["code"])
                self.expect(robot, robot.url, {"msg_type": kind, "card": {"a": 1}}, Reason.SHAPE, code=9499)
            self.expect(robot, robot.url, {"msg_type": "text", "text": {"content": "a"}}, Reason.SHAPE, code=9499)
            self.expect(robot, robot.url, text(), Reason.MSGTYPE, code=9499)
            self.expect(robot, robot.url, b"\xff", Reason.JSON, code=9499)
            self.expect(robot, robot.url + "x", text(), Reason.KEY)
            self.expect(robot, robot.url.replace("/v2/", "/v1/"), text(), Reason.PATH, status=404)

    def test_deep_body(self) -> None:
        with FeishuRobot(secret=None, clock=Clock(), keywords=["通知"]) as robot:
            deep = b'{"msg_type":"post","content":{"a":' + b"[" * 600 + b"]" * 600 + b"}}"
            self.expect(robot, robot.url, deep, Reason.SHAPE, code=9499)

    def test_size(self) -> None:
        with FeishuRobot(secret=None, clock=Clock()) as robot:
            frame = len(json.dumps({"msg_type": "text", "content": {"text": ""}}))
            body = {"msg_type": "text", "content": {"text": "a" * (20480 - frame)}}
            self.assertEqual(0, send(robot.url, body)[1]["code"])
            body["content"] = {"text": "a" * (20481 - frame)}
            self.expect(robot, robot.url, body, Reason.SIZE, code=9499)

    def test_keyword_and_ip(self) -> None:
        with FeishuRobot(secret=None, clock=Clock(), keywords=["防疫", "通知"]) as robot:
            self.assertEqual(0, send(robot.url, self.body(NOON))[1]["code"])
            post = {"msg_type": "post", "content": {"post": {"zh_cn": {"content": [[{"text": "防疫"}]]}}}}
            self.assertEqual(0, send(robot.url, post)[1]["code"])
            self.expect(robot, robot.url, self.body(NOON, content="别的"), Reason.KEYWORD, code=19024)
        with FeishuRobot(clock=Clock(), allowed_ips=["10.0.0.1"]) as robot:
            self.expect(robot, robot.url, self.body(NOON), Reason.IP, code=19022)
        with FeishuRobot(clock=Clock(), allowed_ips=["127.0.0.1"]) as robot:
            self.assertEqual(0, send(robot.url, self.body(NOON))[1]["code"])

    def test_rates(self) -> None:
        clock = Clock()
        with FeishuRobot(clock=clock) as robot:
            for number in range(100):
                clock.now = NOON + number // 5
                self.assertEqual(0, send(robot.url, self.body(NOON))[1]["code"])
                if number == 4:
                    clock.now += 0.9
                    self.expect(robot, robot.url, self.body(NOON), Reason.RATE, code=11232)
            clock.now = NOON + 59.9
            self.expect(robot, robot.url, self.body(NOON), Reason.RATE, code=11232)
            clock.now = NOON + 60
            self.assertEqual(0, send(robot.url, self.body(NOON))[1]["code"])

    def test_crowded(self) -> None:
        clock = Clock()
        with FeishuRobot(clock=clock) as robot, FeishuRobot(clock=clock, crowded_seconds=0) as calm:
            for hour in (NOON - 900, NOON + 900):
                for clock.now in (hour, hour + 59.9):
                    self.expect(robot, robot.url, self.body(NOON), Reason.CROWDED, code=11232)
                    self.assertEqual(0, send(calm.url, self.body(NOON))[1]["code"])
                for clock.now in (hour - 0.1, hour + 60):
                    self.assertEqual(0, send(robot.url, self.body(NOON))[1]["code"])


class FaultTest(RobotCase):
    def test_outage_503(self) -> None:
        clock = Clock()
        with WeComRobot(clock=clock) as robot:
            robot.outage(NOON + 10)
            self.expect(robot, robot.url, text(), Reason.OUTAGE, status=503)
            clock.now += 10
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])

    def test_outage_refused(self) -> None:
        clock = Clock()
        with WeComRobot(clock=clock) as robot:
            url = robot.url
            robot.outage(NOON + 10, refuse=True)
            for _ in range(2):
                with self.assertRaises(ConnectionRefusedError):
                    send(url, text())
            self.assertFalse(robot.settle())
            clock.now += 10
            self.assertTrue(robot.settle())
            self.assertEqual(url, robot.url)
            self.assertEqual(0, send(url, text())[1]["errcode"])
            robot.outage(NOON + 20, refuse=True)
            clock.now += 10
            deadline = time.monotonic() + 5
            while robot._thread is None and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertEqual(0, send(url, text())[1]["errcode"])
            robot.outage(NOON + 30, refuse=True)
            robot.outage(NOON + 30)
            self.expect(robot, url, text(), Reason.OUTAGE, status=503)
            robot.outage(NOON + 30, refuse=True)
        with self.assertRaises(ConnectionRefusedError):
            send(url, text())

    def test_lost_answer(self) -> None:
        with WeComRobot(clock=Clock()) as robot:
            robot.lose_answer(2)
            self.expect(robot, robot.url, text(""), Reason.SHAPE)
            for _ in range(2):
                with self.assertRaises(http.client.RemoteDisconnected):
                    send(robot.url, text())
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])
            self.assertEqual([True, True, False], [one.answer_lost for one in robot.received])

    def test_slow(self) -> None:
        with WeComRobot(clock=Clock()) as robot:
            robot.slow(0.3)
            with self.assertRaises(TimeoutError):
                send(robot.url, text(), timeout=0.1)
            self.assertEqual(1, len(robot.received))
            start = time.monotonic()
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])
            self.assertGreaterEqual(time.monotonic() - start, 0.3)
            robot.slow(0)
            start = time.monotonic()
            self.assertEqual(0, send(robot.url, text())[1]["errcode"])
            self.assertLess(time.monotonic() - start, 0.3)

    def test_url_before_start(self) -> None:
        with self.assertRaises(RuntimeError):
            _ = WeComRobot().url


def _code(answer: tuple[int, dict[str, Any]]) -> tuple[int, Any]:
    return answer[0], answer[1]["errcode"]


if __name__ == "__main__":
    unittest.main()
