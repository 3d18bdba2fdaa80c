"""What a desk corrects late is forgotten with the day that it lies in: a day waited for its last arrival, also for that.

In the partition of wrong clocks, which has no day, a desk's correction goes once what it corrects is gone or due.
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
    execute format('select exists (select from public.%%I where recorded_at >= %%L %(but)s)', child, limit_at) into keep;
    continue when keep;
    execute format('select count(*) from public.%%I', child) into n;
    execute format('alter table public.ledger_passage detach partition public.%%I', child);
    execute format('drop table public.%%I', child);
    total := total + n;
  end loop;
  perform set_config('kakou.keeping_house', 'on', true);
  delete from public.ledger_passage_other p where recorded_at < limit_at %(or)s;
  get diagnostics n = row_count;
  perform set_config('kakou.keeping_house', '', true);
  return total + n;
end $f$;
"""
AT_A_DESK = "device_id is null and corrects is not null"
WITH = {
    "but": f"and not ({AT_A_DESK})",
    "or": f"""or ({AT_A_DESK} and not exists
    (select from public.ledger_passage o where o.id = p.corrects and o.recorded_at >= limit_at))""",
}


class Migration(migrations.Migration):
    dependencies = [("ledger", "0017_passages_are_sealed_again")]
    operations = [migrations.RunSQL(FORGET % WITH, FORGET % {"but": "", "or": ""})]
