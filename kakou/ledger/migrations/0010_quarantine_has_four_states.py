"""Waiting, being entered, entered as a passage, set aside: no other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ledger", "0009_recorded_again_is_set_aside")]

    operations = [
        migrations.AddConstraint(
            "quarantined",
            models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "entering", "entered", "set_aside"])),
                name="quarantined_known_state",
            ),
        ),
        migrations.AddConstraint(
            "quarantined",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entered_as__isnull", False), ("state", "entered")),
                    models.Q(models.Q(("state", "entered"), _negated=True), ("entered_as", None)),
                    _connector="OR",
                ),
                name="quarantined_entered_as",
            ),
        ),
    ]
