"""What can be wrong with a folder of backups, each told with what to do."""

from __future__ import annotations

from kakou.kernel.errors import Refusal


class BackupTrouble(Refusal):
    """Any refusal of backup and restore: what is stored, and every backup that was whole, is as it was."""

    code = "backup-trouble"
    status = 503


class FolderForeign(BackupTrouble):
    """Something else lies there."""

    code = "backup-folder-foreign"


class OtherKey(BackupTrouble):
    """Backups of another key store."""

    code = "backup-other-key"


class PartDamaged(BackupTrouble):
    """A part is missing or does not open."""

    code = "backup-part-damaged"


class FolderGone(BackupTrouble):
    """There were backups, and there are none any more: a disk that is not mounted."""

    code = "backup-folder-gone"


class NoBackup(BackupTrouble):
    """There is none, or not that one."""

    code = "no-backup"


class FolderBusy(BackupTrouble):
    """Another process works there."""

    code = "backup-folder-busy"


class DiskFull(BackupTrouble):
    """No space left."""

    code = "backup-disk-full"
    status = 507
