"""Badges of those who record, and what each phone last said of itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_a_phone_is_known_by_its_token"),
    ]

    operations = [
        migrations.CreateModel(
            name="Badge",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("key_sealed", models.BinaryField(null=True)),
                ("issued_at", models.DateTimeField()),
                ("due_on", models.DateField(help_text="the first day on which it opens nothing any more")),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="badges", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("staff",), name="badge_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key_sealed__isnull", False), ("revoked_at", None)),
                            models.Q(("key_sealed__isnull", True), ("revoked_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="badge_revoked_has_no_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneState",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="state",
                        serialize=False,
                        to="access.device",
                    ),
                ),
                ("heard_at", models.DateTimeField()),
                ("clock_offset_ms", models.BigIntegerField(help_text="server minus device, when it said so")),
                ("queue", models.IntegerField(help_text="passages that it holds unsent")),
                (
                    "oldest_at",
                    models.DateTimeField(
                        help_text="when the oldest of them happened, by the server's clock", null=True
                    ),
                ),
                ("last_seq", models.BigIntegerField(help_text="the number of the last passage that it made")),
                ("most_seq", models.BigIntegerField(help_text="the highest such number that it ever said")),
                ("build", models.CharField(max_length=40)),
                ("battery", models.SmallIntegerField(help_text="percent", null=True)),
                ("charging", models.BooleanField(null=True)),
                ("storage_used", models.BigIntegerField(help_text="bytes", null=True)),
                ("storage_limit", models.BigIntegerField(help_text="bytes", null=True)),
                ("persisted", models.BooleanField(help_text="did the browser promise to keep its storage?", null=True)),
                (
                    "node",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.node"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_seq__gte", 0), ("most_seq__gte", models.F("last_seq")), ("queue__gte", 0)
                        ),
                        name="phone_state_counts_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("battery", None), ("battery__range", (0, 100)), _connector="OR"),
                        name="phone_state_battery",
                    ),
                ],
            },
        ),
    ]
