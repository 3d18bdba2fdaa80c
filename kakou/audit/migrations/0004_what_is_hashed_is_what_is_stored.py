"""The text that is hashed must say what the columns say.

Whoever tells hands in both. Were they to differ, by a mistake or by malice, every later verification would stop at that
row and call it edited; now such an event is refused with its transaction.
"""

from django.db import migrations

CHAIN = """
create or replace function audit_chain() returns trigger language plpgsql security definer
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
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_the_chain_grows_at_commit")]

    operations = [migrations.RunSQL(CHAIN, migrations.RunSQL.noop)]
