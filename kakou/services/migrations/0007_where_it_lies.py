"""What everybody may know of where places lie: units, and entrances at which somebody stands. And a report may hold an
exact point, sealed as what was said is."""

from django.db import migrations, models

# columns are added at the end of the view only
MADE = """
create or replace view services_public as
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
UNMADE = """
drop function services_shapes(int[]);
drop function services_mapped(int, float, float, float, float, int);
drop view services_public;
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
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0006_whoever_reported_is_told"), ("places", "0002_where_places_lie")]
    operations = [
        migrations.AddField(
            model_name="request",
            name="point_sealed",
            field=models.BinaryField(help_text="where exactly: longitude and latitude, WGS 84", null=True),
        ),
        migrations.RunSQL(MADE, UNMADE),
    ]
