"""Copies of a key store: made beside the database's backups, never inside them, and dying with the original.

A copy holds the wrapped keys and the marks of destruction. The master key goes along only when asked, because whoever
has both can open everything: keep it in another safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kakou.vault.keys import files
from kakou.vault.keys.refusals import KeyStoreMissing
from kakou.vault.keys.store import PARTS


@dataclass(frozen=True, slots=True)
class Copied:
    """What one run did: keys written, keys refused because they were destroyed, destroyed keys wiped at the goal."""

    written: int
    refused: int
    wiped: int


def export(source: Path, goal: Path, *, with_master: bool = False) -> Copied:
    """Bring the copy at `goal` up to date with the store at `source`; keys destroyed since are wiped from the copy.

    Raises KeyStoreMissing when `source` is no key store.
    """
    _must_hold_master(source)
    done = _merge(source, goal)
    if with_master:
        files.write_once(goal / "master", (source / "master").read_bytes(), alone=True)
    return done


def restore(copy: Path, goal: Path) -> Copied:
    """Put back into the store at `goal` what it lost and the copy has. Keys which either side knows as destroyed stay
    destroyed. Existing keys are never replaced. Raises KeyStoreMissing when afterwards there is no master key.
    """
    if files.read_if_there(goal / "master") is None and (master := files.read_if_there(copy / "master")) is not None:
        files.make_folder(goal)
        files.write_once(goal / "master", master)
    _must_hold_master(goal)
    return _merge(copy, goal)


def _merge(source: Path, goal: Path) -> Copied:
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
        elif not (goal / part / name).exists():
            written += files.write_once(goal / part / name, (source / part / name).read_bytes(), alone=True)
    return Copied(written, refused, wiped)


def _keys_in(folder: Path) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        for name in sorted(files.names_in(folder / part)):
            yield part, name


def _must_hold_master(folder: Path) -> None:
    if files.read_if_there(folder / "master") is None:
        raise KeyStoreMissing(
            "There is no master key in %(folder)s. Name the folder of a key store, or restore from a copy made with "
            "--with-master.",
            folder=str(folder),
        )
