"""How old the last backup is, whether it was ever proved, and what to do when that is too long ago."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import now as clock_now
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.backup import journal, queries
from kakou.backup.rules import Kind, Run

SHOWN = 30
KINDS = {
    Kind.BACKUP: gettext_noop("Backup"),
    Kind.DRILL: gettext_noop("Restore drill"),
    Kind.RESTORE: gettext_noop("Restore"),
}
# the code of what went wrong → what to do
TROUBLES = {
    "backup-disk-full": gettext_noop("The disk is full: free some space, keep fewer days or use another folder."),
    "backup-folder-gone": gettext_noop("The folder holds no backups any more: look whether its disk is mounted."),
    "backup-folder-foreign": gettext_noop("The folder holds something else: name an empty one."),
    "backup-other-key": gettext_noop("The backups are of another key store: put that back, or name another folder."),
    "backup-part-damaged": gettext_noop("A part of the backup is damaged: the next backup writes it again."),
    "backup-folder-busy": gettext_noop("Another backup or restore was under way."),
    "backup-tool-failed": gettext_noop("pg_dump failed: it must be of the server's version or newer."),
    "backup-unequal": gettext_noop("What was restored is not what was backed up: use another backup."),
    "restore-audit-broken": gettext_noop("The audit in the backup does not hold: find out who changed it."),
    "restore-keys-missing": gettext_noop("The key store lacks keys of the backup: put them back from a copy."),
    "restore-server-older": gettext_noop("The backup was made by a newer PostgreSQL than this one."),
    "restore-software-older": gettext_noop("The backup was made by a newer Kakou than this one: install that."),
    "restore-no-room": gettext_noop("There is no room for a second database: free some space."),
    "restore-database-in-use": gettext_noop("Kakou was running: stop it and run the command again."),
    "no-backup": gettext_noop("There was no backup yet."),
}
OTHER = gettext_noop("It broke off: the log of the server says why.")


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def home(request: StaffRequest) -> HttpResponse:
    """The last backup and its last proof, and the last runs."""
    known = journal.read(settings.HOME, at=request.now)
    runs = [(run, KINDS[run.kind], _trouble(run)) for run in reversed(known.runs)][:SHOWN]
    context = {
        **_told(request),
        "now": request.now,
        "runs": runs,
        "folder": settings.BACKUP_FOLDER,
        "keep": settings.BACKUP_KEEP,
        "same_disk": queries.same_disk(),
    }
    return render(request, "backup/home.html", context)


def line(request: HttpRequest) -> str:
    """The line of the first page: the age of the last backup and of its last proof."""
    return render_to_string("backup/line.html", _told(request), request)


def _told(request: HttpRequest) -> dict[str, Any]:
    at = getattr(request, "now", None) or clock_now()
    found = queries.standing(at=at)
    trouble = _trouble(found.failed) if found.failed else ""
    return {"standing": found, "trouble": trouble, "made": queries.plan().every is not None, "now": at}


def _trouble(run: Run) -> str:
    return "" if run.well else TROUBLES.get(run.trouble, OTHER)
