"""Since when a phone is heard without a pause, and whose badge had opened the names on it."""

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kakou.web.models


class Migration(migrations.Migration):
    dependencies = [("access", "0006_a_revoked_phone_is_known_as_one")]
    operations = [
        migrations.AddField(
            model_name="phonestate",
            name="reached_since",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="since when it says how it is without a longer pause"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="phonestate",
            name="shifts_since",
            field=models.DateTimeField(null=True, help_text="since when it tells its shifts; none: it does not"),
        ),
        migrations.CreateModel(
            name="PhoneShift",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "xid",
                    kakou.web.models.Xid8Field(
                        db_default=django.db.models.expressions.RawSQL("pg_current_xact_id()", []), editable=False
                    ),
                ),
                ("began", models.BigIntegerField()),
                ("ended", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to="access.device"
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.node"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["xid"], name="phone_shift_commit_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("device", "began"), name="phone_shift_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("ended", None)),
                            models.Q(("closed_at__isnull", False), ("ended__isnull", False)),
                            _connector="OR",
                        ),
                        name="phone_shift_closed_by_both_clocks",
                    ),
                ],
            },
        ),
    ]
