"""The built scanner and the frames on a port of this machine: isolated pages with a strict policy."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from bench.figures import ROOT
from bench.phone_page import NoPage

EMPTY = b"<!doctype html><title>Kakou</title><link rel=icon href=data:,>"
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:",
    "Cross-Origin-Opener-Policy": "same-origin",  # only then is the page's clock exact to 5 µs
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cache-Control": "no-store",
}


@contextmanager
def scanner_built() -> Iterator[Path]:
    """The folder of gate/tests/scanner-*.ts, built by Vite with the worker and its wasm. Raises NoPage."""
    with tempfile.TemporaryDirectory(prefix="kakou-scanner-") as folder:
        build = [sys.executable, "scripts/npm.py", "gate", "scanner", "--", "--outDir", folder]
        done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoPage(f"gate/ was not built (make setup-dev): {(done.stderr or done.stdout).strip()[-300:]}")
        yield Path(folder)


@contextmanager
def served(folder: Path, frame: Callable[[int], bytes] | None = None) -> Iterator[str]:
    """The address that answers with the folder's files, an empty page at /, and frames at /frame/N."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder, frame))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(folder: Path, frame: Callable[[int], bytes] | None) -> type[BaseHTTPRequestHandler]:
    files = {f"/{file.relative_to(folder)}": file for file in folder.rglob("*") if file.is_file()}

    def found(path: str) -> tuple[bytes, str] | None:
        if path == "/":
            return EMPTY, "text/html"
        if frame and path.startswith("/frame/"):
            return frame(int(path.rpartition("/")[2])), "application/octet-stream"
        return (files[path].read_bytes(), TYPES[files[path].suffix]) if path in files else None

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = found(self.path) or (b"", "")
            self.send_response(200 if kind else 404)
            for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Answer
