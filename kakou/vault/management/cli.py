"""`kakou keys`: the key store, its copies, and the destruction of keys."""

from __future__ import annotations

import datetime as dt
import json
import os
import pwd
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kakou import vault
from kakou.kernel.time import now
from kakou.web.queries import site_zone

if TYPE_CHECKING:
    from kakou.vault.keys import KeyInfo
    from kakou.vault.keys.copies import Copied

FOLDER = click.Path(file_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
N_ = gettext_noop  # a text of the catalogue, worded when it is shown
TROUBLES = {
    "back-again": N_("%(key)s was destroyed, but its file is back. It stays refused; destroy it again."),
    "should-be-gone": N_("%(key)s was destroyed according to the audit, but lives. Destroy it again."),
    "unreadable": N_("%(key)s does not open: damaged, or of another key store. Restore it from a copy."),
    "exposed": N_("%(key)s may be read by other users of this machine. Run chmod -R go= on the key store's folder."),
}
ABOUT = _(
    "The keys that open personal data: where they are, their copies, their destruction.\n\n"
    "Names, documents, telephones, plates and addresses are stored encrypted. The keys lie in a folder of their "
    "own, not in the database and not in its backups. There is one key for each day on which data is due for "
    "destruction: destroy the key, and what it sealed can never be read again, from no backup either. Lose the "
    "folder, and all of it is lost: make copies with `kakou keys export`, and keep the master key apart from "
    "them."
)
ABOUT_DESTROY = _(
    "Destroy data keys, and with them for good everything they sealed.\n\n"
    "Name the keys as `kakou keys list` shows them, or give --due-before 2027-01-05. This cannot be undone. It is "
    "written into the audit. Afterwards run `kakou keys export` on every copy of the key store, so that the keys "
    "go there too."
)
ABOUT_EXPORT = _(
    "Bring a copy of the key store in FOLDER up to date.\n\n"
    "Keys destroyed since the last time are wiped from the copy. Keep copies away from the backups of the "
    "database, and the master key away from both."
)
ABOUT_RESTORE = _(
    "Put back from the copy in FOLDER what the key store has lost.\n\n"
    "Keys that were destroyed stay destroyed, whether the copy, the key store or the audit knows of it. Keys that are "
    "there are left alone."
)
ABOUT_CHECK = _(
    "Try every key, and compare with the audit which were destroyed.\n\n"
    "Exit code 0: all is well. 1: something is wrong, named with what to do. 2: it could not be checked."
)
ABOUT_ROTATE = _(
    "Renew the keys while Kakou runs: the master key, and with --rows every data key too.\n\n"
    "Without --rows every key is wrapped again under a new master key: do it when somebody who could read the old one "
    "leaves. With --rows every day gets a new data key as well and every row is sealed again, in portions: do it when "
    "data keys may have been seen. Broken off, run it again; it goes on where it was. Afterwards run `kakou keys "
    "export` on every copy, with --with-master where the master key is kept."
)
ABOUT_LIST = _("Show every data key, the day its data is due for destruction, and whether it is destroyed.")


@click.group("keys", help=ABOUT)
def group() -> None:
    """The key store, its copies, and the destruction of keys."""


@group.command("list", help=ABOUT_LIST)
@AS_JSON
def list_keys(as_json: bool) -> None:
    """Every data key, living or destroyed."""
    keys = vault.store().data_keys()
    if as_json:
        rows = [{"key": key.name, "due": key.due.isoformat(), "destroyed": key.destroyed} for key in keys]
        click.echo(json.dumps({"folder": str(vault.folder()), "keys": rows}))
        return
    click.echo(_("Key store: %(folder)s") % {"folder": vault.folder()})
    for key in keys:
        state = _("destroyed") if key.destroyed else _("in use")
        click.echo(_("%(key)s  due %(due)s  %(state)s") % {"key": key.name, "due": key.due, "state": state})
    gone = sum(key.destroyed for key in keys)
    click.echo(_("%(living)d in use, %(gone)d destroyed") % {"living": len(keys) - gone, "gone": gone})


@group.command(help=ABOUT_DESTROY)
@click.argument("names", nargs=-1, metavar="[KEY]...")
@click.option("--due-before", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help=_("All keys due before DAY."))
@click.option("--early", is_flag=True, help=_("Also keys whose day has not come."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@AS_JSON
def destroy(names: tuple[str, ...], due_before: dt.datetime | None, early: bool, yes: bool, as_json: bool) -> None:
    """Destroy by name or by day, after asking once."""
    from kakou.vault.actions import destroy_keys

    chosen = _chosen(names, due_before.date() if due_before else None)
    if chosen and not yes:
        click.echo("\n".join(key.name for key in chosen), err=True)
        question = _("Destroy %(count)d keys and all they sealed, for good?") % {"count": len(chosen)}
        click.confirm(question, abort=True, err=True)
    ids = [key.id for key in chosen]
    destroy_keys(ids, by=None, at=now(), today=_today(), early=early, console=_who())
    gone = [key.name for key in chosen]
    words = _("%(count)d keys destroyed.") % {"count": len(gone)}
    click.echo(json.dumps({"destroyed": gone}) if as_json else words)


@group.command(help=ABOUT_EXPORT)
@click.argument("folder", type=FOLDER)
@click.option("--with-master", is_flag=True, help=_("Copy the master key too: whoever has both can open everything."))
@AS_JSON
def export(folder: Path, with_master: bool, as_json: bool) -> None:
    """Bring a copy up to date."""
    from kakou.vault.keys.copies import export as bring_up_to_date

    with _disk():
        _tell(bring_up_to_date(vault.folder(), folder, with_master=with_master), as_json)


@group.command(help=ABOUT_RESTORE)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@AS_JSON
def restore(folder: Path, as_json: bool) -> None:
    """Put back what was lost."""
    from kakou.vault.keys.copies import restore as put_back

    destroyed = _destroyed_by_audit()
    with _disk():
        _tell(put_back(folder, vault.folder(), destroyed=destroyed), as_json)


@group.command(help=ABOUT_ROTATE)
@click.option("--rows", is_flag=True, help=_("Also new data keys, and every row sealed again under them."))
@AS_JSON
def rotate(rows: bool, as_json: bool) -> None:
    """A new master key; new data keys when asked."""
    from kakou.vault.actions import renew_master

    with _disk():
        wrapped = renew_master(by=None, at=now(), console=_who())
    left, moved = _rotated(as_json) if rows else ([], 0)
    if as_json:
        click.echo(json.dumps({"wrapped": wrapped, "left": left, "moved": moved}))
        return
    click.echo(_("%(count)d keys are wrapped under a new master key.") % {"count": wrapped})
    if rows:
        words = _("%(fields)d fields are sealed again. %(keys)d old keys still open backups made before now.")
        click.echo(words % {"fields": moved, "keys": len(left)})
    click.echo(_("Now bring every copy up to date: kakou keys export FOLDER, where the master key is, --with-master."))


def _rotated(silent: bool) -> tuple[list[str], int]:
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    from kakou.vault.actions import rotate_data_keys

    columns = (TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=silent, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(table: str, count: int) -> None:
            bar.update(task, description=table, advance=count)

        return rotate_data_keys(by=None, at=now(), console=_who(), progress=tell)


@group.command(help=ABOUT_CHECK)
@AS_JSON
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Name every trouble of the key store."""
    from kakou.vault.queries import troubles

    found = list(troubles())
    if as_json:
        click.echo(json.dumps({"well": not found, "troubles": [{"key": key, "trouble": what} for key, what in found]}))
    else:
        for key, what in found:
            click.echo(_(TROUBLES[what]) % {"key": key})
        count = _("%(count)d troubles.") % {"count": len(found)}
        click.echo(count if found else _("All keys open, and none is back from destruction."))
    ctx.exit(1 if found else 0)


def _chosen(names: Sequence[str], due_before: dt.date | None) -> list[KeyInfo]:
    """The keys named or due; destroyed ones only when named, to wipe a file that came back."""
    keys = {key.name: key for key in vault.store().data_keys()}
    for name in names:
        if name not in keys:
            raise click.UsageError(_("There is no key %(key)s. `kakou keys list` shows what there is.") % {"key": name})
    if not names and due_before is None:
        raise click.UsageError(_("Name keys, or give --due-before DAY."))
    due = [key for key in keys.values() if due_before and key.due < due_before and not key.destroyed]
    return list({key.id: key for key in [*(keys[name] for name in names), *due]}.values())


def _destroyed_by_audit() -> frozenset[str]:
    """On a new machine the keys come before the database: then the night after it is there destroys them again."""
    from django.db import Error

    from kakou.audit.queries import subjects_of

    try:
        return subjects_of("key.destroyed")
    except Error:
        click.echo(
            _("The audit cannot be asked which keys were destroyed. Once the database is there: kakou keys check"),
            err=True,
        )
        return frozenset()


def _tell(done: Copied, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"written": done.written, "refused": done.refused, "wiped": done.wiped}))
        return
    words = _("%(written)d keys copied, %(refused)d destroyed keys refused, %(wiped)d wiped.")
    click.echo(words % {"written": done.written, "refused": done.refused, "wiped": done.wiped})


@contextmanager
def _disk() -> Iterator[None]:
    """A full or missing disk is the reader's to mend, not a bug."""
    try:
        yield
    except OSError as wrong:
        words = _("The copy was not finished: %(why)s (%(file)s). Mend it and run the command again.")
        raise click.ClickException(words % {"why": wrong.strerror, "file": wrong.filename}) from wrong


def _who() -> str:
    """The user of this machine: whoever became another one by sudo as himself. "" where his name is none of ours."""
    name = os.environ.get("SUDO_USER") or _name_of(os.getuid())
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", name, re.ASCII) else ""


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:  # a container may run as a number that nobody has
        return ""


def _today() -> dt.date:
    from kakou.kernel.time import day_in

    return day_in(site_zone(), now())
