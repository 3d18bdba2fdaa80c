"""A function that keeps what channels hear, in one query and whoever asks: whose order opens does not see the rules."""

from django.db import migrations

MADE = """
create function notices_hear(what text, keys text[], places int[], at timestamptz) returns bigint
  language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $f$
  with kept as (
    insert into public.notices_heard (channel_id, node_id, place_id, event, key, at, quiet_from, quiet_until)
    select distinct on (s.channel_id, t.key) s.channel_id, ch.node_id, t.place, what, t.key, notices_hear.at,
      s.quiet_from, s.quiet_until
    from unnest(keys, places) as t(key, place)
    join public.access_closure c on c.descendant_id = t.place
    join public.notices_telling s on s.node_id = c.ancestor_id and s.event = what
    join public.notices_channel ch on ch.id = s.channel_id and ch.enabled
    order by s.channel_id, t.key, c.depth
    on conflict do nothing
    returning 1)
  select count(*) from kept
$f$;
revoke all on function notices_hear(text, text[], int[], timestamptz) from public;
grant execute on function notices_hear(text, text[], int[], timestamptz) to kakou_pages, kakou_worker;
"""
UNMADE = "drop function notices_hear(text, text[], int[], timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_who_is_told_and_what_was_heard")]
    operations = [migrations.RunSQL(MADE, UNMADE)]
