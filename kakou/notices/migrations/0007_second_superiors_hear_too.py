"""What happens where somebody manages on behalf is heard by his groups too, as what happens in his own line is."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("kakou.notices.migrations.0004_channels_hear_in_one_query")
HEARS = """
create or replace function notices_hear(what text, keys text[], places int[], at timestamptz) returns bigint
  language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $f$
  with happened as (select * from unnest(keys, places) as t(key, place)),
  reach (key, place, above, depth) as (
    select h.key, h.place, c.ancestor_id, c.depth::int from happened h
    join public.access_closure c on c.descendant_id = h.place
    union all
    select h.key, h.place, up.ancestor_id, 1000 + c.depth * 1000 + up.depth from happened h
    join public.access_closure c on c.descendant_id = h.place
    join public.access_node managed on managed.id = c.ancestor_id
    join public.access_closure up on up.descendant_id = managed.second_superior_id),
  kept as (
    insert into public.notices_heard (channel_id, node_id, place_id, event, key, at, quiet_from, quiet_until)
    select distinct on (s.channel_id, r.key) s.channel_id, ch.node_id, r.place, what, r.key, notices_hear.at,
      s.quiet_from, s.quiet_until
    from reach r
    join public.notices_telling s on s.node_id = r.above and s.event = what
    join public.notices_channel ch on ch.id = s.channel_id and ch.enabled
    order by s.channel_id, r.key, r.depth
    on conflict do nothing
    returning 1)
  select count(*) from kept
$f$;
"""
UNHEARS = BEFORE.MADE.replace("create function", "create or replace function", 1)


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_by_what_people_are_reached"), ("access", "0008_cut_anew")]
    operations = [migrations.RunSQL(HEARS, UNHEARS)]
