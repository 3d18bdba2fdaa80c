"""A step tells what happened; it is never changed and never taken back."""

from django.db import migrations

APPEND_ONLY = """
create trigger append_only before update or delete on workorders_step
  for each statement execute function kakou_append_only();
create trigger append_only_truncate before truncate on workorders_step
  for each statement execute function kakou_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_orders_and_steps"), ("audit", "0002_rows_are_only_added")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "drop trigger append_only on workorders_step; drop trigger append_only_truncate on workorders_step",
        )
    ]
