"""A change is noted with whom it is about, and noted anew each time: nobody waits for a row that another has locked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_cases_traces_follow_up"), ("ledger", "0014_stays_are_found_by_their_day")]
    operations = [
        migrations.AlterField("changedday", "day", models.DateField(db_index=True)),
        migrations.AddField("changedday", "subject", models.UUIDField(null=True)),
    ]
