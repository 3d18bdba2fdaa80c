"""The `kakou` command. Every capability brings its own group in `management/cli.py`; here they are hung up."""

from __future__ import annotations

import importlib
import locale
import os
import sys

import click

from kakou import __version__
from kakou.kernel.errors import Refusal

# name → module that holds its click group or command, as `group`
GROUPS = {
    "serve": "kakou.config.management.serve",
    "migrate": "kakou.config.management.migrate",
    "openapi": "kakou.config.management.openapi",
    "bench": "kakou.config.management.bench",
    "drill": "kakou.drill.management.cli",
    "ledger": "kakou.ledger.management.cli",
    "places": "kakou.places.management.cli",
    "keys": "kakou.vault.management.cli",
    "audit": "kakou.audit.management.cli",
}
STARTS_WITHOUT_DJANGO = {"serve"}
WORK_AS_WORKER = {"ledger"}  # write what pages must not: stays


class Commands(click.Group):
    """Loads a capability's group only when it is asked for, so that the command starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which a newcomer needs them."""
        return list(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The group of that name; Django is ready when it runs."""
        if cmd_name not in GROUPS:
            return None
        if cmd_name in WORK_AS_WORKER:
            os.environ.setdefault("KAKOU_ROLE", "worker")
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
    Exit codes: 0 done · 1 a check found something · 2 refused or wrong use, nothing was changed · 130 stopped by you
    """


def worded(refusal: Refusal) -> str:
    """The refusal's text in the reader's language."""
    from django.utils.translation import gettext

    text = gettext(refusal.text)
    return text % refusal.params if refusal.params else text


def main() -> None:
    """Run the command; a refusal is told in one line and ends with 2, without a traceback."""
    try:
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
