"""A part of Kakou that is stopped leaves nothing behind, however stubborn it or what it started is."""

import signal

import pytest

from kakou.config.processes import Child, monotonic
from kakou.config.tests.conftest import gone, kill, until

# says its own pid and that of a process it starts, which hears no SIGTERM; with "stubborn" it hears none itself
PART = """
import signal, subprocess, sys, time
from pathlib import Path
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
started = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
started.stdout.readline()
made = Path(sys.argv[1] + ".new")
made.write_text(str(started.pid))
made.rename(sys.argv[1])
time.sleep(600)
"""


@pytest.mark.parametrize("manner", ["obedient", "stubborn", "dead"])
def test_what_a_part_started_ends_with_it(tmp_path, manner):
    told = tmp_path / "pid"
    part = Child("part", ("-c", PART, str(told), manner), at_death=signal.SIGKILL)
    part.start(monotonic())
    try:
        until(told.exists)
        both = [part.process.pid, int(told.read_text())]
        if manner == "dead":
            kill(part.process.pid)
        part.stop(timeout=0.5 if manner == "stubborn" else 15)
        until(lambda: all(map(gone, both)), seconds=5)
    finally:
        kill(*([int(told.read_text())] if told.exists() else []), part.process.pid)
