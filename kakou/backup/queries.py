"""The plan of this installation, and how it stands with its backups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from kakou import vault
from kakou.backup import journal, rules
from kakou.backup.repository import Repository, holds_backups
from kakou.backup.repository.manifest import Manifest
from kakou.backup.rules import Kind, Plan, Standing


def plan() -> Plan:
    """As the settings say."""
    every = dt.timedelta(minutes=settings.BACKUP_EVERY) or None
    days = dt.timedelta(days=1)
    return Plan(
        every, dt.time.fromisoformat(settings.BACKUP_AT), settings.BACKUP_KEEP * days, settings.BACKUP_PROVE * days
    )


def standing(*, at: dt.datetime) -> Standing:
    """How old the last backup and its last proof are."""
    known = journal.read(settings.HOME, at=at)
    return rules.standing(known.runs, plan(), since=known.since, now=at)


def folder_of(folder: Path | None = None) -> Path:
    """The folder named, else that of the settings."""
    return Path(folder or settings.BACKUP_FOLDER).absolute()


def is_gone(folder: Path, *, at: dt.datetime) -> bool:
    """Did backups go well there, and there are none any more?"""
    known = journal.read(settings.HOME, at=at)
    told = any(run.kind is Kind.BACKUP and run.well and run.folder == str(folder) for run in known.runs)
    return told and not holds_backups(folder)


def repository(folder: Path | None = None, *, make: bool = False) -> Repository:
    """The folder of backups: the one named, else that of the settings. Raises what it and the key store raise."""
    where = folder_of(folder)
    return Repository(where, vault.store().backup_key(make=not holds_backups(where)), make=make)


def keys_missing(manifest: Manifest, destroyed: Collection[str] = ()) -> list[str]:
    """Keys of a backup that the key store lacks and that neither it nor `destroyed` knows as destroyed."""
    known = {key.name for key in vault.store().data_keys()}
    return sorted(set(manifest.keys) - known - set(destroyed))


def same_disk() -> bool:
    """Does the folder of the settings lie on the disk of the database? Then one broken disk takes both. False where a
    mount broke, which the status page tells."""
    try:
        folder = settings.BACKUP_FOLDER
        while not folder.exists():
            folder = folder.parent
        home = settings.HOME if settings.HOME.exists() else settings.HOME.parent
        return bool(folder.stat().st_dev == home.stat().st_dev)
    except OSError:
        return False
