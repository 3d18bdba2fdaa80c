"""Rows are added by one function and never changed.

`kakou_append_only()` serves every insert-only table of Kakou. Truncation has a trigger of its own name, because test
databases are emptied by truncation and switch just that one off.
"""

from django.db import migrations

APPEND_ONLY = """
create or replace function kakou_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is not possible', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit_event
  for each statement execute function kakou_append_only();
create trigger append_only_truncate before truncate on audit_event
  for each statement execute function kakou_append_only();
"""

# security definer: whoever acts adds to the chain without being allowed to read it, or to choose a number or a hash.
# A volatile function takes a new snapshot for each of its statements, so the last row is looked up after the lock is
# held and is really the last one committed (under READ COMMITTED; stricter levels fail on the primary key instead).
APPEND = """
create function audit_append(
  at timestamptz, action text, by bigint, subject text, node bigint, facts jsonb, canonical text
) returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  last_seq bigint;
  last_hash bytea;
begin
  perform pg_advisory_xact_lock(7164702441);
  select e.seq, e.hash into last_seq, last_hash from public.audit_event e order by e.seq desc limit 1;
  last_seq := coalesce(last_seq, 0) + 1;
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  insert into public.audit_event (seq, at, action, by, subject, node, facts, prev_hash, hash) values (
    last_seq, at, action, by, subject, node, facts, last_hash,
    sha256(last_hash || convert_to(last_seq::text || E'\\n' || canonical, 'UTF8'))
  );
  return last_seq;
end $$;
revoke all on function audit_append from public;
grant execute on function audit_append to kakou_pages, kakou_worker, kakou_lane;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_the_chain")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "drop trigger append_only on audit_event; drop trigger append_only_truncate on audit_event; "
            "drop function kakou_append_only cascade",
        ),
        migrations.RunSQL(APPEND, "drop function audit_append"),
    ]
