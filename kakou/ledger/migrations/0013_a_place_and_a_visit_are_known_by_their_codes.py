"""The pages' process learns at which node a code stands that somebody without an account shows, and nothing else."""

from django.db import migrations

FUNCTIONS = """
create function ledger_place_of(given text) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select c.node_id from public.ledger_placecode c where c.code = given and c.cancelled_at is null
$f$;
create function ledger_visit_place_of(given text) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select v.node_id from public.ledger_expectedvisit v where v.code = given
$f$;
revoke all on function ledger_place_of(text), ledger_visit_place_of(text) from public;
grant execute on function ledger_place_of(text), ledger_visit_place_of(text) to kakou_pages;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0012_place_codes_and_expected_visits")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "drop function ledger_place_of(text); drop function ledger_visit_place_of(text)")
    ]
