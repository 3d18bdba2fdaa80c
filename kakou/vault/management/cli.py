"""`kakou keys`: the key store, its copies, and the destruction of keys."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakou import vault
from kakou.kernel.time import now

if TYPE_CHECKING:
    from kakou.vault.keys import KeyInfo
    from kakou.vault.keys.copies import Copied

FOLDER = click.Path(file_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
TROUBLES = {
    "back-again": "was destroyed, but its file is back. It stays refused; remove it with: kakou keys destroy",
    "should-be-gone": "was destroyed according to the audit, but lives. Destroy it again: kakou keys destroy",
    "unreadable": "does not open: damaged, or from another key store. Put back its copy: kakou keys restore",
    "exposed": "may be read by other users of this machine. Run: chmod -R go= on the folder of the key store",
}


@click.group("keys")
def group() -> None:
    """The keys that open personal data: where they are, their copies, their destruction.

    Names, documents, telephones, plates and addresses are stored encrypted. The keys lie in a folder of their own, not
    in the database and not in its backups. There is one key for each day on which data is due for destruction: destroy
    the key, and what it sealed can never be read again, from no backup either. Lose the folder, and all of it is lost:
    make copies with `export`, and keep the master key apart from them.
    """


@group.command("list")
@AS_JSON
def list_keys(as_json: bool) -> None:
    """Show every data key, the day its data is due for destruction, and whether it is destroyed."""
    keys = vault.store().data_keys()
    if as_json:
        rows = [{"key": key.name, "due": key.due.isoformat(), "destroyed": key.destroyed} for key in keys]
        click.echo(json.dumps({"folder": str(vault.folder()), "keys": rows}))
        return
    click.echo(f"Key store: {vault.folder()}")
    for key in keys:
        click.echo(f"{key.name:<16} due {key.due.isoformat()}  {'destroyed' if key.destroyed else 'in use'}")
    click.echo(f"{sum(not key.destroyed for key in keys)} in use, {sum(key.destroyed for key in keys)} destroyed")


@group.command()
@click.argument("names", nargs=-1, metavar="[KEY]...")
@click.option("--due-before", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="All keys due before DAY.")
@click.option("--early", is_flag=True, help="Also keys whose day has not come.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@AS_JSON
def destroy(names: tuple[str, ...], due_before: dt.datetime | None, early: bool, yes: bool, as_json: bool) -> None:
    """Destroy data keys, and with them for good everything they sealed.

    Name the keys as `kakou keys list` shows them, or give --due-before 2027-01-05. This cannot be undone. It is written
    into the audit. Afterwards run `kakou keys export` on every copy of the key store, so that the keys go there too.
    """
    from kakou.vault.actions import destroy_keys

    chosen = _chosen(names, due_before and due_before.date())
    if chosen and not yes:
        for key in chosen:
            click.echo(f"{key.name}  due {key.due.isoformat()}", err=True)
        click.confirm(f"Destroy {len(chosen)} keys and all they sealed, for good?", abort=True, err=True)
    destroy_keys([key.id for key in chosen], by=None, at=now(), today=_today(), early=early)
    gone = [key.name for key in chosen]
    click.echo(json.dumps({"destroyed": gone}) if as_json else f"{len(gone)} keys destroyed.")


@group.command()
@click.argument("folder", type=FOLDER)
@click.option("--with-master", is_flag=True, help="Copy the master key too: whoever has both can open everything.")
@AS_JSON
def export(folder: Path, with_master: bool, as_json: bool) -> None:
    """Bring a copy of the key store in FOLDER up to date.

    Keys destroyed since the last time are wiped from the copy. Keep copies away from the backups of the database, and
    the master key away from both.
    """
    from kakou.vault.keys.copies import export as bring_up_to_date

    _tell(bring_up_to_date(vault.folder(), folder, with_master=with_master), as_json)


@group.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@AS_JSON
def restore(folder: Path, as_json: bool) -> None:
    """Put back from the copy in FOLDER what the key store has lost.

    Keys that were destroyed stay destroyed, whichever side knows of it. Keys that are there are left alone.
    """
    from kakou.vault.keys.copies import restore as put_back

    _tell(put_back(folder, vault.folder()), as_json)


@group.command()
@AS_JSON
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Try every key, and compare with the audit which were destroyed.

    Exit code 0: all is well. 1: something is wrong, named with what to do. 2: it could not be checked.
    """
    from kakou.vault.queries import troubles

    found = list(troubles())
    if as_json:
        click.echo(json.dumps({"well": not found, "troubles": [{"key": key, "trouble": what} for key, what in found]}))
    else:
        for key, what in found:
            click.echo(f"{key} {TROUBLES[what]}")
        click.echo(f"{len(found)} troubles." if found else "All keys open, and none is back from destruction.")
    ctx.exit(1 if found else 0)


def _chosen(names: Sequence[str], due_before: dt.date | None) -> list[KeyInfo]:
    """The keys named or due; destroyed ones only when named, to wipe a file that came back."""
    keys = {key.name: key for key in vault.store().data_keys()}
    for name in names:
        if name not in keys:
            raise click.UsageError(f"There is no key {name}. `kakou keys list` shows what there is.")
    if not names and due_before is None:
        raise click.UsageError("Name keys, or give --due-before DAY.")
    due = [key for key in keys.values() if due_before and key.due < due_before and not key.destroyed]
    return list({key.id: key for key in [*(keys[name] for name in names), *due]}.values())


def _tell(done: Copied, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"written": done.written, "refused": done.refused, "wiped": done.wiped}))
        return
    click.echo(f"{done.written} keys copied, {done.refused} destroyed keys refused, {done.wiped} wiped.")


def _today() -> dt.date:
    from zoneinfo import ZoneInfo

    from django.conf import settings

    from kakou.kernel.time import day_in

    return day_in(ZoneInfo(settings.SITE_ZONE), now())
