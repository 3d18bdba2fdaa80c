"""Children that die with us: a tiny program between fork and exec, not a preexec_fn (unsafe beside threads)."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

# argv: parent's pid, signal at its death, uid, gid (-1: keep), program …
PROGRAM = """
import ctypes, os, sys
parent, at_death, uid, gid = map(int, sys.argv[1:5])
if uid >= 0:
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, at_death)   # PR_SET_PDEATHSIG; after setuid, because a change of ids clears it
    if os.getppid() != parent:
        sys.exit("the parent is gone")
os.umask(0o077)
os.execv(sys.argv[5], sys.argv[5:])
"""


def launch(
    argv: Sequence[str | os.PathLike[str]],
    *,
    at_death: signal.Signals = signal.SIGTERM,
    user: pwd.struct_passwd | None = None,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    cwd: str = "/",
) -> subprocess.Popen[bytes]:
    """Start `argv` as our child, in a session of its own (Ctrl-C reaches only us), as `user` when given.

    It gets `at_death` when the thread that called this ends: call from the main thread. `env` is added to ours.
    """
    uid, gid = (user.pw_uid, user.pw_gid) if user else (-1, -1)
    between = [sys.executable, "-I", "-S", "-c", PROGRAM, *map(str, (os.getpid(), int(at_death), uid, gid))]
    return subprocess.Popen(
        [*between, *(os.fspath(part) for part in argv)],
        stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd,
        env={**os.environ, **(env or {})}, start_new_session=True,
    )  # fmt: skip
