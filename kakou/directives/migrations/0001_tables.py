import django.db.models.deletion
import kakou.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_tables'),
        ('access', '__first__'),
        ('workorders', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Directive',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField(help_text='what is sent twice under the same key is one directive', unique=True)),
                ('number', models.CharField(max_length=64)),
                ('issuer', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=120)),
                ('text', models.TextField(max_length=4000)),
                ('acknowledge_by', models.DateTimeField()),
                ('deadline', models.DateTimeField()),
                ('issued_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(default='', max_length=200)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='directives.directive')),
            ],
            options={
                'indexes': [models.Index(fields=['node', '-issued_at'], name='directive_by_node')],
                'constraints': [models.CheckConstraint(condition=models.Q(('acknowledge_by__gt', models.F('issued_at')), ('deadline__gte', models.F('acknowledge_by'))), name='directive_times_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None), ('ended_by', None), ('replaced_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='directive_ended_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('units', models.PositiveIntegerField()),
                ('channels', models.PositiveIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='directives.directive')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('unit', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('reported', 'reported'), ('accepted', 'accepted'), ('dispatched', 'dispatched'), ('in_progress', 'in_progress'), ('returned', 'returned'), ('answered', 'answered'), ('verified', 'verified'), ('closed', 'closed'), ('duplicate', 'duplicate'), ('reopened', 'reopened')], default='reported', max_length=12)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(help_text='when a channel that serves the unit was last told', null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='directives.directive')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workorders.workorder')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directive', 'node'), name='task_once_for_a_unit'), models.CheckConstraint(condition=models.Q(('state__in', ['reported', 'accepted', 'dispatched', 'in_progress', 'returned', 'answered', 'verified', 'closed', 'duplicate', 'reopened'])), name='task_known_state')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('media_type', models.CharField(max_length=16)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('sealed', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='directives.directive')),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='directives.task')),
            ],
            options={
                'indexes': [models.Index(fields=['due_on'], name='paper_due')],
            },
        ),
    ]
