"""Copies of a key store: made beside the database's backups, never inside them, and dying with the original.

A copy holds the wrapped keys and the marks of destruction. The master key goes along only when asked, because whoever
has both can open everything: keep it in another safe.
"""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from kakou.vault.keys import files
from kakou.vault.keys.masters import MASTER, RETIRED, Masters, locked, opened
from kakou.vault.keys.names import id_of
from kakou.vault.keys.refusals import KeyStoreMissing, KeyTrouble, KeyUnreadable
from kakou.vault.keys.store import PARTS
from kakou.vault.keys.wrapping import read_master, wrap


class MasterRenewed(KeyTrouble):
    """A copy holds the master key of before a renewal."""

    code = "master-renewed"
    status = 409


@dataclass(frozen=True, slots=True)
class Copied:
    """What one run did: keys written, keys refused because they were destroyed, destroyed keys wiped at the goal."""

    written: int
    refused: int
    wiped: int


def export(source: Path, goal: Path, *, with_master: bool = False) -> Copied:
    """Bring the copy at `goal` up to date with the store at `source`; keys destroyed since are wiped from the copy, and
    after a renewal of the master key all are written again.

    Raises KeyStoreMissing when `source` is no key store, MasterRenewed when the copy would be left with a master that
    opens nothing in it, KeyUnreadable when the copy is of another key store.
    """
    _must_hold_master(source)
    theirs, ours = files.read_if_there(goal / MASTER), (source / MASTER).read_bytes()
    if theirs not in (None, ours) and not with_master:
        raise MasterRenewed(
            "The master key was renewed since the copy in %(folder)s was made. Run the command again with "
            "--with-master, or name a folder for copies without the master key.",
            folder=str(goal),
        )
    masters = Masters(source).with_retired()
    if theirs is not None and read_master(theirs) not in masters:
        raise _of_another(goal, MASTER)
    done = _merge(source, goal, masters, source)
    if with_master and theirs != ours:
        files.replace(goal / MASTER, ours)
    return done


def restore(copy: Path, goal: Path, *, destroyed: Collection[str] = ()) -> Copied:
    """Put back into the store at `goal` what it lost and the copy has. Keys which either side knows as destroyed, or
    which are named in `destroyed`, stay so. Existing keys are never replaced; those from before a renewal of the master
    key are wrapped again.

    Raises KeyStoreMissing when afterwards there is no master key, KeyUnreadable when the copy is of another key store.
    """
    if files.read_if_there(goal / MASTER) is None and (master := files.read_if_there(copy / MASTER)) is not None:
        files.make_folder(goal)
        files.write_once(goal / MASTER, master)
        for name in files.names_in(copy / RETIRED):  # first: they open the rest
            files.make_folder(goal / RETIRED)
            files.write_once(goal / RETIRED / name, (copy / RETIRED / name).read_bytes())
    _must_hold_master(goal)
    with locked(goal, fcntl.LOCK_EX):
        files.make_folder(goal / "destroyed")
        for name in destroyed:
            if id_of(name) is not None:
                files.write_once(goal / "destroyed" / name, b"destroyed, as the audit tells\n")
        return _merge(copy, goal, Masters(goal).with_retired(), goal)


def _merge(source: Path, goal: Path, masters: tuple[bytes, ...], ring: Path) -> Copied:
    for part in (*PARTS, "destroyed"):
        files.make_folder(goal / part)
    for mark in files.names_in(source / "destroyed"):
        files.write_once(goal / "destroyed" / mark, (source / "destroyed" / mark).read_bytes(), alone=True)
    dead = set(files.names_in(goal / "destroyed"))
    wiped = refused = written = 0
    for name in dead & set(files.names_in(goal / "data")):
        files.wipe(goal / "data" / name)
        wiped += 1
    for part, name in _keys_in(source):
        if part == "data" and name in dead:
            refused += 1
        else:
            written += _carry(f"{part}/{name}", source, goal, masters, ring)
    return Copied(written, refused, wiped)


def _carry(name: str, source: Path, goal: Path, masters: tuple[bytes, ...], ring: Path) -> bool:
    """Bring one file over, wrapped under the present master of the key store in `ring`; was it written?"""
    line, there = (source / name).read_bytes(), files.read_if_there(goal / name)
    if name.endswith(".pub"):
        return there is None and files.write_once(goal / name, line, alone=True)
    if there == line or (there is not None and ring == goal):
        return False
    try:
        opened(masters[:1], name, line)
    except KeyUnreadable:
        line = wrap(masters[0], name, _opened(masters, name, line, source))
    if there is None:
        return files.write_once(goal / name, line, alone=True)
    if _opened(masters, name, there, goal) != opened(masters[:1], name, line):
        raise _of_another(goal, name)
    files.replace(goal / name, line)
    return True


def _opened(masters: tuple[bytes, ...], name: str, line: bytes, folder: Path) -> bytes:
    try:
        return opened(masters, name, line)
    except KeyUnreadable as bad:
        raise _of_another(folder, name) from bad


def _of_another(folder: Path, name: str) -> KeyUnreadable:
    return KeyUnreadable(
        "%(key)s in %(folder)s is damaged or of another key store. Nothing of it was overwritten. Name another folder.",
        key=name,
        folder=str(folder),
    )


def _keys_in(folder: Path) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        for name in sorted(files.names_in(folder / part)):
            yield part, name


def _must_hold_master(folder: Path) -> None:
    if files.read_if_there(folder / MASTER) is None:
        raise KeyStoreMissing(
            "There is no master key in %(folder)s. Name the folder of a key store, or restore from a copy made with "
            "--with-master.",
            folder=str(folder),
        )
