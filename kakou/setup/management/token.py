"""`kakou setup-token`: the code by which the first administrator is made in the browser."""

from __future__ import annotations

import click
from django.utils.translation import gettext as _

from kakou.kernel.time import now
from kakou.setup import actions
from kakou.setup.queries import is_empty


@click.command("setup-token")
@click.option("--url", default="", help="Where Kakou is opened; told with the code.")
@click.option("--if-empty", is_flag=True, help="Say nothing where there is an account already.")
def group(url: str, if_empty: bool) -> None:
    """Show the code that the first page of an empty installation asks for. Good once, for an hour; the one shown before
    is good no more."""
    if if_empty and not is_empty():
        return
    code = actions.issue_ticket(at=now())
    click.echo(_("This installation is empty. Open %(url)s/setup/ and type this code:") % {"url": url.rstrip("/")})
    click.echo(f"\n    {code}\n")
    click.echo(_("It is good once, for an hour. `kakou setup-token` shows another one."))
