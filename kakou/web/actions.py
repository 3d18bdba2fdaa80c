"""The one write of web: telling open pages that something changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from django.db import connection

TOPIC = re.compile(r"[a-z]+(\.[a-z_]+)+")


def announce(topic: str, *, node: int, **body: int | str | bool) -> None:
    """Tell every open page that may hear `topic` at `node`, after the caller's transaction has committed.

    `topic` is dotted, its head declared with `registry.add_topics`. `body` carries ids and counts only: what is sent
    here passes no masking, so it must say nothing about a person. Rolled back, it was never said.
    """
    announce_at(topic, [node], **body)


def announce_at(topic: str, nodes: Iterable[int], **body: int | str | bool) -> None:
    """The same at several nodes, in one statement."""
    if not TOPIC.fullmatch(topic):
        raise ValueError(f"a topic is dotted lower case, not {topic!r}")
    with connection.cursor() as cursor:  # no RETURNING: the pages' role may add to the log and not read it
        cursor.execute(
            "insert into web_event (node_id, topic, body) select node, %s, %s from unnest(%s::int[]) as t(node)",
            [topic, json.dumps(body), sorted(set(nodes))],
        )
