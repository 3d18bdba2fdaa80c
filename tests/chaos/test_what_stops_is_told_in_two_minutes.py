"""Parts of a running installation stand still: each is told within two minutes, and told no more when it goes on."""

import contextlib
import http.client
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest

from kakou.config.tests.conftest import free_port
from kakou.config.tests.test_kakou_serves import Serve

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("serve")]
TOKEN = "a-token-for-the-watch"
WITHIN = 120  # seconds


@pytest.fixture(scope="module")
def serve():
    home = Path(tempfile.mkdtemp(prefix="kku"))
    home.chmod(0o711)
    installed = Serve(home, free_port())
    installed.env["KAKOU_METRICS_TOKEN"] = TOKEN
    yield installed.start()
    installed.process.terminate()
    installed.process.wait(60)
    shutil.rmtree(home, ignore_errors=True)


def read(serve, path):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", serve.port, timeout=15)) as connection:
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def alarms(serve):
    """(what, of) of everything that is told as not running."""
    status, told = read(serve, "/metrics")
    assert status == 200
    found = re.findall(r'^kakou_level\{of="([^"]*)",what="(\w+)"\} 2', told, re.MULTILINE)
    return {(what, of) for of, what in found}


def seconds_until(look, most=WITHIN + 60):
    begun = time.monotonic()
    while not look():
        assert time.monotonic() - begun < most
        time.sleep(1)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("part", "told"), [("worker", ("work", "stays")), ("tracer", ("job", "tracing.run_what_is_left"))]
)
def test_a_part_that_hangs_is_told(serve, record_property, part, told):
    seconds_until(lambda: not alarms(serve))
    hangs = serve.parts()[part]
    hangs.send_signal(signal.SIGSTOP)
    took = seconds_until(lambda: told in alarms(serve))
    record_property(part, took)
    assert took <= WITHIN
    hangs.send_signal(signal.SIGCONT)
    seconds_until(lambda: not alarms(serve))


def test_a_database_that_hangs_is_told(serve, record_property):
    database = serve.parts()["database"]
    everybody = [database, *database.children(recursive=True)]
    for one in everybody:
        one.send_signal(signal.SIGSTOP)
    took = seconds_until(lambda: read(serve, "/readyz") == (503, '{"ready": false, "missing": ["database"]}'))
    record_property("database", took)
    assert took <= WITHIN
    assert read(serve, "/livez") == (200, "ok\n")
    for one in everybody:
        one.send_signal(signal.SIGCONT)
    seconds_until(lambda: read(serve, "/readyz")[0] == 200)
