import django.db.models.deletion
from django.db import migrations, models

import kakou.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_a_revoked_phone_is_known_as_one"),
        ("workorders", "0008_settled_in_time_is_judged_by_the_answer"),
    ]
    operations = [
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "proof",
                    models.CharField(choices=[("photo", "photo"), ("signature", "signature")], max_length=10),
                ),
                ("media_type", models.CharField(max_length=10)),
                ("size", models.PositiveIntegerField(help_text="bytes")),
                ("sealed", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "first_node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.node"
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.node"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exhibits",
                        to="workorders.workorder",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["due_on"], name="exhibit_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proof__in", ["photo", "signature"])), name="exhibit_is_shown"
                    )
                ],
            },
        ),
    ]
