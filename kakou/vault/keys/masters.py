"""The master keys of a key store: the one that wraps, and while it is being renewed the next one.

    keys/master               wraps all others
    keys/master.next          there while a renewal is under way, or was broken off: some keys are under it already
    keys/retired/<name>       masters of before, wrapped under the present one: they open older copies of the store

Readers try both and take no lock. Whoever makes a key shares a lock that a renewal holds alone, so that no key is
wrapped under a master which is about to go.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kakou.vault.keys import files
from kakou.vault.keys.refusals import KeyStoreExposed, KeyStoreMissing, KeyUnreadable
from kakou.vault.keys.wrapping import read_master, unwrap, wrap

MASTER, NEXT, RETIRED = "master", "master.next", "retired"
_LOCK = "lock"


class Masters:
    """What opens and wraps the keys in `folder`. Raises KeyStoreMissing without a master, KeyStoreExposed when others
    may read it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._all = _read(folder)

    @property
    def present(self) -> bytes:
        """The master that wraps, 32 bytes, as last read."""
        return self._all[0]

    def open(self, name: str, line: bytes) -> bytes:
        """The key in `line`, by whichever master; looked up again where another process has renewed it meanwhile.
        Raises KeyUnreadable.
        """
        try:
            return opened(self._all, name, line)
        except KeyUnreadable:
            again = _read(self.folder)
            if again == self._all:
                raise
            self._all = again
            return opened(again, name, line)

    @contextmanager
    def making(self) -> Iterator[bytes]:
        """The master under which a new key is wrapped and stored inside: no renewal passes meanwhile."""
        with locked(self.folder, fcntl.LOCK_SH):
            self._all = _read(self.folder)
            yield self.present

    def with_retired(self) -> tuple[bytes, ...]:
        """All masters that there ever were: for copies made before a renewal."""
        self._all = _read(self.folder)
        names = sorted(files.names_in(self.folder / RETIRED))
        lines = ((f"{RETIRED}/{name}", (self.folder / RETIRED / name).read_bytes()) for name in names)
        return (*self._all, *(opened(self._all, name, line) for name, line in lines))


def opened(masters: tuple[bytes, ...], name: str, line: bytes) -> bytes:
    """The key in `line` by the first of `masters` that opens it. Raises KeyUnreadable."""
    for master in masters[:-1]:
        try:
            return unwrap(master, name, line)
        except KeyUnreadable:
            continue
    return unwrap(masters[-1], name, line)


def name_of_master(master: bytes) -> str:
    """A short name that gives nothing away: 16 hex digits."""
    return hashlib.sha256(b"kakou master\n" + master).hexdigest()[:16]


def retire(folder: Path, old: bytes, new: bytes) -> None:
    """Keep the master of before, wrapped under the one that follows it."""
    name = f"{RETIRED}/{name_of_master(old)}"
    files.make_folder(folder / RETIRED)
    files.write_once(folder / name, wrap(new, name, old))


@contextmanager
def locked(folder: Path, how: int) -> Iterator[None]:
    """Hold the folder's lock, shared or alone (`fcntl.LOCK_SH`, `fcntl.LOCK_EX`); the system drops it with us."""
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, files.FILE_MODE)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def missing(folder: Path) -> KeyStoreMissing:
    """No master there."""
    return KeyStoreMissing(
        "There is no master key in %(folder)s. Put back the key store from its own copy; new keys would not open "
        "what is already stored.",
        folder=str(folder),
    )


def _read(folder: Path) -> tuple[bytes, ...]:
    # the next one is read first: renamed in between, it is found as the present one
    following = files.read_if_there(folder / NEXT)
    present = files.read_if_there(folder / MASTER)
    if present is None:
        raise missing(folder)
    if files.open_to_others(folder / MASTER):
        raise KeyStoreExposed(
            "Other users of this machine may read the master key. Run: chmod -R go= %(folder)s", folder=str(folder)
        )
    lines = dict.fromkeys((present, following) if following else (present,))
    return tuple(map(read_master, lines))
