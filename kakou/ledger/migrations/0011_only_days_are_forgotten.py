"""Forgetting reads a day from the names of day tables only.

PostgreSQL may look at a name before it looks whose child it is: an index whose name ends in eight digits by chance
("…_87077223") was read as a date, and the night's destruction failed.
"""

from django.db import migrations

FORGET = """
create or replace function ledger_forget(limit_at timestamptz) returns bigint language plpgsql
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
    execute format('select exists (select from public.%I where recorded_at >= %L)', child, limit_at) into keep;
    continue when keep;
    execute format('select count(*) from public.%I', child) into n;
    execute format('alter table public.ledger_passage detach partition public.%I', child);
    execute format('drop table public.%I', child);
    total := total + n;
  end loop;
  perform set_config('kakou.keeping_house', 'on', true);
  delete from public.ledger_passage_other where recorded_at < limit_at;
  get diagnostics n = row_count;
  perform set_config('kakou.keeping_house', '', true);
  return total + n;
end $f$;
"""

BACK = """
create or replace function ledger_forget(limit_at timestamptz) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  child text; n bigint; total bigint := 0; keep boolean;
begin
  if limit_at > now() - interval '1 day' then raise exception 'the limit must lie in the past'; end if;
  for child in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'public.ledger_passage'::regclass and c.relname <> 'ledger_passage_other'
        and case when c.relname ~ '_[0-9]{8}$' then to_date(right(c.relname, 8), 'YYYYMMDD') end
          < (limit_at at time zone 'utc')::date order by 1 loop
    -- a phone may have kept a passage for long: the whole day waits for its last arrival
    execute format('select exists (select from public.%I where recorded_at >= %L)', child, limit_at) into keep;
    continue when keep;
    execute format('select count(*) from public.%I', child) into n;
    execute format('alter table public.ledger_passage detach partition public.%I', child);
    execute format('drop table public.%I', child);
    total := total + n;
  end loop;
  perform set_config('kakou.keeping_house', 'on', true);
  delete from public.ledger_passage_other where recorded_at < limit_at;
  get diagnostics n = row_count;
  perform set_config('kakou.keeping_house', '', true);
  return total + n;
end $f$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_quarantine_has_four_states")]
    operations = [migrations.RunSQL(FORGET, BACK)]
