"""The status page: what runs, what does not, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.timezone import now as clock_now
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_safe

from kakou.access.pages import StaffRequest, require_permission
from kakou.access.rules import Permission
from kakou.access.scope import acting_as_system
from kakou.upkeep import queries, rules
from kakou.upkeep.rules import Finding, Level
from kakou.web.kit.signs import Sign

WORDS = {
    "disk": gettext_noop("Disk"),
    "work": gettext_noop("Work that goes on behind the pages"),
    "workers": gettext_noop("Workers"),
    "queue": gettext_noop("Jobs that wait"),
    "job": gettext_noop("Jobs by the clock"),
    "certificate": gettext_noop("Certificate"),
    "clock": gettext_noop("Clock"),
    "keys": gettext_noop("Keys of people's data"),
}
DISKS = {"data": gettext_noop("data"), "backups": gettext_noop("backups")}
LEVELS: Mapping[Level, Sign] = {
    Level.FINE: Sign(gettext_noop("runs"), "go", "check"),
    Level.LOOK: Sign(gettext_noop("worth a look"), "look", "triangle"),
    Level.ALARM: Sign(gettext_noop("does not run"), "stop", "octagon"),
}
# what is wrong → what to do
TROUBLES = {
    "disk-short": gettext_noop("The disk is nearly full: free some space, or keep fewer backups (KAKOU_BACKUP_KEEP)."),
    "disk-unread": gettext_noop(
        "The disk cannot be read: look whether it is there and mounted, and whether Kakou may read it."
    ),
    "work-silent": gettext_noop(
        "It gave no sign for longer than it may: see the log, and start Kakou again if it stays so."
    ),
    "work-fails": gettext_noop("It fails again and again; what follows from passages may be behind. The log says why."),
    "queue-waits": gettext_noop("Jobs wait longer than they should: a worker is busy, hangs or does not run."),
    "job-missed": gettext_noop("It did not run to its end when it was due. The log says why."),
    "job-failed": gettext_noop("It failed in the last day. The log says why; a later run may have made it good."),
    "certificate-ends": gettext_noop(
        "It ends soon: phones will refuse to talk to Kakou then. Renew it, or give new files."
    ),
    "certificate-unread": gettext_noop(
        "Its file cannot be read: look whether it is there and whole, and whether Kakou may read it."
    ),
    "clock-off": gettext_noop("Most phones disagree with this machine's clock: set it, and keep it by NTP."),
    "clock-alone": gettext_noop("Nobody keeps this machine's clock: switch NTP on (`timedatectl set-ntp true`)."),
    "keys-back": gettext_noop(
        "A key was destroyed and lives: its destruction broke off, or an older copy of the keys was put back. The night"
        " destroys it again; to do it now: kakou keys check, then kakou keys destroy."
    ),
    "keys-closed": gettext_noop(
        "A key does not open: what it sealed cannot be read. kakou keys check says which. Move its file away, then put"
        " it back from a copy (kakou keys restore)."
    ),
    "keys-unread": gettext_noop("The key store cannot be read: put it back from its newest copy (kakou keys restore)."),
    "workers-none": gettext_noop("No worker runs jobs: start Kakou again; the log says why it ended."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was looked at, in words."""

    sign: Sign
    what: str
    of: str
    told: str
    trouble: str


@require_safe
@require_permission(Permission.MANAGE_STAFF)
def home(request: StaffRequest) -> HttpResponse:
    """Everything that is looked at, the worst first."""
    found = _found(request)
    rows = [row_of(one) for one in found]
    context = {
        "now": request.now,
        "worst": LEVELS[rules.worst(found)],
        "is_fine": rules.worst(found) is Level.FINE,
        "wrong": [row for one, row in zip(found, rows, strict=True) if one.level],
        "groups": _groups(found, rows),
    }
    return render(request, "upkeep/home.html", context)


def _groups(found: list[Finding], rows: list[Row]) -> list[tuple[str, Sign, list[Row]]]:
    """(what, the worst of it, each), in the order of WORDS."""
    together = [
        (what, [(one, row) for one, row in zip(found, rows, strict=True) if one.what == what]) for what in WORDS
    ]
    return [
        (gettext(WORDS[what]), LEVELS[rules.worst(one for one, _ in some)], [row for _, row in some])
        for what, some in together
        if some
    ]


def line(request: HttpRequest) -> str:
    """The line of the first page: nothing as long as everything runs."""
    wrong = [row_of(one) for one in _found(request) if one.level is Level.ALARM]
    return render_to_string("upkeep/line.html", {"wrong": wrong}, request) if wrong else ""


def _found(request: HttpRequest) -> list[Finding]:
    with acting_as_system():
        return queries.findings(at=getattr(request, "now", None) or clock_now())


def row_of(one: Finding) -> Row:
    """In words."""
    of = gettext(DISKS[one.of]) if one.of in DISKS else one.of.removeprefix("kakou.")
    trouble = gettext(TROUBLES[one.code]) if one.code else ""
    return Row(LEVELS[one.level], gettext(WORDS[one.what]), of, _told(one), trouble)


def _told(one: Finding) -> str:
    facts = one.facts
    if one.what == "disk" and "free" in facts:
        sizes = {"free": filesizeformat(facts["free"]), "total": filesizeformat(facts["total"])}
        return gettext("%(free)s free of %(total)s") % sizes
    if one.what == "work":
        return gettext("last sign %(seconds)s s ago") % {"seconds": facts["silent"]}
    if one.what == "queue":
        waiting = int(facts["waiting"])
        words = ngettext("%(n)s waits, since %(seconds)s s", "%(n)s wait, the oldest since %(seconds)s s", waiting)
        return words % {"n": waiting, "seconds": facts["oldest"]}
    if one.what == "certificate" and "days" in facts:
        return gettext("%(days)s days left") % facts
    if one.what == "clock" and facts["phones"]:
        return gettext("%(off)s s from %(phones)s phones") % facts
    if one.what == "keys":
        return _told_of_keys(facts)
    if one.what == "workers":
        return gettext("%(alive)s at work") % facts
    return (
        ngettext("failed %(n)s time in a day", "failed %(n)s times in a day", int(facts["failed"]))
        % {"n": facts["failed"]}
        if facts.get("failed")
        else ""
    )


def _told_of_keys(facts: Mapping[str, int | float | str]) -> str:
    if closed := facts.get("closed"):
        return ngettext("%(n)s does not open", "%(n)s do not open", int(closed)) % {"n": closed}
    if back := facts.get("back"):
        return ngettext("%(n)s lives", "%(n)s live", int(back)) % {"n": back}
    return ""
