"""`kakou backup`: make one, list them, read one again to the last byte."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from kakou.backup.management.telling import bar, date_of, megabytes
from kakou.kernel.time import now

FOLDER = click.Path(file_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
ABOUT = _(
    "Make a backup of the database and of what lies beside it, encrypted.\n\n"
    "It goes into --to, else into KAKOU_BACKUP, else into the folder backups of the home: best a folder of another "
    "disk or machine. Pages and gates go on meanwhile. Only what changed since the last one is written. Backups older "
    "than KAKOU_BACKUP_KEEP days are removed. Killed or out of space, nothing that was whole is lost: run it again.\n\n"
    "The key store is never in it, and without the key store nobody opens it: copy that with `kakou keys export "
    "--with-master`, and keep the copy apart from the backups."
)
ABOUT_LIST = _("Show every backup, and what became of the last runs.")
ABOUT_CHECK = _(
    "Read a backup again, to the last byte, and compare counts and hashes of every table.\n\n"
    "Exit code 0: it is whole. 2: it is not, or it could not be read."
)


@click.group("backup", help=ABOUT, invoke_without_command=True)
@click.option("--to", "folder", type=FOLDER, metavar="FOLDER", help=_("Another folder than that of the settings."))
@click.option("--new", "anew", is_flag=True, help=_("Begin anew where backups were and are no more."))
@click.option("--when-due", is_flag=True, help=_("Only if one is due; prove one by a drill if that is due."))
@AS_JSON
@click.pass_context
def group(ctx: click.Context, folder: Path | None, anew: bool, when_due: bool, as_json: bool) -> None:
    """Make one, unless a command says otherwise."""
    if ctx.invoked_subcommand:
        return
    if when_due:
        _what_is_due(folder)
    else:
        _make(folder, anew, as_json)


@group.command("list", help=ABOUT_LIST)
@click.option("--from", "folder", type=FOLDER, metavar="FOLDER", help=_("Another folder than that of the settings."))
@AS_JSON
def list_backups(folder: Path | None, as_json: bool) -> None:
    """What there is."""
    from kakou.backup import queries

    repository = queries.repository(folder)
    found = repository.readable()
    damaged = sorted({*repository.ids()} - {one.id for one in found})
    if as_json:
        rows = [{"id": one.id, "at": one.at.isoformat(), "rows": one.rows} for one in found]
        click.echo(json.dumps({"folder": str(repository.folder), "backups": rows, "damaged": damaged}))
        return
    click.echo(_("Backups in %(folder)s:") % {"folder": repository.folder})
    for one in found:
        told = {"id": one.id, "at": date_of(one.at), "rows": one.rows, "size": megabytes(one)}
        click.echo(_("%(id)s  %(at)s  %(rows)d rows  %(size)s") % told)
    for id in damaged:
        click.echo(_("%(id)s  damaged: its list of parts does not open") % {"id": id})
    click.echo(_("%(count)d backups.") % {"count": len(found)})


@group.command(help=ABOUT_CHECK)
@click.argument("id", default="", metavar="[BACKUP]")
@click.option("--from", "folder", type=FOLDER, metavar="FOLDER", help=_("Another folder than that of the settings."))
@AS_JSON
def check(id: str, folder: Path | None, as_json: bool) -> None:
    """Read it again."""
    from kakou.backup import queries
    from kakou.backup.work.checking import check as read_again

    repository = queries.repository(folder)
    manifest = repository.read(id, at=now())
    with bar(as_json, sum(part.size for part in manifest.parts())) as progress:
        read_again(repository, manifest, progress=progress)
    if as_json:
        click.echo(json.dumps({"whole": True, "id": manifest.id, "rows": manifest.rows}))
        return
    words = _("The backup %(id)s is whole: %(rows)d rows in %(tables)d tables.")
    click.echo(words % {"id": manifest.id, "rows": manifest.rows, "tables": len(manifest.tables)})


def _make(folder: Path | None, anew: bool, as_json: bool) -> None:
    from kakou import vault
    from kakou.backup.actions import back_up

    with bar(as_json) as progress:
        taken = back_up(folder=folder, at=now(), progress=progress, anew=anew)
    made = taken.manifest
    if as_json:
        told = {"id": made.id, "rows": made.rows, "written": taken.written, "known": taken.known}
        click.echo(json.dumps(told))
        return
    words = _("Backup %(id)s: %(rows)d rows, %(size)s, of it %(new)s new.")
    new = f"{taken.written / 1e6:.1f} MB"
    click.echo(words % {"id": made.id, "rows": made.rows, "size": megabytes(made), "new": new})
    words = _("It opens only with the key store in %(keys)s. Keep a copy of that apart: kakou keys export FOLDER")
    click.echo(words % {"keys": vault.folder()})


def _what_is_due(folder: Path | None) -> None:
    from django.conf import settings

    from kakou.backup import actions, journal, queries, rules
    from kakou.web.queries import site_zone

    at, plan = now(), queries.plan()
    known = journal.begin(settings.HOME, at=at)
    with bar(True) as progress:
        if rules.backup_due(known.runs, plan, since=known.since, now=at, zone=site_zone()):
            actions.back_up(folder=folder, at=at, progress=progress)
        if rules.drill_due(journal.read(settings.HOME, at=at).runs, plan, now=at):
            actions.drill(folder=folder, id="", at=at, progress=progress)
