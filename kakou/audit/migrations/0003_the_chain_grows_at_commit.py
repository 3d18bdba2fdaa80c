"""Events are told when they happen and chained when their transaction commits.

Chained at once, the lock on the chain's end would be held until the teller's transaction ends: a long import would stop
every login, and two transactions that tell of rows the other one changed would deadlock. A deferred trigger takes the
lock as the last thing before COMMIT, in the same transaction: what is rolled back was never told. `audit_told` is empty
for everybody but the teller, and unlogged because no row in it outlives its transaction.
"""

from django.db import migrations

TOLD = """
create unlogged table audit_told (
  id bigint generated always as identity primary key,
  at timestamptz not null, action text not null, by_staff bigint, subject text not null, node bigint, facts jsonb not null,
  canonical text not null
);
create function audit_chain() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform public.audit_append(new.at, new.action, new.by_staff, new.subject, new.node, new.facts, new.canonical);
  delete from public.audit_told t where t.id = new.id;
  return null;
end $$;
create constraint trigger chained after insert on audit_told
  deferrable initially deferred for each row execute function audit_chain();
revoke all on function audit_append from kakou_pages, kakou_worker, kakou_lane;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_rows_are_only_added")]

    operations = [
        migrations.RunSQL(
            TOLD,
            "drop table audit_told; drop function audit_chain; "
            "grant execute on function audit_append to kakou_pages, kakou_worker, kakou_lane",
        ),
    ]
