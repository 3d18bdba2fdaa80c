"""A new master key: every key is wrapped again under it, while all processes go on reading and making keys.

Broken off at any point, both masters are there and everything opens; the next renewal goes on with the same new one.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

from kakou.vault.keys import files
from kakou.vault.keys.masters import MASTER, NEXT, Masters, locked, opened, retire
from kakou.vault.keys.refusals import KeyUnreadable
from kakou.vault.keys.wrapping import master_line, new_key, read_master, unwrap, wrap


def renew_master(folder: Path, parts: tuple[str, ...]) -> int:
    """Wrap the keys of `parts` under a new master and put it in the place of the old one; how many were wrapped.

    Nothing is changed where a key does not open: raises KeyUnreadable naming it.
    """
    with locked(folder, fcntl.LOCK_EX):
        masters = Masters(folder)
        old = masters.present
        for name, line in _lines(folder, parts):  # all of them first: afterwards the old master is gone
            masters.open(name, line)
        files.write_once(folder / NEXT, master_line(new_key()))
        new = read_master((folder / NEXT).read_bytes())
        retire(folder, old, new)
        wrapped = sum(_wrap_again(folder, name, line, (old, new)) for name, line in _lines(folder, parts))
        files.rename(folder / NEXT, folder / MASTER)
    return wrapped


def _wrap_again(folder: Path, name: str, line: bytes, masters: tuple[bytes, bytes]) -> bool:
    new = masters[1]
    try:
        unwrap(new, name, line)
    except KeyUnreadable:
        files.replace(folder / name, wrap(new, name, opened(masters, name, line)))
        return True
    return False


def _lines(folder: Path, parts: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        for file in sorted(files.names_in(folder / part)):
            if not file.endswith(".pub") and (line := files.read_if_there(folder / part / file)) is not None:
                yield f"{part}/{file}", line
