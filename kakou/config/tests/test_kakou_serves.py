"""`kakou serve` as a whole: one port, parts that may be killed, an orderly end."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

from kakou.config.tests.conftest import free_port, gone, until

ROOT = Path(__file__).parents[3]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]


class Serve:
    """A running `kakou serve` in a home of its own."""

    patience = 90  # seconds for a start

    def __init__(self, home, port):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("KAKOU_") and k != "DATABASE_URL"}
        clean |= {"KAKOU_HOME": str(home), "KAKOU_LANG": "en", "KAKOU_PG": os.environ.get("KAKOU_PG", "")}
        self.home, self.port, self.env = home, port, clean
        self.log = home / "serve.log"

    def start(self):
        with self.log.open("ab") as log:
            told = log.tell()
            self.process = subprocess.Popen(self.argv, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        until(lambda: "Ctrl-C stops" in self.told_since(told) or self.process.poll() is not None, seconds=self.patience)
        assert self.process.poll() is None, self.told_since(told)
        return self

    def told_since(self, place):
        """What it wrote after the first `place` bytes of its log."""
        return self.log.read_bytes()[place:].decode(errors="replace")

    @property
    def runs(self):
        return self.process.poll() is None

    @property
    def argv(self):
        return [sys.executable, "-m", "kakou", "serve", "--port", str(self.port)]

    def status(self, path="/accounts/login/", **headers):
        """The HTTP status, 0 where nothing answers."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            try:
                connection.request("GET", path, headers=headers)
                return connection.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def parts(self):
        """Name → process, of the parts that `kakou serve` keeps alive."""
        names = {"worker": "kakou.config.worker", "tracer": "kakou.config.tracer", "pages": "kakou.config.wsgi",
                 "front": "kakou.config.asgi", "database": str(self.home / "pg")}  # fmt: skip
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                line = " ".join(child.cmdline())
                found |= {name: child for name, sign in names.items() if sign in line}
        return found

    def everything(self):
        with contextlib.suppress(psutil.NoSuchProcess):
            return [p.pid for p in psutil.Process(self.process.pid).children(recursive=True)]
        return []


@pytest.fixture(scope="module")
def installation():
    """One installation for all tests here; some of them stop it."""
    home = Path(tempfile.mkdtemp(prefix="kks"))
    home.chmod(0o711)
    installed = Serve(home, free_port()).start()
    yield installed
    if installed.runs:
        installed.process.terminate()
        installed.process.wait(30)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def serve(installation):
    """The installation, running whatever the test before did to it: tests come in any order."""
    return installation if installation.runs else installation.start()


def test_pages_come_through_the_one_port(serve):
    assert serve.status() == 200
    assert serve.status("/no-such-page/") in {302, 404}


def test_an_empty_one_shows_the_code_of_its_first_page(serve):
    told = serve.log.read_text()
    assert f"Open http://127.0.0.1:{serve.port}/setup/ and type this code:" in told
    assert re.search(r"^    ([2-9A-Z]{4}-){3}[2-9A-Z]{4}$", told, re.MULTILINE)


def test_only_this_machine_is_listened_to(serve):
    ours = {serve.process.pid, *serve.everything()}
    listening = {c.laddr.ip for c in psutil.net_connections("inet") if c.pid in ours and c.status == "LISTEN"}
    assert listening == {"127.0.0.1"}


def test_a_second_one_on_the_same_data_is_refused_in_one_line(serve):
    argv = [*serve.argv[:-1], str(free_port())]
    second = subprocess.run(argv, cwd=ROOT, env=serve.env, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 2
    assert f"Kakou already runs on {serve.home} (process {serve.process.pid})" in second.stderr
    assert serve.status() == 200


def test_a_port_that_is_taken_is_refused_in_one_line(serve, home):
    env = serve.env | {"KAKOU_HOME": str(home)}
    second = subprocess.run(serve.argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 2
    assert f"Port {serve.port} is in use" in second.stderr


@pytest.mark.parametrize("part", ["pages", "front", "worker", "tracer", "database"])
def test_a_part_that_is_killed_is_started_again_and_pages_come_back(serve, part):
    victim = serve.parts()[part]
    below = [child.pid for child in victim.children(recursive=True)]
    victim.kill()
    until(lambda: serve.parts().get(part, victim).pid != victim.pid, seconds=40)
    until(lambda: serve.status() == 200, seconds=40)
    assert serve.process.poll() is None
    until(lambda: all(gone(pid) for pid in below))


def stream(serve, ended):
    """Hold an endless answer open until it ends; notes how."""
    ticket = subprocess.run(
        [sys.executable, "-c", TICKET], cwd=ROOT, env=serve.env, capture_output=True, text=True, check=True
    ).stdout.strip()
    connection = http.client.HTTPConnection("127.0.0.1", serve.port, timeout=60)
    connection.request("GET", "/events", headers={"Cookie": ticket})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    first = answer.read1()

    def hold():
        try:
            while answer.read1():
                pass
            ended.append("cleanly")
        except (OSError, http.client.HTTPException) as error:
            ended.append(repr(error))
        finally:
            answer.close()
            connection.close()

    threading.Thread(target=hold, daemon=True).start()
    return first


# signed with the installation's own secret, as the pages would
TICKET = """
import os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "kakou.config.settings"
from kakou.web.sse import ticket
print(f"{ticket.COOKIE}=" + ticket.issue({"ledger": [1]}, holder=1, now=time.time()))
"""


def test_sigterm_ends_open_streams_and_every_part(serve):
    ended, everything = [], serve.everything()
    stream(serve, ended)
    told = serve.log.stat().st_size
    serve.process.send_signal(signal.SIGTERM)
    assert serve.process.wait(60) == 0
    assert "did not stop in time" not in serve.told_since(told), "an open stream must not cost the front's patience"
    until(lambda: ended)
    assert ended == ["cleanly"]
    assert [pid for pid in everything if not gone(pid)] == []
    assert "Traceback" not in serve.told_since(told)


def test_killed_with_kill_9_it_leaves_nothing_behind_and_starts_again(serve):
    everything = serve.everything()
    assert everything
    serve.process.kill()
    serve.process.wait()
    until(lambda: all(gone(pid) for pid in everything), seconds=20)
    serve.start()
    assert serve.status() == 200
