"""Files that are there whole or not at all, however many processes make them and whenever the power goes."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_KNOWS_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}


def make_folder(folder: Path) -> None:
    """The folder, readable by its owner only; an existing one keeps its mode (`open_to_others` looks at that)."""
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def write_once(path: Path, content: bytes, *, alone: bool = False) -> bool:
    """Put `content` at `path` unless something is there already; True for the one caller who did it.

    A complete, synced file is linked to the name, which only one of many can do: readers never see half a key, and
    a crash leaves at most a dot-file. `alone` says that nobody else writes there, so that a copy may also be made on a
    memory stick, whose file system knows no links.
    """
    spare = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(6)}")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return _name(spare, path, alone)
    finally:
        spare.unlink(missing_ok=True)
        # also for the loser: the winner may not have synced the name yet, and the loser is about to rely on it
        _sync_folder(path.parent)


def _name(spare: Path, path: Path, alone: bool) -> bool:
    try:
        os.link(spare, path)
    except FileExistsError:
        return False
    except OSError as wrong:
        if not alone or wrong.errno not in _KNOWS_NO_LINKS:
            raise
        if path.exists():
            return False
        spare.rename(path)
    return True


def replace(path: Path, content: bytes) -> None:
    """Put `content` in the place of what is at `path`: a reader sees the one or the other, also after a power cut."""
    spare = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(6)}")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        rename(spare, path)
    finally:
        spare.unlink(missing_ok=True)


def rename(path: Path, goal: Path) -> None:
    """Give the file another name in the same folder, for good."""
    path.replace(goal)
    _sync_folder(goal.parent)


def read_if_there(path: Path) -> bytes | None:
    """The content, None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def wipe(path: Path) -> None:
    """Overwrite, sync, unlink. The overwriting is an honest try only: flash and copy-on-write disks may keep the old
    blocks, which is why the master key that opens them must be guarded as well.
    """
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(path.parent)


def open_to_others(path: Path) -> bool:
    """Whether group or others have any right on it."""
    return bool(path.stat().st_mode & 0o077)


def names_in(folder: Path) -> list[str]:
    """Names in a folder without dot-files, empty where the folder is missing."""
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]  # noqa: PTH208 (hot: once a second)
    except FileNotFoundError:
        return []


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
