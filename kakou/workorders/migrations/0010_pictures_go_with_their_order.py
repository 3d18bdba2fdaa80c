"""A picture is seen where its order is handled, and no longer where it was."""

from django.db import migrations

MADE = """
create function workorders_pictures_follow() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  update public.workorders_exhibit set node_id = new.node_id where order_id = new.id;
  return null;
end $f$;
create trigger workorders_pictures_follow after update of node_id on workorders_workorder
  for each row when (old.node_id is distinct from new.node_id) execute function workorders_pictures_follow();
"""
UNMADE = """
drop trigger workorders_pictures_follow on workorders_workorder;
drop function workorders_pictures_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0009_photos_and_signatures_prove")]
    operations = [migrations.RunSQL(MADE, UNMADE)]
