"""A step tells what happened; it is never changed and never taken back. What steps of closed orders say about people
is forgotten in time; that the steps were taken stays. A picture is seen where its order is handled, and no longer
where it was."""

from django.db import migrations

# as the ledger's: rows change through one function only, which runs as the owner and says so for its own transaction
APPEND_ONLY = """
create function workorders_append_only() returns trigger language plpgsql as $f$
begin
  if tg_op = 'UPDATE' and current_user = 'kakou_owner' and current_setting('kakou.keeping_house', true) = 'on' then
    return null;
  end if;
  raise exception '% is append-only: % is not possible', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $f$;
create trigger append_only before update or delete on workorders_step
  for each statement execute function workorders_append_only();
create trigger append_only_truncate before truncate on workorders_step
  for each statement execute function kakou_append_only();
"""
FORGET = """
-- empties the facts of every step of orders closed before `limit_at`, of duplicates too; returns how many steps
create function workorders_forget(limit_at timestamptz) returns bigint language plpgsql
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
revoke all on function workorders_forget(timestamptz) from public;
grant execute on function workorders_forget(timestamptz) to kakou_worker;
"""
GIVEN_BACK = """
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
PICTURES = """
create function workorders_pictures_follow() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  update public.workorders_exhibit set node_id = new.node_id where order_id = new.id;
  return null;
end $f$;
create trigger workorders_pictures_follow after update of node_id on workorders_workorder
  for each row when (old.node_id is distinct from new.node_id) execute function workorders_pictures_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_tables"), ("audit", "0002_the_chain_grows_at_commit")]
    operations = [migrations.RunSQL(APPEND_ONLY + FORGET + GIVEN_BACK + PICTURES)]
