"""Reading a backup again, to the last byte."""

from __future__ import annotations

from collections.abc import Callable

from kakou.backup.database.tally import Tally
from kakou.backup.repository import Repository
from kakou.backup.repository.manifest import Manifest
from kakou.backup.repository.refusals import BackupTrouble


class Unequal(BackupTrouble):
    """Counts or hashes differ."""

    code = "backup-unequal"


def check(repository: Repository, manifest: Manifest, *, progress: Callable[[str, int], None]) -> None:
    """Open every part, and count and add up the rows of every table. Raises PartDamaged, Unequal."""
    for part in (manifest.before, manifest.after, *(file.part for file in manifest.files)):
        repository.get(part)
        progress("schema", part.size)
    for table in manifest.tables:
        tally = Tally()
        for part in table.parts:
            tally.add(repository.get(part))
            progress(table.name, part.size)
        require_equal(table.name, (table.rows, table.total), tally)


def require_equal(name: str, wanted: tuple[int, str], found: Tally) -> None:
    """Raise Unequal where a table is not the one that was backed up."""
    if wanted != (found.rows, found.total):
        raise Unequal(
            "The table %(table)s is not the one that was backed up: %(found)d rows, %(wanted)d in the backup%(more)s. "
            "Nothing was replaced. Restore again, or use another backup.",
            table=name,
            found=found.rows,
            wanted=wanted[0],
            more="" if found.rows != wanted[0] else ", other contents",
        )
