from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=64)),
                ('by', models.BigIntegerField(null=True)),
                ('subject', models.CharField(blank=True, max_length=64)),
                ('node', models.BigIntegerField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('prev_hash', models.BinaryField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'seq'], name='audit_by_subject'), models.Index(fields=['node', 'seq'], name='audit_by_node'), models.Index(fields=['by', 'seq'], name='audit_by_staff')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='audit_counts_from_one')],
            },
        ),
    ]
