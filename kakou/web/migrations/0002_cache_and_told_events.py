"""One cache for all processes: rate limits and used one-time codes live in it. And events are told to whoever
listens, and never changed."""

from django.db import migrations

CACHE = """
create table web_cache (cache_key varchar(255) primary key, value text not null, expires timestamptz not null);
create index web_cache_expires on web_cache (expires);
"""
TOLD = """
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


class Migration(migrations.Migration):
    dependencies = [("web", "0001_tables")]
    operations = [migrations.RunSQL(CACHE + TOLD)]
