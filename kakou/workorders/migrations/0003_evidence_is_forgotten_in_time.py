"""What steps of closed orders say about people is forgotten in time; that the steps were taken stays."""

from django.db import migrations

# as the ledger's: rows change through one function only, which runs as the owner and says so for its own transaction
FORGET = """
create function workorders_append_only() returns trigger language plpgsql as $f$
begin
  if tg_op = 'UPDATE' and current_user = 'kakou_owner' and current_setting('kakou.keeping_house', true) = 'on' then
    return null;
  end if;
  raise exception '% is append-only: % is not possible', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $f$;
drop trigger append_only on workorders_step;
create trigger append_only before update or delete on workorders_step
  for each statement execute function workorders_append_only();

-- empties the facts of every step of orders closed before `limit_at`; returns how many steps
create function workorders_forget(limit_at timestamptz) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  n bigint;
begin
  if limit_at > now() - interval '1 day' then raise exception 'the limit must lie in the past'; end if;
  perform set_config('kakou.keeping_house', 'on', true);
  update public.workorders_step s set facts = '{}' from public.workorders_workorder o
    where o.id = s.order_id and o.state = 'closed' and o.closed_at < limit_at and s.facts <> '{}';
  get diagnostics n = row_count;
  perform set_config('kakou.keeping_house', '', true);
  return n;
end $f$;
revoke all on function workorders_forget(timestamptz) from public;
grant execute on function workorders_forget(timestamptz) to kakou_worker;
"""
BACK = """
drop function workorders_forget(timestamptz);
drop trigger append_only on workorders_step;
create trigger append_only before update or delete on workorders_step
  for each statement execute function kakou_append_only();
drop function workorders_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0002_steps_are_only_added")]
    operations = [migrations.RunSQL(FORGET, BACK)]
