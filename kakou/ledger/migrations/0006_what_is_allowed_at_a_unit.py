"""What is allowed at a unit also when it was set above all that its reader may see: the lines themselves, nobody's name."""

from django.db import migrations

# plpgsql, because kakou_scope() is made after the first migrate: such a body is read when it is called
FUNCTION = """
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


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_who_is_folded_again")]
    operations = [migrations.RunSQL(FUNCTION, "drop function ledger_allowances_of(int)")]
