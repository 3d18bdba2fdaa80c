"""`kakou restore`: put a backup back, or prove that it could be."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from kakou.backup.management.telling import bar, date_of
from kakou.kernel.site import FILE
from kakou.kernel.time import now

if TYPE_CHECKING:
    from kakou.backup.actions import Restored
    from kakou.backup.repository.manifest import Manifest

ABOUT = _(
    "Put a backup in the place of the database: the newest, or the one named.\n\n"
    "It is loaded into a database of its own, and every table is counted and hashed, before it takes the place of the "
    "present one, which stays beside until --forget-old. Keys that were destroyed stay destroyed. Killed or out of "
    "space, run it again: it goes on where it was. Kakou may run meanwhile, but not at the last step.\n\n"
    "On a new machine put back the key store first: kakou keys restore FOLDER."
)

ASIDE = ("before", "restored")  # what was replaced, and what was filled and never took its place


@click.command("restore", help=ABOUT)
@click.argument("id", default="", metavar="[BACKUP]")
@click.option(
    "--from", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help=_("Another folder than that of the settings."),
)  # fmt: skip
@click.option("--drill", is_flag=True, help=_("Restore into a spare database, compare, and remove the spare again."))
@click.option("--forget-old", is_flag=True, help=_("Remove the databases that restores have set aside or left over."))
@click.option("--without-keys", is_flag=True, help=_("Go on although keys of the backup are lost for good."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def group(
    id: str, folder: Path | None, drill: bool, forget_old: bool, without_keys: bool, yes: bool, as_json: bool
) -> None:
    """Restore, prove, or remove what was set aside."""
    if forget_old:
        _forget_old(yes)
    elif drill:
        _drill(folder, id, as_json)
    else:
        _restore(folder, id, without_keys, yes, as_json)


def _drill(folder: Path | None, id: str, as_json: bool) -> None:
    from kakou.backup import actions

    with bar(as_json) as progress:
        manifest = actions.drill(folder=folder, id=id, at=now(), progress=progress)
    if as_json:
        click.echo(json.dumps({"id": manifest.id, "rows": manifest.rows, "equal": True}))
        return
    words = _("The backup %(id)s can be restored: %(rows)d rows in %(tables)d tables came back equal, the audit holds.")
    click.echo(words % {"id": manifest.id, "rows": manifest.rows, "tables": len(manifest.tables)})


def _restore(folder: Path | None, id: str, without_keys: bool, yes: bool, as_json: bool) -> None:
    from kakou.backup import actions, queries

    repository = queries.repository(folder)
    manifest = repository.read(id, at=now())
    if not yes:
        _ask(manifest, queries.keys_missing(manifest, repository.destroyed()) if without_keys else [])
    with bar(as_json) as progress:
        restored = actions.restore(
            folder=folder, id=manifest.id, at=now(), progress=progress, without_keys=without_keys
        )  # fmt: skip
    # the backup may be of an older version, and this process knows the new one only
    subprocess.run([sys.executable, "-m", "kakou", "migrate"], check=True)
    again = actions.settle(restored, at=now())
    if as_json:
        told = {"id": manifest.id, "rows": manifest.rows, "aside": restored.aside, "files": restored.files}
        site = asdict(restored.other_site) if restored.other_site else None
        keys = {"destroyed_again": restored.gone, "destroyed_since": again, "lost": restored.lost}
        click.echo(json.dumps({**told, **keys, "other_site": site}))
    else:
        _tell(restored)


def _ask(manifest: Manifest, lost: list[str]) -> None:
    words = _("Replace the database by the backup of %(at)s? What was entered since is not in it.")
    click.confirm(words % {"at": date_of(manifest.at)}, abort=True, err=True)
    if lost:
        click.echo("\n".join(lost), err=True)
        words = _(
            "Go on without these %(count)d keys? What they sealed cannot be read again: from now on they count as "
            "destroyed, and a copy of them that is found later is refused."
        )
        click.confirm(words % {"count": len(lost)}, abort=True, err=True)


def _tell(restored: Restored) -> None:
    manifest = restored.manifest
    click.echo(_("Restored: %(rows)d rows of %(at)s.") % {"rows": manifest.rows, "at": date_of(manifest.at)})
    if restored.aside:
        words = _("The database of before is kept as %(name)s. Remove it with: kakou restore --forget-old")
        click.echo(words % {"name": restored.aside})
    if restored.lost:
        words = _("Lost, and counted as destroyed with all that they sealed: %(keys)s")
        click.echo(words % {"keys": ", ".join(restored.lost)})
    if FILE in restored.files:
        click.echo(_("The site's name and zone are back: start Kakou anew, so that its days begin by them."))
    if restored.other_site:
        words = _(
            "In the backup the site was called “%(name)s”, in the zone %(zone)s. Here it says something else, which "
            "was left alone: put site.json right before you start Kakou, or its days begin at another hour."
        )
        click.echo(words % {"name": restored.other_site.name, "zone": restored.other_site.zone or "—"})
    click.echo(_("Who was revoked since the backup must be revoked again: phones, badges, roles, accounts, passes."))


def _forget_old(yes: bool) -> None:
    from kakou.backup.database.server import drop, names_like
    from kakou.backup.events import place

    server = place().server
    with server.connect("postgres") as admin:
        old = [name for part in ASIDE for name in names_like(admin, f"{server.database[:30]}_{part}_")]
        if old and not yes:
            click.echo("\n".join(old), err=True)
            click.confirm(_("Remove %(count)d databases for good?") % {"count": len(old)}, abort=True, err=True)
        for name in old:
            drop(admin, name)
    click.echo(_("%(count)d databases removed.") % {"count": len(old)})
