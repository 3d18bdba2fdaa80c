"""Who is inside now is found among the open stays alone: where most are of one day, the index of days tells nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0019_sheets_and_paper")]
    operations = [
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(condition=models.Q(("until_at", None)), fields=["node_id"], name="stay_open"),
        )
    ]
