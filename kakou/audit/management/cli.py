"""`kakou audit`: does the chain hold, and its signed head for keeping elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kakou.kernel.time import now

if TYPE_CHECKING:
    from kakou.audit.queries import Head
    from kakou.audit.rules import FirstBad

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
N_ = gettext_noop  # a text of the catalogue, worded when it is shown
WORDS = {
    "missing": N_("Row %(seq)d is missing: it was deleted."),
    "edited": N_("Row %(seq)d was edited or inserted: its content does not give its hash."),
    "unlinked": N_("Row %(seq)d does not follow row %(before)d: one of the two was replaced."),
    "cut-off": N_("Rows from %(seq)d on were cut off: the signed head knows them."),
    "rewritten": N_("Row %(seq)d is not the one which the signed head knows: the chain up to it was made anew."),
}
ABOUT = _(
    "The record of who did and who saw what: check it, and keep its signed end elsewhere.\n\n"
    "The record is a chain: each row is hashed together with the one before it, so a row that was changed, "
    "removed or slipped in shows. Only a cut-off end does not show by itself. For that, write the head to a file "
    "every day, print it or keep it on another machine, and give it to `kakou audit verify` later."
)
ABOUT_VERIFY = _(
    "Walk the whole chain and name the first row that does not hold.\n\n"
    "Exit code 0: the chain holds. 1: it does not. 2: it could not be checked."
)
ABOUT_HEAD = _(
    "Print the end of the chain, signed (Ed25519).\n\n"
    "Keep it where whoever administers this machine cannot reach it: on paper, in a mail, on another machine."
)


@click.group("audit", help=ABOUT)
def group() -> None:
    """Check the chain, and keep its signed end."""


@group.command(help=ABOUT_VERIFY)
@click.option("--head", "head_file", type=FILE, metavar="FILE", help=_("Compare with a head written earlier."))
@click.option("--public-key", type=FILE, metavar="PEM", help=_("Check the head's signature with this key (audit.pub)."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
@click.pass_context
def verify(ctx: click.Context, head_file: Path | None, public_key: Path | None, as_json: bool) -> None:
    """Walk the chain, with a bar."""
    from kakou.audit.queries import count, read_head
    from kakou.audit.queries import verify as walk

    pem = public_key.read_bytes() if public_key else None
    known = read_head(head_file.read_text("utf-8", "replace"), pem) if head_file else None
    rows = count()
    with _bar(as_json) as bar:
        task = bar.add_task("audit", total=rows)
        found = walk(known, progress=lambda read: bar.advance(task, read))
    if found is not None:
        _tell_broken(found, as_json)
        ctx.exit(1)
    _tell_whole(rows, known, as_json)


@group.command(help=ABOUT_HEAD)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=_("Write it to FILE."))
def head(out: Path | None) -> None:
    """Sign and print."""
    from kakou.audit.queries import signed_head, write_head

    text = write_head(signed_head(now()))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        click.echo(_("Written to %(file)s. Keep a copy off this machine.") % {"file": out})


def _tell_broken(found: FirstBad, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"holds": False, "first_bad": found.seq, "why": found.why.value}))
        return
    click.echo(_("The audit does not hold."))
    click.echo(_(WORDS[found.why]) % {"seq": found.seq, "before": found.seq - 1})


def _tell_whole(rows: int, known: Head | None, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"holds": True, "events": rows, "head": known.link.seq if known else None}))
        return
    click.echo(_("The audit holds: %(rows)d events.") % {"rows": rows})
    if known:
        words = _("It agrees with the head of %(at)s (row %(seq)d).")
        click.echo(words % {"at": known.at.isoformat(), "seq": known.link.seq})


def _bar(silent: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=silent, transient=True)
