"""An SMS gateway that really stands on this machine: takes JSON, remembers ids, refuses numbers it is told to."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway(ThreadingHTTPServer):
    """`taken`: (numbers, text) in the order in which they came; `says`: number → status other than 200."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken, self.ids, self.says, self.hold = [], [], {}, threading.Event()
        self.hold.set()

    def handle_error(self, *_):
        """Whoever asked was killed in between: a test does that."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/send"

    def to(self, number):
        """The texts that came to one number."""
        return [text for numbers, text in self.taken if numbers == [number]]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.hold.set()
        self.shutdown()
        self.server_close()


class _Talk(BaseHTTPRequestHandler):
    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.says.get(told["to"][0], 200)
        if status == 200:
            self.server.taken.append((told["to"], told["text"]))
            self.server.ids.append(told["id"])
        self.server.hold.wait(60)
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass
