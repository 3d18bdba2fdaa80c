"""An attempt tells what was tried; it is never changed and never taken back. What channels hear is kept in one
query, whoever asks: whose order opens does not see the rules. What happens where somebody manages on behalf is heard
by his groups too, as what happens in his own line is. And by what people may be written to from a place: whoever
reports has no account."""

from django.db import migrations

APPEND_ONLY = """
create trigger append_only before update or delete on notices_attempt
  for each statement execute function kakou_append_only();
create trigger append_only_truncate before truncate on notices_attempt
  for each statement execute function kakou_append_only();
"""
HEARD = """
create function notices_hear(what text, keys text[], places int[], at timestamptz) returns bigint
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
revoke all on function notices_hear(text, text[], int[], timestamptz) from public;
grant execute on function notices_hear(text, text[], int[], timestamptz) to kakou_pages, kakou_worker;
"""
REACHES = """
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
    dependencies = [("notices", "0001_tables"), ("audit", "0002_the_chain_grows_at_commit")]
    operations = [migrations.RunSQL(APPEND_ONLY + HEARD + REACHES)]
