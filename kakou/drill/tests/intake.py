"""A stand-in for the intake that keeps the contract on a real socket, and misbehaves when told to."""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandIn:
    """Stores items by id. `say_busy` answers so many requests with 503, `hang_up` stores and then closes the line."""

    def __init__(self, say_busy=0, hang_up=0, known=None, refuse=False):
        self.say_busy, self.hang_up, self.known, self.refuse = say_busy, hang_up, known, refuse
        self.stored, self.order, self.requests = {}, defaultdict(list), 0
        self.stop_after = None  # call this after so many requests
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"intake": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def take(self, token, body):
        batch = json.loads(body)
        assert batch["contract"] == 1
        answers, new = [], 0
        for item in batch["items"]:
            before = self.stored.setdefault(item["id"], item)
            fresh = before is item
            if fresh:
                self.order[token].append(item["seq"])
                new += 1
            result = "stored" if before == item else "quarantined"
            answers.append({"id": item["id"], "result": result, "verdict": before["verdict"]})
        return json.dumps({"items": answers, "new": new, "server_time": 0}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, or each answer waits 40 ms
    intake: StandIn

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        token = self.headers["Authorization"].removeprefix("Bearer ")
        intake = self.intake
        with intake.lock:
            intake.requests += 1
            if intake.stop_after and intake.requests >= intake.stop_after[0]:
                intake.stop_after[1]()
            if intake.say_busy > 0:
                intake.say_busy -= 1
                return self.answer(503, b"", {"Retry-After": "0"})
            if intake.known is not None and token not in intake.known:
                return self.answer(401, b"")
            if intake.refuse:
                return self.answer(422, b'{"error":"contract"}')
            answer = intake.take(token, body)
            if intake.hang_up > 0:
                intake.hang_up -= 1
                self.close_connection = True
                return None
        return self.answer(200, answer)

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
