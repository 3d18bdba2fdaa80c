import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField(help_text="first day of the story, in the site's zone")),
                ('until', models.DateTimeField(help_text='nothing happens from here on')),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=2)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=2)),
                ('but_people', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=2)),
                ('but_days', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=2)),
                ('device', models.SmallIntegerField(help_text="which of a gate's phones tells this share")),
                ('window_ms', models.IntegerField()),
                ('batch', models.SmallIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('cancelled', 'cancelled'), ('failed', 'failed'), ('done', 'done')], default='waiting', max_length=16)),
                ('asked_to_stop', models.BooleanField(default=False)),
                ('permille', models.SmallIntegerField(default=0, help_text="of the story's time played")),
                ('counts', models.JSONField(default=dict, help_text="items by the intake's answer")),
                ('trouble', models.CharField(default='', help_text='code of what ended it, if something did', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('beat_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'cancelled', 'failed', 'done'])), name='drill_known_state'), models.UniqueConstraint(fields=('device',), name='drill_chain_once')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('seed', models.BigIntegerField()),
                ('unit_nodes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('entrance_nodes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('recorders', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('people', models.IntegerField(default=0, help_text='residents registered so far: numbers 0 to people - 1')),
                ('goes_on', models.BooleanField(default=True, help_text='the story goes on as time passes')),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='drill_settles_once')],
            },
        ),
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('at', models.DateTimeField(help_text='when it began: what the file calls now')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='drill_trains_once')],
            },
        ),
        migrations.CreateModel(
            name='Phone',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('gate', models.IntegerField(help_text='entrance number of the world')),
                ('token', models.BinaryField(help_text='sealed: only the phone knows it')),
                ('acked', models.BigIntegerField(default=0, help_text='sequence number up to which the server has answered')),
                ('head', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', help_text='hash of that item, in hex', max_length=64)),
                ('last', models.BinaryField(help_text='that item, sealed: sent again when there is nothing else to say', null=True)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.device')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='drill.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'gate'), name='drill_phone_once')],
            },
        ),
    ]
