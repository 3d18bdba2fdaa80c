"""`kakou migrate`."""

from __future__ import annotations

import click


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
    with connections["owner"].cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations') is null")
        if cursor.fetchone() == (True,):  # a database that holds data and has lost its keys must say so instead
            KeyStore.create(settings.KEYS)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    schema.record(settings.DATABASES["owner"])
