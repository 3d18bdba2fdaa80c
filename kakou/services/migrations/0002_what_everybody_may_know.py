"""What the pages' process learns beyond the walls: of every request what everybody may know, at which nodes the request
of a code stands, whose key a program shows, which places have a name. And a request is seen where its order is."""

from django.db import migrations

MADE = """
create view services_public as
  select r.id, r.category, r.place_id, coalesce(u.name, w.name || ' ' || e.name, '') as place,
    coalesce(n.name, '') as office, o.state, r.reported_at, o.due_at, o.closed_at, r.rating,
    coalesce(o.closed_at, (select max(s.at) from workorders_step s where s.order_id = o.id), r.reported_at)
      as updated_at,
    exists (select from workorders_step s where s.order_id = o.id and s.kind = 'answered') as is_answered,
    exists (select from workorders_step s where s.order_id = o.id and s.kind = 'escalated'
      and s.facts->>'clock' = 'finish') as was_late
  from services_request r
  join workorders_workorder o on o.id = r.order_id
  left join places_unit u on u.node_id = r.place_id
  left join places_entrance e on e.node_id = r.place_id
  left join places_unit w on w.id = e.unit_id
  left join places_unit n on n.node_id = r.node_id;
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
UNMADE = """
drop trigger services_follow_order on workorders_workorder;
drop function services_follow_order();
drop function services_places_named(text, int);
drop function services_key_of(bytea);
drop function services_places_of(text);
drop view services_public;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0001_requests_photos_and_keys"),
        ("workorders", "0006_one_open_order_of_each_cause"),
        ("places", "0001_units_and_entrances"),
    ]
    operations = [migrations.RunSQL(MADE, UNMADE)]
