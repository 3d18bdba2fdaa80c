"""Which passages lie outside the days around their own; those that came before are looked up once."""

from django.db import migrations, models

FILL = """
insert into ledger_stray (id, node_id, happened_at) select id, node_id, happened_at from ledger_passage
  where clock & 6 <> 0 and (id < ledger_floor((happened_at at time zone 'utc')::date - 1)
    or id >= ledger_floor((happened_at at time zone 'utc')::date + 2))
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_what_is_allowed_at_a_unit")]

    operations = [
        migrations.CreateModel(
            name="Stray",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("node_id", models.IntegerField()),
                ("happened_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["node_id", "happened_at"], name="stray_of_gate")],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
