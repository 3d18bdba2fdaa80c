"""The stays of a day are found without reading all others; costs whoever writes them next to nothing."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0013_a_place_and_a_visit_are_known_by_their_codes")]
    operations = [
        migrations.AddIndex(
            model_name="stay",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["since_at", "until_at"],
                name="stay_of_day",
                opclasses=["timestamptz_minmax_multi_ops", "timestamptz_minmax_multi_ops"],
            ),
        )
    ]
