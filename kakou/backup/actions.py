"""Backups made, proved and restored, each written into the journal and told to the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader

from kakou import vault
from kakou.access.models import Node
from kakou.access.scope import acting_as_system
from kakou.audit import actions as audit
from kakou.audit.queries import verify
from kakou.backup import journal, queries, rules
from kakou.backup.database.loading import name_for, swap
from kakou.backup.database.server import drop, names_like
from kakou.backup.events import Place, place
from kakou.backup.repository import Repository
from kakou.backup.repository.manifest import Manifest, at_of
from kakou.backup.repository.refusals import BackupTrouble, FolderGone
from kakou.backup.rules import Kind, Run
from kakou.backup.work import restoring
from kakou.backup.work.taking import Keys, Taken, take
from kakou.kernel.errors import Refusal
from kakou.kernel.site import Site, read_site
from kakou.kernel.time import now
from kakou.vault.actions import tell_destroyed
from kakou.workorders.actions import Matter, close_causes, open_many
from kakou.workorders.queries import open_causes
from kakou.workorders.rules import Kind as OrderKind
from kakou.workorders.rules import within

Progress = Callable[[str, int], None]
BACKUP_LATE = OrderKind("backup_late", "No backup was made in time", within(hours=4), recurs=True)
PROOF_LATE = OrderKind("backup_unproved", "No backup was proved in time", within(days=1), recurs=True)
KINDS = (BACKUP_LATE, PROOF_LATE)
MADE = "made"


class ChainBroken(BackupTrouble):
    """The audit in the backup does not hold."""

    code = "restore-audit-broken"


class KeysMissing(BackupTrouble):
    """Keys that lived when the backup was made are neither here nor destroyed."""

    code = "restore-keys-missing"


class SoftwareOlder(BackupTrouble):
    """The backup was made by a newer Kakou."""

    code = "restore-software-older"


def back_up(*, folder: Path | None, at: dt.datetime, progress: Progress, anew: bool = False) -> Taken:
    """Make a backup, then remove those that are older than they are kept, unless the clock may have been put ahead.
    What fails is written down too. `anew`: also where backups were, and are no more.

    Raises FolderGone, FolderForeign, OtherKey, FolderBusy, DiskFull, ToolFailed, KeyTrouble.
    """
    here = place()
    with _written_down(here.home, Kind.BACKUP, at, queries.folder_of(folder)) as told:
        if not anew:
            _require_there(queries.folder_of(folder), at)
        repository = queries.repository(folder, make=True)
        taken = take(here.server, repository, here.home, keys=_keys(), at=at, progress=progress)
        told.of(taken.manifest, written=taken.written)
        with repository.alone():
            old, plan = [(id, at_of(id)) for id in repository.ids()], queries.plan()
            unbroken = rules.is_unbroken((made for _, made in old), plan, now=at)
            repository.drop(rules.expired(old, plan, now=at) if unbroken else [])
    with transaction.atomic():
        audit.record("backup.made", subject=taken.manifest.id, by=None, at=at, rows=taken.manifest.rows)
    return taken


def drill(*, folder: Path | None, id: str, at: dt.datetime, progress: Progress) -> Manifest:
    """Restore a backup into a spare database, compare every table, walk its audit, look for its keys; then remove the
    spare. The proof that it could be restored.

    Raises KeysMissing before anything is filled, PartDamaged, Unequal, ChainBroken, SoftwareOlder, ServerOlder, NoRoom.
    """
    here = place()
    with _written_down(here.home, Kind.DRILL, at, queries.folder_of(folder)) as told:
        repository = queries.repository(folder)
        with repository.alone():
            manifest = repository.read(id, at=at)
            _require_keys(queries.keys_missing(manifest))
            name = name_for(here.server.database, manifest, "drill")
            _drop_spares(here, but=name)
            _fill(here, repository, manifest, name, progress)
            _drop_spares(here)
        told.of(manifest)
    with transaction.atomic():
        audit.record("backup.proved", subject=manifest.id, by=None, at=at, rows=manifest.rows)
    return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore: what the database of before is called now ("" where there was none), files put back, how
    many keys, destroyed after a copy of the key store was made, were destroyed again, what the site was called in the
    backup and its zone, if that is not what it says here, and the keys that were lost and count as destroyed."""

    manifest: Manifest
    aside: str
    files: list[str]
    gone: int
    other_site: Site | None
    lost: list[str]


def restore(
    *, folder: Path | None, id: str, at: dt.datetime, progress: Progress, without_keys: bool = False
) -> Restored:  # fmt: skip
    """Put a backup in the place of the database, once all of it is in and compared; the database of before stays
    beside. Call `settle` when the schema is of this version. `without_keys`: keys that the store lacks hold nothing up;
    once the database is in place they count as destroyed, so that what they sealed is shown as gone and no new key is
    made under one of their names.

    Raises what `drill` raises, and InUse where somebody is in the database that would be replaced.
    """
    here = place()
    with _written_down(here.home, Kind.RESTORE, at, queries.folder_of(folder)) as told:
        repository = queries.repository(folder)
        with repository.alone():
            manifest = repository.read(id, at=at)
            gone = vault.store().remember_destroyed(repository.destroyed(), at=at)
            lost = queries.keys_missing(manifest)
            if not without_keys:
                _require_keys(lost)
            name = name_for(here.server.database, manifest, "restored")
            _fill(here, repository, manifest, name, progress)
            aside = f"{here.server.database[:30]}_before_{at:%Y%m%d%H%M%S}"
            _close_all()
            swap(here.server, name, aside)
            vault.store().remember_destroyed(lost, at=at, why="lost before a restore")
            files = restoring.put_back_files(repository, manifest, here.home)
            restoring.forget_tracing(here.home)
        told.of(manifest)
        with here.server.connect("postgres") as admin:
            there = names_like(admin, aside)
    site = restoring.site_of(repository, manifest)
    other = site if site not in (Site(), read_site(here.home)) else None
    return Restored(manifest, there[0] if there else "", files, gone, other, lost)


def settle(restored: Restored, *, at: dt.datetime) -> list[str]:
    """Tell the audit of the restored database what it cannot know: that it was restored, how many keys were lost, and
    which were destroyed since or count as that. Names of those."""
    manifest, lost = restored.manifest, len(restored.lost)
    with transaction.atomic():
        audit.record("backup.restored", subject=manifest.id, by=None, at=at, rows=manifest.rows, lost=lost)
    return tell_destroyed(at=at)


def watch_backups(*, at: dt.datetime) -> int:
    """Open an order where no backup was made, or none proved, in time; close those of what was made good. How many were
    opened.
    """
    found, opened = queries.standing(at=at), 0
    with acting_as_system():
        roots = list(Node.objects.filter(parent=None).values_list("pk", flat=True))
        for kind, late in ((BACKUP_LATE, found.backup_late), (PROOF_LATE, found.proof_late)):
            if late:
                opened += len(open_many(kind.name, [Matter(f"{root}:{kind.name}", root) for root in roots], at=at))
            else:
                close_causes(kind.name, open_causes(kind.name)[kind.name], at=at, healed=MADE)
    return opened


def _drop_spares(here: Place, *, but: str = "") -> None:
    """Spares of drills that failed fill the disk; the one that is filled next is gone on with."""
    with here.server.connect("postgres") as admin:
        for spare in names_like(admin, f"{here.server.database[:30]}_drill_"):
            if spare != but:
                drop(admin, spare)


def _fill(here: Place, repository: Repository, manifest: Manifest, name: str, progress: Progress) -> None:
    restoring.restore(here.server, repository, manifest, name, data=here.data, progress=progress)
    with here.server.connect(name) as connection:
        _require_known(connection.execute("select app, name from django_migrations").fetchall())
        found = verify(fetch=lambda query, values: connection.execute(query, values).fetchall())
    if found is not None:
        raise ChainBroken(
            "The audit in the backup %(id)s does not hold from row %(seq)d on. Nothing was replaced. Use an older "
            "backup, and find out who changed it.",
            id=manifest.id,
            seq=found.seq,
        )


def _require_there(folder: Path, at: dt.datetime) -> None:
    """A disk that is not mounted leaves an empty folder, which would be filled on the disk of the database."""
    if queries.is_gone(folder, at=at):
        raise FolderGone(
            "%(folder)s holds no backups any more: is its disk mounted? Mount it and run it again, or begin anew "
            "there: kakou backup --new",
            folder=str(folder),
        )


def _require_keys(missing: Sequence[str]) -> None:
    if missing:
        raise KeysMissing(
            "The key store lacks keys of this backup: %(keys)s. Put them back first from a newer copy (kakou keys "
            "restore). Where there is none, kakou restore --without-keys brings back all but what they sealed. Nothing "
            "was replaced.",
            keys=", ".join(missing[:10]),
        )


def _require_known(applied: Sequence[tuple[object, ...]]) -> None:
    """Migrations only go forward: what is of tomorrow would be worked on by a Kakou that does not know it."""
    newest: dict[str, str] = {}
    for app, name in MigrationLoader(None).disk_migrations:
        newest[app] = max(name, newest.get(app, ""))
    ahead = sorted(f"{app}.{name}" for app, name in applied if str(name) > newest.get(str(app), ""))
    if ahead:
        raise SoftwareOlder(
            "The backup was made by a newer Kakou than this one: %(ahead)s. Install that version or a newer one, then "
            "restore. Nothing was replaced.",
            ahead=", ".join(ahead[:3]),
        )


class _Told:
    """What a run tells of itself."""

    def __init__(self) -> None:
        self.id, self.rows, self.bytes, self.written = "", 0, 0, 0

    def of(self, manifest: Manifest, *, written: int = 0) -> None:
        self.id, self.rows, self.written = manifest.id, manifest.rows, written
        self.bytes = sum(part.size for part in manifest.parts())


@contextmanager
def _written_down(home: Path, kind: Kind, at: dt.datetime, folder: Path) -> Iterator[_Told]:
    told = _Told()
    trouble = words = ""
    try:
        yield told
    except (Refusal, psycopg.Error, OSError) as wrong:
        trouble = wrong.code if isinstance(wrong, Refusal) else type(wrong).__name__
        words = str(wrong)[:400]
        raise
    except BaseException as wrong:
        trouble = type(wrong).__name__
        raise
    finally:
        journal.add(
            home,
            Run(kind, told.id, at, max(at, now()), told.rows, told.bytes, told.written, trouble, words, str(folder)),
        )


def _close_all() -> None:
    for alias in connections:
        connections[alias].close()
        if pool := getattr(connections[alias], "close_pool", None):
            pool()


def _keys() -> Keys:
    keys = vault.store().data_keys()
    living = tuple(key.name for key in keys if not key.destroyed)
    return Keys(living, tuple(key.name for key in keys if key.destroyed))
