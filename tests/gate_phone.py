"""A virtual gate phone: the phone's own code (gate/) with the server's real doors, as far as screening needs them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

from kakou.ledger.lane.app import Lane
from kakou.ledger.lane.tests.gates import Phone, batch, connect_to_test_database, post
from kakou.vault.keys import KeyStore
from tests.phone import PhoneCode


class GatePhone:
    """Enrolled by its token, with the key it pinned. `code` judges and opens bundles, in TypeScript."""

    def __init__(self, code: PhoneCode, *, token: str, key: dict[str, str]) -> None:
        self.code, self.token, self.key = code, token, key
        self.bundle: dict[str, Any] = {}
        self.etag = ""
        self._outbox = Phone(token)
        self._client = Client(headers={"authorization": f"Bearer {token}"})

    def contact(self) -> int:
        """Ask for the bundle; the status. What is not signed by the pinned key is not taken."""
        answer = self._client.get("/api/gate/bundle", headers={"if-none-match": self.etag} if self.etag else {})
        if answer.status_code == 200:
            opened = self.code.ask(bundle=answer.content.decode(), key=self.key)
            self.bundle, self.etag = opened["content"], answer["ETag"]
        return answer.status_code

    def ask(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """POST to a door of the phones."""
        answer = self._client.post(f"/api/gate/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    def judge(self, case: dict[str, Any]) -> dict[str, Any]:
        """What the rules say that hold at `case["at"]`, by the bundle that the phone has."""
        assert self.code.ask(at=case["at"])["version"]
        judged: dict[str, Any] = self.code.ask(case=case, areas=self.bundle["areas"])
        return judged

    def knows(self, id: UUID) -> str:
        """What the roster says of a pass: its kind, "" for one that is not in it."""
        salt = base64.b64decode(self.bundle["roster"]["salt"])
        held = base64.b64encode(hashlib.sha256(salt + id.bytes).digest()[:16]).decode()
        return next((kind for hash, kind, *_ in self.bundle["roster"]["passes"] if hash == held), "")

    def upload(self, *passages: dict[str, Any]) -> list[dict[str, Any]]:
        """Send passages through the intake lane, each with the judgement it carries; the answers."""
        items = [self._outbox.item(**passage) for passage in passages]
        with ThreadPoolExecutor(1) as beside:  # journeys hold an event loop in their own thread
            status, _, answer = beside.submit(asyncio.run, _posted(self.token, items)).result()
        assert status == 200, answer
        found: list[dict[str, Any]] = answer["items"]
        return found


async def _posted(token: str, items: list[bytes]) -> tuple[int, dict[str, str], Any]:
    lane = Lane()
    await lane.start(connect_to_test_database(), KeyStore.create(settings.KEYS))
    await asyncio.wait_for(lane.devices.loaded.wait(), 10)
    try:
        return await post(lane, token, batch(items))
    finally:
        await lane.stop()


def judged(verdict: dict[str, Any]) -> dict[str, Any]:
    """The judgement as a passage carries it."""
    return {"verdict": verdict["outcome"], "reasons": list(verdict["reasons"]), "pack": verdict["pack"]}


def canonical(content: Any) -> str:
    """For comparing two bundles."""
    return json.dumps(content, sort_keys=True)
