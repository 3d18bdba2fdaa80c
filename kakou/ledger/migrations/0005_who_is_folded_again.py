"""Notes of who is to be folded again, and the land on which the stays that stand were made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_import_batches")]

    operations = [
        migrations.CreateModel(
            name="ToFold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="FoldedLand",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("fingerprint", models.TextField()),
                ("gates", models.JSONField()),
                ("homes", models.JSONField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="folded_land_is_one")],
            },
        ),
    ]
