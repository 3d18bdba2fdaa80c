"""Questions about an outbreak, whose answers name people, so they are forgotten with them."""

from importlib import import_module

import django.db.models.deletion
import kakou.kernel.ids
from django.conf import settings
from django.db import migrations, models

# as the migration before made it, and with one table more
BEFORE = import_module("kakou.tracing.migrations.0007_people_of_ended_outbreaks_are_forgotten").FORGET.replace(
    "create function", "create or replace function"
)
TRACES = "  delete from public.tracing_trace where"
FORGET = BEFORE.replace(TRACES, f"  delete from public.tracing_question where outbreak_id = any(ended);\n{TRACES}")


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_a_revoked_phone_is_known_as_one'),
        ('tracing', '0007_people_of_ended_outbreaks_are_forgotten'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('closing', 'Closing'), ('ranking', 'Ranking')], max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('reason', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('since_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
                ('edition', models.CharField(max_length=20)),
                ('as_at', models.DateTimeField(help_text='up to which moment the ledger was read', null=True)),
                ('done', models.IntegerField(default=0)),
                ('total', models.IntegerField(default=0)),
                ('answer', models.JSONField(default=dict)),
                ('trouble', models.CharField(blank=True, help_text='a code: why it failed', max_length=40)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('outbreak', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracing.outbreak')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['outbreak', '-asked_at'], name='question_by_outbreak')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_at__gte', models.F('since_at'))), name='question_span_has_a_length'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ranking'), ('place', None)), models.Q(('kind', 'closing'), ('place__isnull', False)), _connector='OR'), name='question_closes_a_place')],
            },
        ),
        migrations.RunSQL(FORGET, BEFORE),
    ]
