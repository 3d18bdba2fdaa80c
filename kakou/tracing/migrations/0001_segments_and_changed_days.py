"""Codes of persons, the days that have a segment, and those to be built: at first every day that the ledger knows."""

from django.conf import settings
from django.db import migrations, models

KNOWN = """insert into tracing_changedday (day)
  select (happened_at at time zone %(zone)s)::date from ledger_passage
    where happened_at between '1932-01-02' and '2068-01-17'
  union select (since_at at time zone %(zone)s)::date from ledger_stay
    where since_at between '1932-01-02' and '2068-01-17'
  union select (until_at at time zone %(zone)s)::date from ledger_stay
    where until_at between '1932-01-02' and '2068-01-17'"""


def mark_days_known(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(KNOWN, {"zone": settings.SITE_ZONE})


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0013_a_place_and_a_visit_are_known_by_their_codes")]
    operations = [
        migrations.CreateModel(
            name="BuiltDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("begin", models.BigIntegerField()),
                ("end", models.BigIntegerField()),
                ("stamp", models.UUIDField()),
                ("rows", models.IntegerField()),
                ("built_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ChangedDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="PersonCode",
            fields=[
                ("code", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("person", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.RunPython(mark_days_known, migrations.RunPython.noop),
    ]
