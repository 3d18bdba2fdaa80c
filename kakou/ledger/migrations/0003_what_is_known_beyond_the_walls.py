"""What is allowed at a unit also when it was set above all that its reader may see: the lines themselves, nobody's
name. And at which node a code stands that somebody without an account shows, and nothing else."""

from django.db import migrations

# plpgsql, because kakou_scope() is made after the first migrate: such a body is read when it is called
ALLOWED = """
create function ledger_allowances_of(unit int) returns table (kind smallint, purpose smallint, minutes int, node int)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if unit = any (public.kakou_scope('see_places')) then
    return query select distinct on (a.kind, a.purpose) a.kind, a.purpose, a.minutes, a.node_id
      from public.ledger_allowance a join public.access_closure c on c.ancestor_id = a.node_id
      where c.descendant_id = unit order by a.kind, a.purpose, c.depth;
  end if;
end $f$;
revoke all on function ledger_allowances_of(int) from public;
grant execute on function ledger_allowances_of(int) to kakou_pages, kakou_worker;
"""
CODES = """
create function ledger_place_of(given text) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select c.node_id from public.ledger_placecode c where c.code = given and c.cancelled_at is null
$f$;
create function ledger_visit_place_of(given text) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select v.node_id from public.ledger_expectedvisit v where v.code = given
$f$;
revoke all on function ledger_place_of(text), ledger_visit_place_of(text) from public;
grant execute on function ledger_place_of(text), ledger_visit_place_of(text) to kakou_pages;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_passages_by_day_and_append_only")]
    operations = [migrations.RunSQL(ALLOWED + CODES)]
