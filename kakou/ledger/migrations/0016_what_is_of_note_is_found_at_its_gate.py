"""The few passages that a warning may follow from are found without reading all others of their gate."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0015_stays_of_vehicles_are_found")]
    operations = [
        migrations.AddIndex(
            model_name="passage",
            index=models.Index(
                condition=models.Q(
                    ("verdict", 3),
                    ("health__in", [2, 3, 5]),
                    ("travel__in", [3, 4, 5, 6]),
                    ("temperature__gte", 370),
                    _connector="OR",
                ),
                fields=["node_id", "happened_at"],
                name="passage_of_note",
            ),
        )
    ]
