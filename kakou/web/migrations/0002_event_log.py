import django.db.models.expressions
from django.db import migrations, models

import kakou.web.models

NOTIFY = """
create function web_event_told() returns trigger language plpgsql as $$
begin
  notify web_event;  -- without payload: equal notices of one transaction are sent once
  return null;
end $$;
create trigger told after insert on web_event for each statement execute function web_event_told();
create function web_event_kept() returns trigger language plpgsql as $$
begin
  raise exception 'web_event is insert-only; old days are removed by their owner' using errcode = 'restrict_violation';
end $$;
create trigger kept before update on web_event for each statement execute function web_event_kept();
"""
UNDO = "drop function web_event_told() cascade; drop function web_event_kept() cascade;"


class Migration(migrations.Migration):
    dependencies = [("web", "0001_cache_table")]
    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "xid",
                    kakou.web.models.Xid8Field(
                        db_default=django.db.models.expressions.RawSQL("pg_current_xact_id()", []), editable=False
                    ),
                ),
                ("node_id", models.IntegerField()),
                ("topic", models.CharField(max_length=40)),
                ("body", models.JSONField(default=dict)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.expressions.RawSQL("now()", []), editable=False
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["xid", "id"], name="event_order")]},
        ),
        migrations.RunSQL(NOTIFY, UNDO),
    ]
