"""An edition is never changed; and what holds at a gate is known there, though it was published above all that its
reader may see: the lines themselves, nobody's name."""

from django.db import migrations

APPEND_ONLY = """
create trigger append_only before update or delete on screening_edition
  for each statement execute function kakou_append_only();
create trigger append_only_truncate before truncate on screening_edition
  for each statement execute function kakou_append_only();
"""
# plpgsql, because kakou_scope() is made after the first migrate: such a body is read when it is called
KNOWN = """
create function screening_publications_of(place int)
  returns table (depth smallint, unit_kind varchar, version varchar, starts_at timestamptz, ends_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if place = any (public.kakou_scope('see_places')) then
    return query select c.depth, p.unit_kind, p.version, p.starts_at, p.ends_at
      from public.screening_publication p join public.access_closure c on c.ancestor_id = p.node_id
      where c.descendant_id = place and (p.ends_at is null or p.ends_at > p.starts_at);
  end if;
end $f$;
revoke all on function screening_publications_of(int) from public;
grant execute on function screening_publications_of(int) to kakou_pages, kakou_worker;

-- whoever holds a pass's 128 random bits may learn that there is such a pass
create function screening_pass_exists(pass uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from public.screening_pass where id = pass)
$f$;
revoke all on function screening_pass_exists(uuid) from public;
grant execute on function screening_pass_exists(uuid) to kakou_pages, kakou_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_tables"), ("audit", "0002_the_chain_grows_at_commit")]
    operations = [migrations.RunSQL(APPEND_ONLY + KNOWN)]
