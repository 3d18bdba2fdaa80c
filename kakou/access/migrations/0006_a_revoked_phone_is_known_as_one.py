"""Whoever holds the token of a revoked phone is told that it was revoked: it is to forget what it knows."""

from django.db import migrations

BEFORE = """
drop function access_device_of(bytea);
create function access_device_of(hash bytea) returns table (id int, node int)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select d.id, d.node_id from public.access_device d where d.token_hash = hash and d.revoked_at is null
$f$;
revoke all on function access_device_of(bytea) from public;
grant execute on function access_device_of(bytea) to kakou_pages;
"""
NOW = BEFORE.replace("node int)", "node int, revoked bool)").replace(
    "select d.id, d.node_id from public.access_device d where d.token_hash = hash and d.revoked_at is null",
    "select d.id, d.node_id, d.revoked_at is not null from public.access_device d where d.token_hash = hash",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0005_badges_and_phone_states")]
    operations = [migrations.RunSQL(NOW, BEFORE)]
