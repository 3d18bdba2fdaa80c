"""Days as partitions, made ahead; nothing is ever changed or removed but by the retention cut."""

from django.db import migrations

SQL = """
create table ledger_passage_other partition of ledger_passage default;

create function ledger_append_only() returns trigger language plpgsql as $f$
begin
  -- the owner moves late days out of DEFAULT and cuts what is past its retention; nobody else, and never by accident
  if current_user = 'kakou_owner' and current_setting('kakou.cutting', true) = 'on' then return old; end if;
  raise exception 'the ledger is append-only: a correction is a new row';
end $f$;
create trigger append_only before update or delete on ledger_passage for each row execute function ledger_append_only();
create function ledger_no_truncate() returns trigger language plpgsql as $f$
begin raise exception 'the ledger is append-only: it cannot be emptied'; end $f$;
create trigger append_only_truncate before truncate on ledger_passage
  for each statement execute function ledger_no_truncate();

-- runs as the owner, for the worker that makes the days ahead and the import that makes its own
create function ledger_add_day(day date) returns boolean language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  child text := 'ledger_passage_' || to_char(day, 'YYYYMMDD');
  lo uuid := (lpad(to_hex((extract(epoch from day::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
  hi uuid := (lpad(to_hex((extract(epoch from (day + 1)::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
begin
  if day < date '2000-01-01' or day > date '2100-01-01' then raise exception 'no such day: %', day; end if;
  perform pg_advisory_xact_lock(hashtext('ledger_add_day'));
  if to_regclass('public.' || child) is not null then return false; end if;
  execute format('create table public.%I (like public.ledger_passage including defaults including constraints)', child);
  execute format('revoke all on public.%I from kakou_pages, kakou_lane, kakou_worker', child);
  if exists (select from public.ledger_passage_other where id >= lo and id < hi) then
    perform set_config('kakou.cutting', 'on', true);
    execute format('with late as (delete from public.ledger_passage_other where id >= %L and id < %L returning *)'
                   ' insert into public.%I select * from late', lo, hi, child);
    perform set_config('kakou.cutting', '', true);
  end if;
  execute format('alter table public.ledger_passage attach partition public.%I for values from (%L) to (%L)',
                 child, lo, hi);
  return true;
end $f$;
revoke all on function ledger_add_day(date) from public;
grant execute on function ledger_add_day(date) to kakou_worker, kakou_pages, kakou_lane;
select ledger_add_day((now() at time zone 'utc')::date + d) from generate_series(-3, 7) d;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_passages_and_quarantine"), ("access", "0002_device_changes_are_told")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
