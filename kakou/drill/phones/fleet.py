"""All phones of one run: a few lines shared by many devices, each device always on the same line and so in order."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from queue import Empty, Full, Queue
from typing import Any, NamedTuple

import msgspec

from kakou.drill.days import Upload
from kakou.drill.phones.line import Answer, Line
from kakou.kernel.errors import Refusal

LINES = 4
PATIENCE = 120  # seconds a phone keeps trying a server that does not answer
LONGEST_WAIT = 30
_INTRODUCTIONS = 4  # tries within four seconds; the server reads of new phones every second
_WAITING = 3  # uploads a line holds: what keeps memory constant when the server is slower than the story


class ServerAway(Refusal):
    """Nobody answers at the address; nothing is lost, resume later."""

    code = "drill-server-away"


class IntakeRefused(Refusal):
    """The intake does not take what the drill sends: a fault of ours."""

    code = "drill-intake-refused"


class Ack(NamedTuple):
    """An upload that was answered. `results` counts stored (new), duplicate and quarantined items, or `refused` ones
    when the device is not (or no longer) known."""

    upload: Upload
    results: Mapping[str, int]


class Fleet:
    """Sends uploads and yields their answers. `tokens`: entrance number → device token; `now_ms`: the clock."""

    def __init__(
        self,
        url: str,
        tokens: Mapping[int, str],
        *,
        now_ms: Callable[[], int],
        stop: threading.Event,
        lines: int = LINES,
        patience: float = PATIENCE,
    ) -> None:
        self._url, self._tokens, self._now_ms, self._patience = url, tokens, now_ms, patience
        self._stop = stop
        self._known: set[int] = set()  # phones that were taken or refused for good
        self._acks: Queue[Ack | Exception] = Queue()
        self._inboxes: list[Queue[Upload | None]] = [Queue(_WAITING) for _ in range(lines)]

    def send(self, uploads: Iterable[Upload]) -> Iterator[Ack]:
        """Each upload's answer, not long after it came; stops sending when `stop` is set. Raises ServerAway after
        `patience`, IntakeRefused."""
        threads = [threading.Thread(target=self._work, args=(inbox,), daemon=True) for inbox in self._inboxes]
        for thread in threads:
            thread.start()
        try:
            for upload in uploads:
                yield from self._put(upload)
                if self._stop.is_set():
                    break
            for inbox in self._inboxes:
                yield from self._give(inbox, None)
            for thread in threads:
                thread.join()
            yield from self._drained()
        except BaseException:
            self._stop.set()  # let go of the threads: the caller left, or a line broke
            raise

    def _put(self, upload: Upload) -> Iterator[Ack]:
        yield from self._give(self._inboxes[upload.gate % len(self._inboxes)], upload)

    def _give(self, inbox: Queue[Upload | None], upload: Upload | None) -> Iterator[Ack]:
        while True:
            yield from self._drained()
            try:
                inbox.put(upload, timeout=0.1)
                return
            except Full:
                if self._stop.is_set():  # nobody empties it any more
                    return

    def _drained(self) -> Iterator[Ack]:
        while True:
            try:
                ack = self._acks.get_nowait()
            except Empty:
                return
            if isinstance(ack, Exception):
                raise ack
            yield ack

    def _work(self, inbox: Queue[Upload | None]) -> None:
        """One line, until it is given None or `stop` is set."""
        line = Line(self._url)
        try:
            while (upload := self._next(inbox)) is not None:
                ack = self._deliver(line, upload)
                if ack is not None:
                    self._acks.put(ack)
        except Exception as broken:  # noqa: BLE001 - carried over to the caller's thread
            self._acks.put(broken)
            self._stop.set()
        finally:
            line.close()

    def _next(self, inbox: Queue[Upload | None]) -> Upload | None:
        while not self._stop.is_set():
            try:
                return inbox.get(timeout=0.1)
            except Empty:
                continue
        return None

    def _deliver(self, line: Line, upload: Upload) -> Ack | None:
        """Try until it is answered; None when stopped before."""
        tried = 0
        waited = 0.0
        while not self._stop.is_set():
            answer = self._try(line, upload)
            if answer is not None and not self._try_again(answer, upload.gate, tried):
                return _read(upload, answer)
            if waited >= self._patience:
                raise ServerAway("The server does not answer. Start it again, then resume the drill.")
            pause = min(LONGEST_WAIT, (answer and answer.retry_after) or 0.25 * 2 ** min(tried, 5))
            self._stop.wait(pause)
            tried, waited = tried + 1, waited + pause
        return None

    def _try_again(self, answer: Answer, gate: int, tried: int) -> bool:
        """Busy servers are tried again; so is, a few times, one that does not know the phone (yet)."""
        if answer.status in (429, 503):
            return True
        if answer.status == 401 and gate not in self._known and tried < _INTRODUCTIONS:
            return True
        self._known.add(gate)
        return False

    def _try(self, line: Line, upload: Upload) -> Answer | None:
        # as real phones do: the device's own clock at the moment of sending, wherever in the story we are
        sent_at = self._now_ms() + upload.skew_ms
        body = b'{"contract":1,"items":[%b],"sent_at":%d}' % (b",".join(upload.items), sent_at)
        try:
            return line.post(body, self._tokens[upload.gate])
        except (OSError, http.client.HTTPException):
            line.close()
            return None


def _read(upload: Upload, answer: Answer) -> Ack:
    if answer.status in (401, 403):  # somebody revoked the device in the drill: that, too, is practice
        return Ack(upload, {"refused": len(upload.items)})
    if answer.status != 200:
        raise IntakeRefused(
            "The intake answered %(status)d: %(text)s",
            status=answer.status,
            text=answer.body[:200].decode("utf-8", "replace"),
        )
    return Ack(upload, _counted(msgspec.json.decode(answer.body)))


def _counted(content: Mapping[str, Any]) -> Counter[str]:
    """How many items were new, sent before, kept apart. An item's own entry is the same however often it is sent."""
    told = Counter(item["result"] for item in content["items"])
    known = told["stored"] + told["duplicate"] - content["new"]
    return +Counter(stored=content["new"], duplicate=known, quarantined=told["quarantined"])
