"""`kakou staff`: accounts and roles from the machine itself, above all the first one."""

from __future__ import annotations

import json
import secrets

import click
from django.utils.translation import gettext as _

from kakou.access import actions, queries
from kakou.access.models import Staff
from kakou.access.rules import ROLES, Role
from kakou.access.scope import acting_as_system
from kakou.kernel.errors import Refusal
from kakou.kernel.time import now

_ROLE = click.Choice([role.value for role in Role])
_NODE = click.option("--node", type=int, help="Over which part of the tree (see `kakou places tree`); else all of it.")


class NoSuchAccount(Refusal):
    """There is none."""

    code = "staff-unknown"


@click.group("staff")
def group() -> None:
    """Who may log in, and as what. Needed once by hand: the first administrator of a new installation.

    The password is made for you and shown once. At the first login the second factor is set up.
    """


def _account(username: str) -> Staff:
    found = queries.staff_named(username)
    if found is None:
        raise NoSuchAccount("There is no account named %(name)s.", name=username)
    return found


def _tell_password(password: str) -> None:
    click.echo(_("Password, shown this once: %(password)s") % {"password": password})


@group.command("add")
@click.argument("username")
@click.option(
    "--role", type=_ROLE, required=True, help="What the account may do; the sentences are in `kakou staff roles`."
)
@click.option("--display", default="", help="Duty title shown beside what they did, such as 东关社区书记.")
@_NODE
def add(username: str, role: str, display: str, node: int | None) -> None:
    """Make an account with a role, and print its password."""
    password = secrets.token_urlsafe(12)
    with acting_as_system():
        over = queries.nodes_or_roots(node)
        staff = actions.create_staff(
            username=username, password=password, display=display, node=over[0].pk, by=None, at=now()
        )
        for root in over:
            actions.grant_role(staff=staff, role=Role(role), node=root, by=None, at=now())
    _tell_password(password)


@group.command("grant")
@click.argument("username")
@click.option("--role", type=_ROLE, required=True)
@_NODE
def grant(username: str, role: str, node: int | None) -> None:
    """Give an account one more role. Giving it twice changes nothing."""
    with acting_as_system():
        staff = _account(username)
        for root in queries.nodes_or_roots(node):
            actions.grant_role(staff=staff, role=Role(role), node=root, by=None, at=now())


@group.command("password")
@click.argument("username")
@click.option(
    "--forget-factor", is_flag=True, help="The phone is lost: a new second factor is set up at the next login."
)
def password(username: str, forget_factor: bool) -> None:
    """Give an account a new password, and print it. Its open sessions end."""
    made = secrets.token_urlsafe(12)
    actions.reset_password(_account(username), password=made, forget_factor=forget_factor, by=None, at=now())
    _tell_password(made)


@group.command("close")
@click.argument("username")
def close(username: str) -> None:
    """Let an account log in no more. What it did stays on record."""
    actions.close_account(_account(username), by=None, at=now())


@group.command("roles")
def roles() -> None:
    """Every role and what it is for."""
    for role, definition in ROLES.items():
        click.echo(f"{role.value:<20} {_(definition.title)} — {_(definition.sentence)}")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def list_(as_json: bool) -> None:
    """Every account with its roles and over which nodes."""
    rows = [
        {"username": staff.username, "active": staff.is_active, "roles": queries.roles_of(staff)}
        for staff in queries.all_staff()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        held = ", ".join(f"{role}@{node}" for role, node in row["roles"])  # type: ignore[attr-defined]
        click.echo(f"{row['username']:<20} {held}" + ("" if row["active"] else f" ({_('closed')})"))
