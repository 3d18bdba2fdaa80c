"""An attempt tells what was tried; it is never changed and never taken back."""

from django.db import migrations

APPEND_ONLY = """
create trigger append_only before update or delete on notices_attempt
  for each statement execute function kakou_append_only();
create trigger append_only_truncate before truncate on notices_attempt
  for each statement execute function kakou_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_channels_messages_and_attempts"), ("audit", "0002_rows_are_only_added")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "drop trigger append_only on notices_attempt; drop trigger append_only_truncate on notices_attempt",
        )
    ]
