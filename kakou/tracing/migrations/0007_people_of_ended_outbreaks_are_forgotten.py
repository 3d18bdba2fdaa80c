"""Who was in an outbreak is forgotten in time after it ended, with every former state; that there was one stays."""

from django.db import migrations

# a former state is written when a row goes too, so history is emptied last; its tables are only added to otherwise
FORGET = """
create function tracing_forget(limit_at timestamptz) returns bigint language plpgsql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  ended uuid[];
  people uuid[];
begin
  if limit_at > now() - interval '1 day' then raise exception 'the limit must lie in the past'; end if;
  select coalesce(array_agg(id), '{}') into ended from public.tracing_outbreak where closed_at < limit_at;
  select coalesce(array_agg(id), '{}') into people from public.tracing_involved where outbreak_id = any(ended);
  delete from public.tracing_handedover where involved_id = any(people);
  delete from public.tracing_exposure where source_id = any(people) or target_id = any(people);
  delete from public.tracing_followup where involved_id = any(people);
  delete from public.tracing_step where involved_id = any(people);
  delete from public.tracing_trace where outbreak_id = any(ended);
  delete from public.tracing_involved where id = any(people);
  delete from public.tracing_followupevent where involved_id = any(people);
  delete from public.tracing_involvedevent where outbreak_id = any(ended);
  return cardinality(people);
end $f$;
revoke all on function tracing_forget(timestamptz) from public;
grant execute on function tracing_forget(timestamptz) to kakou_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0006_times_are_read_through_two_views")]
    operations = [migrations.RunSQL(FORGET, "drop function tracing_forget(timestamptz)")]
