"""Virtual gates with a strict outbox: what was not acknowledged is sent again, in order, until it is."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections import Counter

from kakou.ledger.lane.tests.gates import Phone, batch


class Gate(threading.Thread):
    """One phone at one gate; `acked` holds the ids it saw in an answer, and forgets nothing else."""

    def __init__(self, port: int, token: str, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.stop, self.dice = port, stop, random.Random(seed)
        self.phone = Phone(token, seed)
        self.acked: set[str] = set()
        self.outbox: list[bytes] = []
        self.seen: Counter[str] = Counter()
        self.given_up = threading.Event()
        self.line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self.stop.is_set():
            self.outbox = self.phone.items(self.dice.choice((1, 1, 3, 20)))
            self.deliver()
        self.hang_up()

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None

    def deliver(self) -> None:
        """Send the outbox until all of it is answered."""
        while self.outbox and not self.given_up.is_set():
            status, headers, content = self.post(batch(self.outbox))
            self.seen[f"{status} again" if "retry-after" in headers else str(status)] += 1
            if status != 200:
                self.given_up.wait(self.dice.uniform(0.02, 0.2))
                continue
            for item in content["items"]:
                assert item["result"] in ("stored", "duplicate"), item
                self.acked.add(item["id"])
            self.outbox = []

    def post(self, body: bytes) -> tuple[int, dict[str, str], dict]:
        try:
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            self.line.request("POST", "/intake/passages", body, {"Authorization": f"Bearer {self.phone.token}"})
            answer = self.line.getresponse()
            text = answer.read()
            return answer.status, {key.lower(): value for key, value in answer.headers.items()}, json.loads(text)
        except (OSError, http.client.HTTPException, ValueError):
            self.hang_up()
            return 0, {}, {}
