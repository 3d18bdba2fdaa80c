"""One connection to the intake, kept open between requests."""

from __future__ import annotations

import http.client
from typing import NamedTuple
from urllib.parse import urlsplit

PATH = "/intake/passages"
SECONDS = 60


class Answer(NamedTuple):
    """What came back: status, body, and for 429 or 503 how many seconds to wait (None: not said)."""

    status: int
    body: bytes
    retry_after: float | None


class Line:
    """HTTP/1.1 to one server. Not for more than one thread. `post` raises OSError or HTTPException when it breaks."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("the drill speaks plain http to this machine")
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=SECONDS)

    def post(self, body: bytes, token: str) -> Answer:
        """Send one batch."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection.request("POST", PATH, body, headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.read(), _seconds(response.headers.get("Retry-After")))

    def close(self) -> None:
        """Hang up; the next `post` connects again."""
        self._connection.close()


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() else None
