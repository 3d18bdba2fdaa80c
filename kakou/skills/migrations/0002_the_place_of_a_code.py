"""At which place the call of a code stands: whoever was asked has no account."""

from django.db import migrations

MADE = """
create function skills_place_of(given text) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select a.node_id from public.skills_asked a where a.code = given
$f$;
revoke all on function skills_place_of(text) from public;
grant execute on function skills_place_of(text) to kakou_pages;
"""


class Migration(migrations.Migration):
    dependencies = [("skills", "0001_tables")]
    operations = [migrations.RunSQL(MADE)]
