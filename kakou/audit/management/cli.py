"""`kakou audit`: does the chain hold, and its signed head for keeping elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kakou.kernel.time import now

WORDS = {
    "missing": "Row %(seq)d is missing: it was deleted.",
    "edited": "Row %(seq)d was edited or inserted: its content does not give its hash.",
    "unlinked": "Row %(seq)d does not follow row %(before)d: one of the two was replaced.",
    "cut-off": "Rows from %(seq)d on were cut off: the signed head knows them.",
    "rewritten": "Row %(seq)d is not the one which the signed head knows: the chain up to it was made anew.",
}


@click.group("audit")
def group() -> None:
    """The record of who did and who saw what: check it, and keep its signed end elsewhere.

    The record is a chain: each row is hashed together with the one before it, so a row that was changed, removed or
    slipped in shows. Only a cut-off end does not show by itself. For that, write the head to a file every day, print it
    or keep it on another machine, and give it to `verify` later.
    """


@group.command()
@click.option("--head", "head_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--public-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PEM")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def verify(ctx: click.Context, head_file: Path | None, public_key: Path | None, as_json: bool) -> None:
    """Walk the whole chain and name the first row that does not hold.

    --head FILE also compares with a head written earlier. --public-key PEM checks that head's signature with a public
    key kept elsewhere (keys/sign/audit.pub) instead of this installation's own.

    Exit code 0: the chain holds. 1: it does not. 2: it could not be checked.
    """
    from kakou.audit.queries import count, read_head
    from kakou.audit.queries import verify as walk

    head = (
        read_head(head_file.read_text("utf-8", "replace"), public_key.read_bytes() if public_key else None)
        if head_file
        else None
    )
    rows = count()
    with _bar(as_json) as bar:
        task = bar.add_task("audit", total=rows)
        found = walk(head, progress=lambda read: bar.advance(task, read))
    if found is None:
        known = head.link.seq if head else None
        against = f"It agrees with the head of {head.at.isoformat()} (row {head.link.seq})." if head else ""
        click.echo(
            json.dumps({"holds": True, "events": rows, "head": known})
            if as_json
            else f"The audit holds: {rows} events. {against}".strip()
        )
        return
    words = WORDS[found.why] % {"seq": found.seq, "before": found.seq - 1}
    broken = {"holds": False, "first_bad": found.seq, "why": found.why.value}
    click.echo(json.dumps(broken) if as_json else f"The audit does not hold. {words}")
    ctx.exit(1)


@group.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE.")
def head(out: Path | None) -> None:
    """Print the end of the chain, signed (Ed25519).

    Keep it where whoever administers this machine cannot reach it: on paper, in a mail, on another machine.
    """
    from kakou.audit.queries import signed_head, write_head

    text = write_head(signed_head(now()))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        click.echo(f"Written to {out}. Keep a copy off this machine.")


def _bar(silent: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=silent, transient=True)
