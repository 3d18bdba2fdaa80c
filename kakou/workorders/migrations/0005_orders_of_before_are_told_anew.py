"""What was opened before: it is handled where it was received, and its clocks run from its opening on."""

from django.db import migrations

FILL = """
update workorders_workorder set state = 'reported' where state = 'open';
update workorders_workorder set first_node_id = node_id, answers_node_id = node_id, begun_at = opened_at,
  escalate_at = case when state = 'closed' then null else due_at end;
update workorders_workorder set recurs = true where kind in (
  'clock_trouble', 'quarantine', 'queue_lost', 'unknown_rules', 'other_rules', 'trust_list_old', 'withdrawn_list_behind',
  'contacts_undecided', 'follow_up_overdue', 'contact_lost', 'exposed_again');
alter table workorders_step disable trigger append_only;
update workorders_step set first_node_id = node_id;
set constraints all immediate;
alter table workorders_step enable trigger append_only;

-- as before, of duplicates too
create or replace function workorders_forget(limit_at timestamptz) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  n bigint;
begin
  if limit_at > now() - interval '1 day' then raise exception 'the limit must lie in the past'; end if;
  perform set_config('kakou.keeping_house', 'on', true);
  update public.workorders_step s set facts = '{}' from public.workorders_workorder o
    where o.id = s.order_id and o.state in ('closed', 'duplicate') and o.closed_at < limit_at and s.facts <> '{}';
  get diagnostics n = row_count;
  perform set_config('kakou.keeping_house', '', true);
  return n;
end $f$;

-- who handles an order gives it back to who received it: the one move of a row out of the mover's own places
create function workorders_give_back(order_id uuid) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  n bigint;
begin
  update public.workorders_workorder set node_id = first_node_id
    where id = order_id and state = 'returned' and (
      node_id = any ((select kakou_scope('close_orders'))::int[])
      or first_node_id = any ((select kakou_scope('close_orders'))::int[]));
  get diagnostics n = row_count;
  return n;
end $f$;
revoke all on function workorders_give_back(uuid) from public;
grant execute on function workorders_give_back(uuid) to kakou_pages, kakou_worker;
"""
BACK = "drop function workorders_give_back(uuid)"


class Migration(migrations.Migration):
    dependencies = [("workorders", "0004_who_handles_it_until_when")]
    operations = [migrations.RunSQL(FILL, BACK)]
