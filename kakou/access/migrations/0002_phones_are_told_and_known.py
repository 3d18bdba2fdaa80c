"""The lane learns of a new or revoked phone at once; the pages' process learns which phone holds a token, and
nothing else of phones outside its reader's scope. Whoever holds that of a revoked one is told so: it is to forget
what it knows."""

from django.db import migrations

TOLD = """
create function access_device_told() returns trigger language plpgsql as $f$
begin perform pg_notify('access_device', ''); return null; end $f$;
create trigger told after insert or delete or update of revoked_at, node_id, token_hash on access_device
  for each statement execute function access_device_told();
"""
KNOWN = """
create function access_device_of(hash bytea) returns table (id int, node int, revoked bool)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select d.id, d.node_id, d.revoked_at is not null from public.access_device d where d.token_hash = hash
$f$;
revoke all on function access_device_of(bytea) from public;
grant execute on function access_device_of(bytea) to kakou_pages;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_tables")]
    operations = [migrations.RunSQL(TOLD + KNOWN)]
