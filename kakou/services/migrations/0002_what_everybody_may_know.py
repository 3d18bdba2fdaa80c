"""What the pages' process learns beyond the walls: of every request what everybody may know, at which nodes the
request of a code stands, whose key a program shows, which places have a name and where they lie (units, and
entrances at which somebody stands), at which place the robot of an address stands. And a request is seen where its
order is."""

from django.db import migrations

KNOWN = """
create view services_public as
  select r.id, r.category, r.place_id, coalesce(u.name, w.name || ' ' || e.name, '') as place,
    coalesce(n.name, '') as office, o.state, r.reported_at, o.due_at, o.closed_at, r.rating,
    coalesce(o.closed_at, (select max(s.at) from workorders_step s where s.order_id = o.id), r.reported_at)
      as updated_at,
    exists (select from workorders_step s where s.order_id = o.id and s.kind = 'answered') as is_answered,
    exists (select from workorders_step s where s.order_id = o.id and s.kind = 'escalated'
      and s.facts->>'clock' = 'finish') as was_late,
    g.lon, g.lat
  from services_request r
  join workorders_workorder o on o.id = r.order_id
  left join places_unit u on u.node_id = r.place_id
  left join places_entrance e on e.node_id = r.place_id
  left join places_unit w on w.id = e.unit_id
  left join places_unit n on n.node_id = r.node_id
  left join places_geometry g on g.node_id = r.place_id and (u.id is not null or (e.state = 'staffed' and not e.is_inner));
grant select on services_public to kakou_pages, kakou_worker;

create function services_places_of(given text) returns int[]
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select array_remove(array[r.node_id, r.handler_id, o.node_id, o.first_node_id, d.node_id, d.first_node_id], null)
  from public.services_request r
  join public.workorders_workorder o on o.id = r.order_id
  left join public.workorders_workorder d on d.id = o.duplicate_of_id
  where r.code = given
$f$;
create function services_key_of(given bytea) returns table (id int, node_id int)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select k.id, k.node_id from public.services_apikey k where k.token_hash = given and k.ended_at is null
$f$;
create function services_places_named(given text, most int) returns table (node_id int, name text, office text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select u.node_id, u.name, coalesce(p.name, '')
  from public.places_unit u
  join public.access_node a on a.id = u.node_id
  left join public.places_unit p on p.node_id = a.parent_id
  where position(given in u.name) > 0
  order by length(u.name), u.name, u.node_id limit most
$f$;
revoke all on function services_places_of(text), services_key_of(bytea), services_places_named(text, int) from public;
grant execute on function services_places_of(text), services_key_of(bytea), services_places_named(text, int)
  to kakou_pages;

create function services_follow_order() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  update public.services_request set handler_id = new.node_id where order_id = new.id;
  update public.services_photo set handler_id = new.node_id
    where request_id = (select r.id from public.services_request r where r.order_id = new.id);
  return null;
end $f$;
create trigger services_follow_order after update of node_id on workorders_workorder
  for each row when (old.node_id is distinct from new.node_id and new.kind = 'service_request')
  execute function services_follow_order();
"""
ROBOTS = """
create function services_robot_of(given uuid) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select i.node_id from public.services_inlet i where i."row" = given and i.enabled and i.kind <> 'mailbox'
$f$;
revoke all on function services_robot_of(uuid) from public;
grant execute on function services_robot_of(uuid) to kakou_pages;
"""
PLACES = """
create function services_mapped(within int, west float, south float, east float, north float, most int)
  returns table (node_id int, name text, office text, is_gate bool, above int[], area float)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select g.node_id, coalesce(u.name, w.name || ' ' || e.name), coalesce(p.name, ''), u.id is null,
    array(select c.ancestor_id from public.access_closure c
      where c.descendant_id = g.node_id and c.depth > 0 order by c.depth),
    (g.east - g.west) * (g.north - g.south)
  from public.places_geometry g
  join public.access_node a on a.id = g.node_id
  left join public.places_unit u on u.node_id = g.node_id
  left join public.places_entrance e on e.node_id = g.node_id and e.state = 'staffed' and not e.is_inner
  left join public.places_unit w on w.id = e.unit_id
  left join public.places_unit p on p.node_id = a.parent_id
  where (u.id is not null or e.id is not null)
    and (within is null
      or exists (select from public.access_closure c where c.ancestor_id = within and c.descendant_id = g.node_id))
    and ($2 is null or (g.west <= $4 and g.east >= $2 and g.south <= $5 and g.north >= $3))
  order by 6 desc, 2, 1 limit most
$f$;
create function services_shapes(given int[]) returns table (node_id int, shape text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select g.node_id, g.shape::text
  from public.places_geometry g
  left join public.places_unit u on u.node_id = g.node_id
  left join public.places_entrance e on e.node_id = g.node_id and e.state = 'staffed' and not e.is_inner
  where g.node_id = any(given) and (u.id is not null or e.id is not null)
$f$;
revoke all on function services_mapped(int, float, float, float, float, int), services_shapes(int[]) from public;
grant execute on function services_mapped(int, float, float, float, float, int), services_shapes(int[])
  to kakou_pages, kakou_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0001_tables"), ("workorders", "0001_tables"), ("places", "0001_tables"), ("access", "0001_tables")]
    operations = [migrations.RunSQL(KNOWN + ROBOTS + PLACES)]
