"""By what people may be written to from a place: whoever reports has no account and sees no channel."""

from django.db import migrations

MADE = """
create function notices_reaches(nodes int[]) returns setof text
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select distinct ch.kind from public.notices_channel ch
  join public.access_closure c on c.ancestor_id = ch.node_id
  where c.descendant_id = any(nodes) and ch.enabled and ch.may_write_people
$f$;
revoke all on function notices_reaches(int[]) from public;
grant execute on function notices_reaches(int[]) to kakou_pages, kakou_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_messages_to_people")]
    operations = [migrations.RunSQL(MADE, "drop function notices_reaches(int[])")]
