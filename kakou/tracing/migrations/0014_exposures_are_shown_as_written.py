"""Reasons and evidence are shown whole and never asked inside: `json`, no `jsonb`. And no index by node alone."""

import django.db.models.deletion
from django.db import migrations, models

import kakou.tracing.models.columns


class Migration(migrations.Migration):
    dependencies = [("tracing", "0013_a_run_knows_what_it_follows_from")]

    operations = [
        *(
            migrations.AlterField("exposure", name, kakou.tracing.models.columns.Told(default=list))
            for name in ("reasons", "evidence")
        ),
        migrations.AlterField(
            "exposure",
            "node",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.node"
            ),
        ),
    ]
