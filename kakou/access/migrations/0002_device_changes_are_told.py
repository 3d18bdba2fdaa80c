"""The lane learns of a new or revoked device at once."""

from django.db import migrations

SQL = """
create function access_device_told() returns trigger language plpgsql as $f$
begin perform pg_notify('access_device', ''); return null; end $f$;
create trigger told after insert or delete or update of revoked_at, node_id, token_hash on access_device
  for each statement execute function access_device_told();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_staff_tree_devices")]
    operations = [migrations.RunSQL(SQL, "drop trigger told on access_device; drop function access_device_told")]
