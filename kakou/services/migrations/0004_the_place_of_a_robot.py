"""At which place the robot of an address stands: whoever knocks has no account, and may not be anybody's robot."""

from django.db import migrations

MADE = """
create function services_robot_of(given uuid) returns int
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select i.node_id from public.services_inlet i where i."row" = given and i.enabled and i.kind <> 'mailbox'
$f$;
revoke all on function services_robot_of(uuid) from public;
grant execute on function services_robot_of(uuid) to kakou_pages;
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0003_proposals_and_ways_in")]
    operations = [migrations.RunSQL(MADE, "drop function services_robot_of(uuid)")]
