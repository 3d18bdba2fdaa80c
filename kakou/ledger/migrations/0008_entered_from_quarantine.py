"""What was decided on an item in quarantine, and the passage it became."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ledger", "0007_strays_are_known")]

    operations = [
        migrations.AddField("quarantined", "correction", models.BinaryField(null=True)),
        migrations.AddField(
            "quarantined", "trouble", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        migrations.AddField(
            "quarantined", "trouble_place", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
        migrations.AddField(
            "quarantined", "entered_as", models.UUIDField(help_text="the passage that it became", null=True)
        ),
        migrations.RemoveConstraint("quarantined", "quarantined_known_state"),
    ]
