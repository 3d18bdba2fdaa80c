"""Partitions by day, the two doors through which rows leave (moving and retention), the one change of a row (sealed
again), and the lock on everything else."""

from django.db import migrations

APPEND_ONLY = """
-- rows leave through ledger_make_days (from the default partition to their day) and ledger_forget only: both run as the
-- owner and say so for their own transaction. What is sealed may be sealed again under another key: the bytes differ,
-- what they say does not; `hash`, which phones and chains know the passage by, is over what they say
create function ledger_append_only() returns trigger language plpgsql as $f$
begin
  if tg_op = 'DELETE' and current_user = 'kakou_owner'
     and current_setting('kakou.keeping_house', true) = 'on' then
    return old;
  end if;
  if tg_op = 'UPDATE' and current_user = 'kakou_owner' and current_setting('kakou.sealing_again', true) = 'on'
     and old.sealed is not null and new.sealed is not null
     and to_jsonb(old) - 'sealed' = to_jsonb(new) - 'sealed' then
    return new;
  end if;
  raise exception 'rows of % are only ever added: a correction is a new row', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $f$;
create trigger append_only before update or delete on ledger_passage
  for each row execute function ledger_append_only();
create trigger append_only_truncate before truncate on ledger_passage
  for each statement execute function ledger_append_only();
"""
DAYS = """
create table ledger_passage_other partition of ledger_passage default;

create function ledger_floor(day date) returns uuid language sql immutable parallel safe
  return (lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- makes the partitions of the days [first, last] that are not there; returns how many. One transaction: ask for at most
-- a few dozen days at a time. Rows that came before their partition are moved out of the default one.
create function ledger_make_days(first date, last date) returns int language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  d date; low uuid; high uuid; made int := 0; child text;
begin
  if last - first > 400 then raise exception 'at most 400 days at a time'; end if;
  perform pg_advisory_xact_lock(hashtext('ledger_make_days'));
  for d in select generate_series(first, last, interval '1 day')::date loop
    child := 'ledger_passage_' || to_char(d, 'YYYYMMDD');
    continue when to_regclass('public.' || child) is not null;
    low := public.ledger_floor(d); high := public.ledger_floor(d + 1);
    execute format('create table public.%I (like public.ledger_passage including defaults including constraints)', child);
    execute format('revoke all on public.%I from public, kakou_pages, kakou_worker, kakou_lane', child);
    if exists (select from public.ledger_passage_other where id >= low and id < high) then
      perform set_config('kakou.keeping_house', 'on', true);
      lock table public.ledger_passage_other in exclusive mode;
      execute format('with gone as (delete from public.ledger_passage_other where id >= %L and id < %L returning *)'
                     ' insert into public.%I select * from gone', low, high, child);
      perform set_config('kakou.keeping_house', '', true);
    end if;
    execute format('alter table public.ledger_passage attach partition public.%I for values from (%L) to (%L)',
                   child, low, high);
    made := made + 1;
  end loop;
  return made;
end $f$;

-- forgets what arrived before `limit_at`: whole days, and single rows of the default partition. Returns rows forgotten.
-- A day is read from the names of day tables only: PostgreSQL may look at a name before it looks whose child it is, and
-- an index whose name ends in eight digits would be read as a date. What a desk corrected late goes with the day that it
-- lies in, or, where the clock was wrong and there is no day, once what it corrects is gone or due.
create function ledger_forget(limit_at timestamptz) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  child text; n bigint; total bigint := 0; keep boolean;
begin
  if limit_at > now() - interval '1 day' then raise exception 'the limit must lie in the past'; end if;
  for child in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'public.ledger_passage'::regclass
        and case when c.relname ~ '^ledger_passage_[0-9]{8}$' then to_date(right(c.relname, 8), 'YYYYMMDD') end
          < (limit_at at time zone 'utc')::date order by 1 loop
    -- a phone may have kept a passage for long: the whole day waits for its last arrival
    execute format('select exists (select from public.%I where recorded_at >= %L'
                   ' and not (device_id is null and corrects is not null))', child, limit_at) into keep;
    continue when keep;
    execute format('select count(*) from public.%I', child) into n;
    execute format('alter table public.ledger_passage detach partition public.%I', child);
    execute format('drop table public.%I', child);
    total := total + n;
  end loop;
  perform set_config('kakou.keeping_house', 'on', true);
  delete from public.ledger_passage_other p where recorded_at < limit_at
    or (device_id is null and corrects is not null
      and not exists (select from public.ledger_passage o where o.id = p.corrects and o.recorded_at >= limit_at));
  get diagnostics n = row_count;
  perform set_config('kakou.keeping_house', '', true);
  return total + n;
end $f$;

revoke all on function ledger_make_days(date, date), ledger_forget(timestamptz) from public;
"""
GRANTS = """
do $g$ begin
  -- imports make the days of what they bring; only the worker forgets
  grant execute on function ledger_make_days(date, date) to kakou_pages, kakou_worker;
  grant execute on function ledger_forget(timestamptz) to kakou_worker;
end $g$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunSQL(APPEND_ONLY + DAYS + GRANTS)]
