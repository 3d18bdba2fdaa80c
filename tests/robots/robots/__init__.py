"""Local HTTP servers that behave as the group robots of WeCom, DingTalk and Feishu do, to judge what posts to them."""

from robots.base import UNNAMED_CODE, Reason, Received, Refusal, Robot
from robots.dingtalk import DingTalkRobot
from robots.feishu import FeishuRobot
from robots.wecom import WeComRobot

__all__ = [
    "UNNAMED_CODE",
    "DingTalkRobot",
    "FeishuRobot",
    "Reason",
    "Received",
    "Refusal",
    "Robot",
    "WeComRobot",
]
