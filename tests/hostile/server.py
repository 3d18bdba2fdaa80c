"""The pages and the front of `kakou serve`, as processes of their own whose memory is bounded; asked over HTTP.

RLIMIT_DATA bounds what a process may write to: heap, anonymous memory, stacks of threads. RLIMIT_AS would count, too,
what is only mapped: the address space of malloc's arenas, 64 MiB for each thread that asks once, and every library's
text. A refused allocation is the same under either: the process learns of it at the moment at which it asks.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.test import Client

from kakou.access.models import Staff
from kakou.config.serving import FRONT, PAGES
from tests.cast import sign_in

MOST = 512 << 20  # bytes of each process
WITHIN = """import os, resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]),) * 2)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"""
TICK = os.sysconf("SC_CLK_TCK")
BOUNDARY = "kakou-hostile-7f3a"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and what it cost the server: MiB over its rest at the most, seconds of CPU."""

    status: int
    headers: Mapping[str, str]
    text: str
    grown: float
    cpu: float


class Server:
    """Both processes over the database of the test."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        self._folder = Path(tempfile.mkdtemp(prefix="kkh"))  # short: the path of a socket has 107 bytes
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        backend = str(self._folder / "pages.sock")
        self._parts = [
            self._start(*PAGES, "--uds", backend, "kakou.config.wsgi:application"),
            self._start(*FRONT, "--host", "127.0.0.1", "--port", str(self.port), KAKOU_BACKEND=backend),
        ]
        self._wait()
        self._born = self._all()
        self._rest = {pid: _kib(pid, "VmRSS") for pid in self._born}
        self.peak = 0  # MiB of one process, ever

    def _start(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        env = {**os.environ, "KAKOU_DB": str(connections["owner"].settings_dict["NAME"]), **more}
        with self._log.open("ab") as log:
            argv = [sys.executable, "-c", WITHIN, str(MOST), *words]
            return subprocess.Popen(argv, env=env, stdout=log, stderr=log, start_new_session=True)

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(line):
                line.request("GET", "/accounts/login/")
                if line.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not come up: {self.said()}")

    def _all(self) -> list[int]:
        """Every process of ours."""
        found = [part.pid for part in self._parts]
        for pid in found:
            told = Path(f"/proc/{pid}/task/{pid}/children")
            found += [int(child) for child in told.read_text().split()] if told.exists() else []
        return found

    @property
    def died(self) -> bool:
        """Is any process gone that was there at the beginning?"""
        return self._all() != self._born or any(part.poll() is not None for part in self._parts)

    def said(self) -> str:
        """The end of what the processes wrote."""
        return self._log.read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """Nothing of it is left."""
        for part in self._parts:
            os.killpg(part.pid, signal.SIGTERM)
        for part in self._parts:
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGKILL)
            part.wait()
        shutil.rmtree(self._folder)

    @contextlib.contextmanager
    def _measured(self, cost: dict[str, float]) -> Iterator[None]:
        for pid in self._born:
            _forget_peak(pid)
        before = _cpu(self._born)
        yield
        peaks = {pid: _kib(pid, "VmHWM") for pid in self._born}
        self.peak = max(self.peak, max(peaks.values(), default=0) >> 10)
        cost["grown"] = max((peak - self._rest[pid]) / 1024 for pid, peak in peaks.items())
        cost["cpu"] = _cpu(self._born) - before

    def send(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request, on a connection of its own."""
        cost: dict[str, float] = {}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with self._measured(cost), contextlib.closing(line):
            try:
                line.request(method, path, body, dict(headers or {}))
                got = line.getresponse()
            except (BrokenPipeError, ConnectionResetError):  # it was told to be too large before all was sent
                got = line.response_class(line.sock, method=method) if line.sock else None  # type: ignore[assignment]
                if got is None:
                    raise
                got.begin()
            text = got.read().decode(errors="replace")
        return Answer(got.status, {key.lower(): value for key, value in got.headers.items()}, text, **cost)


class Browser:
    """One signed-in account, or nobody, at that server."""

    def __init__(self, server: Server, account: Staff | None = None) -> None:
        self._server, self._token = server, secrets.token_hex(16)
        cookies = {"csrftoken": self._token}
        if account is not None:
            client = Client()
            sign_in(client, account)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def headers(self, language: str) -> dict[str, str]:
        return {"Cookie": f"{self._cookie}; {settings.LANGUAGE_COOKIE_NAME}={language}", "Accept": "text/html",
                "X-CSRFToken": self._token}  # fmt: skip

    def get(self, path: str, language: str = "en") -> Answer:
        return self._server.send("GET", path, headers=self.headers(language))

    def post(
        self, path: str, fields: Mapping[str, object], files: Mapping[str, tuple[str, str, bytes]] | None = None,
        language: str = "en",
    ) -> Answer:  # fmt: skip
        """A form as a browser sends it. `files`: field → name, media type, content."""
        told = self.headers(language) | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self._server.send("POST", path, as_form(fields, files or {}), told)


def as_form(fields: Mapping[str, object], files: Mapping[str, tuple[str, str, bytes]]) -> bytes:
    """multipart/form-data (RFC 7578). A field whose value is a list is sent once for each."""
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            parts += [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'.encode()]
    for name, (file, media_type, content) in files.items():
        said = file.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{said}"\r\n'
        parts += [f"{head}Content-Type: {media_type}\r\n\r\n".encode(), content, b"\r\n"]
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def _kib(pid: int, what: str) -> int:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        found = re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) if found else 0
    return 0


def _forget_peak(pid: int) -> None:
    """Where the kernel lets us; else the peak is that of all requests so far, which is never too little."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _cpu(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(said[11]) + int(said[12])
    return total / TICK
