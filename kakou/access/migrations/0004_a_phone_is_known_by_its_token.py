"""The pages' process learns which phone holds a token, and nothing else of phones outside its reader's scope."""

from django.db import migrations

FUNCTION = """
create function access_device_of(hash bytea) returns table (id int, node int)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select d.id, d.node_id from public.access_device d where d.token_hash = hash and d.revoked_at is null
$f$;
revoke all on function access_device_of(bytea) from public;
grant execute on function access_device_of(bytea) to kakou_pages;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_uses_are_counted")]
    operations = [migrations.RunSQL(FUNCTION, "drop function access_device_of(bytea)")]
