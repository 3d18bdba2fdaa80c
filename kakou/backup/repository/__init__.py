"""A folder of backups.

    format                    what the folder is, and the name of the key that opens it
    backups/2027-01-05T…Z     manifests, one per backup, sealed
    parts/3f/3f9a…            parts, sealed, named by what they say; backups share those that did not change
    lock                      held by whoever writes

Every file is there whole or not at all. A part that no manifest names is left of a backup that was broken off: the next
one uses it, and the sweep after that removes it.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kakou.backup.repository import manifest as manifests
from kakou.backup.repository.manifest import Manifest, Part
from kakou.backup.repository.refusals import DiskFull, FolderBusy, FolderForeign, NoBackup, OtherKey, PartDamaged
from kakou.vault.keys import files
from kakou.vault.sealing.alike import NotOpened
from kakou.vault.sealing.parts import Parts

FORMAT, BACKUPS, PARTS, LOCK = "format", "backups", "parts", "lock"
EVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_KIND = "backup 1"


class Repository:
    """The folder of backups in `folder` under `key`, made where there is nothing yet and `make` is given.

    Raises FolderForeign, OtherKey, NoBackup where nothing is and nothing may be made.
    """

    def __init__(self, folder: Path, key: bytes, *, make: bool = False) -> None:
        self.folder, self._seal = folder, Parts(key)
        told = files.read_if_there(folder / FORMAT)
        if told is None:
            self._make(make)
        elif (found := _format(told)) is None:
            raise _foreign(folder)
        elif found != self._seal.key_name:
            raise OtherKey(
                "The backups in %(folder)s were made with another key store. Put back the key store that belongs to "
                "them (kakou keys restore), or name another folder.",
                folder=str(folder),
            )
        if make:  # after the format: broken off before, the folder is still ours
            with _room(folder):
                for part in (BACKUPS, PARTS):
                    files.make_folder(folder / part)

    def put(self, plain: bytes) -> tuple[Part, bool]:
        """Keep a content; was it written? One that is there is opened, and written again where it does not open.

        Raises DiskFull.
        """
        part = Part(self._seal.name(plain), len(plain))
        path = self._path(part.name)
        if self._opens(part.name, path):
            return part, False
        with _room(self.folder):
            files.make_folder(path.parent)
            files.replace(path, self._seal.seal(part.name, plain))
        return part, True

    def get(self, part: Part) -> bytes:
        """A content. Raises PartDamaged."""
        try:
            plain = self._seal.open(part.name, self._path(part.name).read_bytes())
            if self._seal.name(plain) == part.name and len(plain) == part.size:
                return plain
        except (NotOpened, FileNotFoundError):
            pass
        raise PartDamaged(
            "A part of the backups is missing or damaged: %(file)s. Use an older backup or a copy of the folder; the "
            "next `kakou backup` writes the part again as long as the database still has it.",
            file=str(self._path(part.name)),
        )

    def ids(self) -> list[str]:
        """Of all backups, the newest last."""
        return sorted(name for name in files.names_in(self.folder / BACKUPS) if manifests.is_id(name))

    def readable(self) -> list[Manifest]:
        """All backups whose manifests open, the newest last: one that is damaged stands in the way of no other."""
        found = []
        for id in self.ids():
            with suppress(PartDamaged):
                found.append(self.read(id))
        return found

    def destroyed(self) -> set[str]:
        """Names of the keys of which some backup knows that they were destroyed."""
        return {name for one in self.readable() for name in one.destroyed}

    def read(self, id: str = "", *, at: dt.datetime = EVER) -> Manifest:
        """The backup called `id`, else the newest made by `at` (`manifest.newest`). Raises NoBackup, PartDamaged."""
        ids = self.ids()
        wanted = id or manifests.newest(ids, at)
        if wanted not in ids:
            raise NoBackup("There is no backup %(id)s in %(folder)s.", id=wanted, folder=str(self.folder))
        try:
            return manifests.read(self._seal.open(f"backup {wanted}", (self.folder / BACKUPS / wanted).read_bytes()))
        except (NotOpened, ValueError) as bad:
            raise PartDamaged(
                "The list of what the backup %(id)s consists of is damaged. Use another backup.", id=wanted
            ) from bad

    def finish(self, manifest: Manifest) -> None:
        """From here on it is a backup."""
        with _room(self.folder):
            sealed = self._seal.seal(f"backup {manifest.id}", manifests.write(manifest))
            files.replace(self.folder / BACKUPS / manifest.id, sealed)

    def drop(self, ids: list[str]) -> int:
        """Remove backups, and then every part that no backup names; how many parts. None where a manifest that stays
        cannot be read: nobody knows what it needs.
        """
        for id in ids:
            (self.folder / BACKUPS / id).unlink(missing_ok=True)
        left = self.readable()
        if len(left) < len(self.ids()):
            return 0
        needed = {part.name for one in left for part in one.parts()}
        removed = 0
        for path in sorted((self.folder / PARTS).glob("*/*")):
            if path.name not in needed:
                path.unlink()
                removed += 1
        return removed

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile. Raises FolderBusy at once where somebody does."""
        handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, files.FILE_MODE)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderBusy(
                    "Another backup or restore works with %(folder)s. Wait for it to end.", folder=str(self.folder)
                ) from None
            yield
        finally:
            os.close(handle)

    def _make(self, may: bool) -> None:
        if files.names_in(self.folder):
            raise _foreign(self.folder)
        if not may:
            raise NoBackup("There are no backups in %(folder)s. Make one with `kakou backup`.", folder=str(self.folder))
        with _room(self.folder):
            files.make_folder(self.folder)
            told = json.dumps({"kakou": _KIND, "key": self._seal.key_name}) + "\n"
            files.write_once(self.folder / FORMAT, told.encode(), alone=True)

    def _path(self, name: str) -> Path:
        return self.folder / PARTS / name[:2] / name

    def _opens(self, name: str, path: Path) -> bool:
        sealed = files.read_if_there(path)
        try:
            return sealed is not None and self._seal.name(self._seal.open(name, sealed)) == name
        except NotOpened:
            return False


def holds_backups(folder: Path) -> bool:
    """Is it a folder of backups, of whatever key?"""
    return _format(files.read_if_there(folder / FORMAT) or b"") is not None


def _format(told: bytes) -> str | None:
    """The name of the key; None for what is no folder of ours."""
    try:
        found = json.loads(told)
        return str(found["key"]) if found["kakou"] == _KIND else None
    except (ValueError, KeyError, TypeError):
        return None


def _foreign(folder: Path) -> FolderForeign:
    return FolderForeign(
        "%(folder)s is not empty and holds no backups of Kakou. Name an empty folder, or the one of the backups.",
        folder=str(folder),
    )


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        if wrong.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(
            "The disk that holds %(folder)s is full. Free some space, keep backups for fewer days (KAKOU_BACKUP_KEEP) "
            "or name another folder, and run it again: it goes on where it was.",
            folder=str(folder),
        ) from wrong
