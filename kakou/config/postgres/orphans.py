"""What an earlier server of the same folder may have left: processes on their way out, a pid file."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from kakou.config.postgres.errors import PostgresUnavailable

PROC = Path("/proc")
PATIENCE = 60.0  # seconds for an orphan to end


def living(data: Path) -> list[int]:
    """Processes of a server that work in `data` (every PostgreSQL process stands in its data folder)."""
    home, found = str(data.resolve()), []
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if str((entry / "cwd").readlink()) != home:
                continue
            name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
            if name.startswith("postgres") and rest.split()[0] != "Z":
                found.append(int(entry.name))
    return found


def _names_a_stranger(file: Path) -> bool:
    """Whether the pid file names a live process (none of the server's: those are gone by now)."""
    try:
        pid = int(file.read_text().splitlines()[0])
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, ValueError, IndexError):
        return False
    return PROC.exists()


def clear_stale_pid(data: Path) -> None:
    """Wait for orphans of a killed server, then remove a pid file that names a process of someone else.

    We hold the folder's lock, so whatever still works in it has lost its supervisor. A pid file naming a dead process
    stays: PostgreSQL itself checks shared memory before it takes it over, which a removal would skip.
    """
    deadline, told = time.monotonic() + PATIENCE, False
    while pids := living(data):
        if not told:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(
                        pid, signal.SIGINT
                    )  # postmaster: fast shutdown; backend: cancel, its parent's death ends it
            told = True
        if time.monotonic() > deadline:
            raise PostgresUnavailable(
                "An older PostgreSQL (process %(pids)s) still works in %(data)s and does not stop.",
                pids=pids,
                data=data,
            )
        time.sleep(0.01)
    if _names_a_stranger(data / "postmaster.pid"):
        (data / "postmaster.pid").unlink(missing_ok=True)
