"""One cache for all processes: rate limits and used one-time codes live in it."""

from django.db import migrations

SQL = """
create table web_cache (cache_key varchar(255) primary key, value text not null, expires timestamptz not null);
create index web_cache_expires on web_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(SQL, "drop table web_cache")]
