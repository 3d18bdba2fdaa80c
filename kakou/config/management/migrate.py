"""`kakou migrate`."""

from __future__ import annotations

import click

from kakou.kernel.errors import Refusal


class OtherVersion(Refusal):
    """The database took steps that this code does not know: it is another version's."""

    code = "database-of-another-version"
    status = 409


@click.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when there is something to do.")
@click.pass_context
def group(ctx: click.Context, check: bool) -> None:
    """Bring the database to this version: roles, tables, walls. Safe to run again; done by `kakou serve` itself."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from kakou.config import schema
    from kakou.config.bootstrap import prepare
    from kakou.vault.keys import KeyStore

    if check:
        executor = MigrationExecutor(connections["owner"])
        left = executor.migration_plan(executor.loader.graph.leaf_nodes())
        click.echo(f"{len(left)} migrations to apply" if left else "nothing to do")
        ctx.exit(1 if left else 0)
    prepare(settings.PG_SOCKET, settings.DATABASES["owner"]["NAME"])
    refuse_another_version()
    with connections["owner"].cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations') is null")
        if cursor.fetchone() == (True,):  # a database that holds data and has lost its keys must say so instead
            KeyStore.create(settings.KEYS)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    schema.record(settings.DATABASES["owner"])


def refuse_another_version() -> None:
    """Raise OtherVersion where the database took steps of ours that this code does not know."""
    from django.apps import apps
    from django.conf import settings
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("kakou.")}
    loader = MigrationLoader(connections["owner"])
    unknown = sorted({step for step in loader.applied_migrations if step[0] in ours} - set(loader.disk_migrations))
    if unknown:
        raise OtherVersion(
            "This database was made by another version of Kakou: %(steps)s. Nothing was changed. Start that version, "
            "or move %(home)s away to begin with an empty one.",
            steps=", ".join(f"{app}.{name}" for app, name in unknown[:3]),
            home=settings.HOME,
        )
