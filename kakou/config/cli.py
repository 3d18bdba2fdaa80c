"""The `kakou` command. Every capability brings its own group in `management/cli.py`; here they are hung up."""

from __future__ import annotations

import contextlib
import importlib
import locale
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

import click

from kakou import __version__
from kakou.config.management.presence import is_there
from kakou.kernel.errors import Refusal

# name → module that holds its click group or command, as `group`
GROUPS = {
    "serve": "kakou.config.management.serve",
    "setup-token": "kakou.setup.management.token",
    "migrate": "kakou.config.management.migrate",
    "openapi": "kakou.config.management.openapi",
    "bench": "kakou.config.management.bench",
    "drill": "kakou.drill.management.cli",
    "ledger": "kakou.ledger.management.cli",
    "places": "kakou.places.management.cli",
    "screening": "kakou.screening.management.cli",
    "trace": "kakou.tracing.management.cli",
    "credential": "kakou.screening.management.credential",
    "services": "kakou.services.management.cli",
    "staff": "kakou.access.management.cli",
    "keys": "kakou.vault.management.cli",
    "audit": "kakou.audit.management.cli",
    "backup": "kakou.backup.management.backup",
    "restore": "kakou.backup.management.restore",
}
STARTS_WITHOUT_DJANGO = {"serve"}
WORK_AS_WORKER = {"ledger", "trace"}  # write or read what pages must not: stays, the codes of segments
BRING_OR_NEED_NO_DATABASE = {
    "serve", "openapi", "bench", "screening pack", "credential", "trace index", "trace bench",
    "keys export",
}  # fmt: skip
GO_ON_WITHOUT = {"keys restore"}  # asks the audit, but on a new machine the keys come before the database
MAY_CREATE = {"migrate", "restore"}  # the database, where there is none yet
NEED_NONE_WITH = {"trace": ("--stays", "--index")}  # options that name another source than the ledger


class NotSetUp(Refusal):
    """The database has not been brought to this version."""

    code = "not-set-up"
    status = 409


class Commands(click.Group):
    """Loads a capability's group only when it is asked for, so that the command starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which a newcomer needs them."""
        return [name for name, module in GROUPS.items() if is_there(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The group of that name; Django is ready when it runs."""
        if not is_there(GROUPS.get(cmd_name, "")):
            return None
        if cmd_name not in STARTS_WITHOUT_DJANGO:
            start_django()
        command: click.Command = importlib.import_module(GROUPS[cmd_name]).group
        return command


def start_django() -> None:
    """Settings, models and the reader's language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language())


def language() -> str:
    """The language of whoever sits at this terminal: KAKOU_LANG, else the machine's."""
    told = os.environ.get("KAKOU_LANG") or locale.getlocale()[0] or ""
    return "zh-hans" if told.lower().startswith("zh") else "en"


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kakou")
def cli() -> None:
    """Kakou 卡口: who passed which gate, what was checked, and what is still open.

    Start with `kakou serve`. Every command explains itself with --help.

    \b
    Exit codes: 0 done · 1 a check found something · 2 refused or wrong use, nothing was changed ·
    3 the database went away, do it again · 130 stopped by you
    """


def worded(refusal: Refusal) -> str:
    """The refusal's text in the reader's language."""
    from django.utils.translation import gettext

    text = gettext(refusal.text)
    return text % refusal.params if refusal.params else text


def database_for(arguments: Sequence[str]) -> AbstractContextManager[None]:
    """The private database while the command runs, where `kakou serve` does not run it already."""
    words = [word for word in arguments if not word.startswith("-")]
    asks_for_help = bool({"-h", "--help", "--version"} & set(arguments))
    if words and words[0] in WORK_AS_WORKER:  # settings read it once
        os.environ.setdefault("KAKOU_ROLE", "worker")
    if not words or asks_for_help or words[0] not in GROUPS or _needs_none(words, arguments):
        return contextlib.nullcontext()
    from kakou.config import settings
    from kakou.config.postgres.at_hand import at_hand

    database = at_hand(settings.HOME, settings.PG_SOCKET, may_create=words[0] in MAY_CREATE)
    return _if_it_can_be(database) if " ".join(words[:2]) in GO_ON_WITHOUT else database


@contextlib.contextmanager
def _if_it_can_be(database: AbstractContextManager[None]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(Refusal):
            stack.enter_context(database)
        yield


def _needs_none(words: Sequence[str], arguments: Sequence[str]) -> bool:
    named = {" ".join(words[:many]) for many in (1, 2)} & BRING_OR_NEED_NO_DATABASE
    return bool(named) or any(word.startswith(NEED_NONE_WITH.get(words[0], ())) for word in arguments)


def went_away(error: Exception) -> bool:
    """Is this Django's or a driver's word for a database that does not answer?"""
    return _is(error, "OperationalError", "InterfaceError")


def _is(error: Exception, *names: str) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)  # by name: Django may not be loaded


@contextlib.contextmanager
def told_if_not_set_up() -> Iterator[None]:
    """A command that fails in a database of another version, or in one that is being made, says so and how to go on."""
    try:
        yield
    except Exception as error:
        if not _is(error, "ProgrammingError"):  # a table, a column, a right that is not there
            raise
        from kakou.config import schema, settings

        if schema.is_current(settings.DATABASES["owner"]):
            raise
        raise NotSetUp(
            "The database is not of this version yet. Where Kakou is starting just now, wait until it says where it is"
            " open; else run “kakou serve” or “kakou migrate”. Then try again."
        ) from error


def main() -> None:
    """Run the command; a refusal is told in one line and ends with 2, without a traceback."""
    try:
        with database_for(sys.argv[1:]), told_if_not_set_up():
            code = cli(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except Refusal as refusal:
        start_django()
        click.echo(worded(refusal), err=True)
        sys.exit(2)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if not went_away(error):
            raise
        click.echo(f"The database went away: {error}", err=True)
        sys.exit(3)
