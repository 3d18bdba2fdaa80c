"""Rows are added by one function and never changed.

`kakou_append_only()` serves every insert-only table of Kakou. Truncation has a trigger of its own name, because a test
database is emptied by whoever may switch just that one off.

Events are told when they happen and chained when their transaction commits. Chained at once, the lock on the chain's
end would be held until the teller's transaction ends: a long import would stop every login, and two transactions that
tell of rows the other one changed would deadlock. A deferred trigger takes the lock as the last thing before COMMIT, in
the same transaction: what is rolled back was never told. `audit_told` is empty for everybody but the teller, and
unlogged because no row in it outlives its transaction.

The text that is hashed must say what the columns say: whoever tells hands in both. Were they to differ, by a mistake or
by malice, every later verification would stop at that row and call it edited; so such an event is refused with its
transaction.
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
"""
TOLD = """
create unlogged table audit_told (
  id bigint generated always as identity primary key,
  at timestamptz not null, action text not null, by_staff bigint, subject text not null, node bigint, facts jsonb not null,
  canonical text not null
);
create function audit_chain() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.canonical::jsonb is distinct from jsonb_build_object(
    'action', new.action, 'at', (extract(epoch from new.at) * 1000000)::bigint, 'by', new.by_staff,
    'facts', new.facts, 'node', new.node, 'subject', new.subject
  ) then
    raise exception 'an audit event is hashed as something else than what it says' using errcode = 'check_violation';
  end if;
  perform public.audit_append(new.at, new.action, new.by_staff, new.subject, new.node, new.facts, new.canonical);
  delete from public.audit_told t where t.id = new.id;
  return null;
end $$;
create constraint trigger chained after insert on audit_told
  deferrable initially deferred for each row execute function audit_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_tables")]
    operations = [migrations.RunSQL(APPEND_ONLY + APPEND + TOLD)]
