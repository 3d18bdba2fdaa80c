"""What a segment is built from, and nothing else of the ledger: read by the worker over all nodes at once. Row by row
the wall would look each node up in a list of all of them, and the planner, who cannot see that list, would believe that
it keeps nearly nothing out of a day. Views of the owner are read by the owner's rights.

Who was in an outbreak is forgotten in time after it ended, with every former state; that there was one stays. Numbers
of cases run through a whole outbreak, also where its cases lie in parts that do not see each other.
"""

from django.db import migrations

from kakou.ledger.rules import Clock
from kakou.ledger.stays import Direction

VIEWS = f"""
create view tracing_stay as select id, node_id, subject, kind, since_at, until_at,
  entered_at is not null as is_entered, left_at is not null as is_left from ledger_stay;
create view tracing_passage as select id, node_id, subject, happened_at, corrects,
  clock & {Clock.SCANNED:d} <> 0 as is_scanned,
  corrects is not null and direction = {Direction.THROUGH:d} and not crossed as is_taken_back from ledger_passage;
revoke all on tracing_stay, tracing_passage from public, kakou_pages, kakou_worker, kakou_lane;
grant select on tracing_stay, tracing_passage to kakou_worker;
"""
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
  delete from public.tracing_question where outbreak_id = any(ended);
  delete from public.tracing_trace where outbreak_id = any(ended);
  delete from public.tracing_involved where id = any(people);
  delete from public.tracing_followupevent where involved_id = any(people);
  delete from public.tracing_involvedevent where outbreak_id = any(ended);
  return cardinality(people);
end $f$;
revoke all on function tracing_forget(timestamptz) from public;
grant execute on function tracing_forget(timestamptz) to kakou_worker;
"""
NUMBERS = """
create function tracing_next_number(which uuid) returns integer language sql
  security definer set search_path = pg_catalog, public, pg_temp as $f$
  update public.tracing_outbreak set cases = cases + 1 where id = which returning cases
$f$;
revoke all on function tracing_next_number(uuid) from public;
grant execute on function tracing_next_number(uuid) to kakou_pages, kakou_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_tables"), ("ledger", "0002_passages_by_day_and_append_only")]
    operations = [migrations.RunSQL(VIEWS + FORGET + NUMBERS)]
