import django.db.models.deletion
import kakou.kernel.ids
import kakou.services.rules.codes
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
            name='ApiKey',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.CreateModel(
            name='Inlet',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('wecom', 'wecom'), ('dingtalk', 'dingtalk'), ('feishu', 'feishu'), ('mailbox', 'mailbox')], max_length=10)),
                ('name', models.CharField(max_length=64)),
                ('row', models.UUIDField(default=kakou.kernel.ids.new_id, unique=True)),
                ('known_sealed', models.BinaryField(help_text='secrets of a robot, or the account of a mailbox')),
                ('enabled', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField(help_text='when something last came, or the mailbox was last looked into', null=True)),
                ('trouble', models.CharField(blank=True, default='', help_text='why it could not be looked into', max_length=20)),
                ('stuck', models.JSONField(default=dict, help_text='mails that could not be fetched, as rules.stuck keeps them')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['wecom', 'dingtalk', 'feishu', 'mailbox'])), name='inlet_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('mark', models.BinaryField(max_length=16)),
                ('at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('inlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.inlet')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='heard_by_time')],
                'constraints': [models.UniqueConstraint(fields=('inlet', 'mark'), name='inlet_heard_once')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('page', 'page'), ('phone', 'phone'), ('desk', 'desk'), ('letterbox', 'letterbox'), ('message', 'message'), ('mail', 'mail'), ('program', 'program')], max_length=10)),
                ('mark', models.BinaryField(max_length=16)),
                ('text_sealed', models.BinaryField()),
                ('contact_sealed', models.BinaryField(null=True)),
                ('category', models.CharField(choices=[('medical', 'medical'), ('danger', 'danger'), ('supplies', 'supplies'), ('gate', 'gate'), ('facilities', 'facilities'), ('environment', 'environment'), ('neighbours', 'neighbours'), ('enterprise', 'enterprise'), ('other', 'other')], max_length=12)),
                ('said_at', models.DateTimeField(help_text='as the message tells', null=True)),
                ('came_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waits', 'waits'), ('taken', 'taken'), ('discarded', 'discarded')], default='waits', max_length=9)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', help_text='why it was discarded', max_length=200)),
                ('due_on', models.DateField(help_text='on which it is destroyed, decided or not')),
                ('brought_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inlet', models.ForeignKey(help_text='none: pasted', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.inlet')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waits')), fields=['node', 'came_at'], name='proposal_waiting'), models.Index(fields=['due_on'], name='proposal_due')],
                'constraints': [models.UniqueConstraint(fields=('node', 'mark'), name='proposal_once'), models.CheckConstraint(condition=models.Q(('category__in', ['medical', 'danger', 'supplies', 'gate', 'facilities', 'environment', 'neighbours', 'enterprise', 'other'])), name='proposal_category'), models.CheckConstraint(condition=models.Q(('channel__in', ['page', 'phone', 'desk', 'letterbox', 'message', 'mail', 'program'])), name='proposal_channel'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waits')), models.Q(('decided_at__isnull', False), ('state__in', ['taken', 'discarded'])), _connector='OR'), name='proposal_decided_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(default=kakou.services.rules.codes.random_code, max_length=9, unique=True)),
                ('key', models.UUIDField(unique=True)),
                ('category', models.CharField(choices=[('medical', 'medical'), ('danger', 'danger'), ('supplies', 'supplies'), ('gate', 'gate'), ('facilities', 'facilities'), ('environment', 'environment'), ('neighbours', 'neighbours'), ('enterprise', 'enterprise'), ('other', 'other')], max_length=12)),
                ('channel', models.CharField(choices=[('page', 'page'), ('phone', 'phone'), ('desk', 'desk'), ('letterbox', 'letterbox'), ('message', 'message'), ('mail', 'mail'), ('program', 'program')], max_length=10)),
                ('language', models.CharField(max_length=10)),
                ('text_sealed', models.BinaryField()),
                ('contact_sealed', models.BinaryField(null=True)),
                ('point_sealed', models.BinaryField(help_text='where exactly: longitude and latitude, WGS 84', null=True)),
                ('last_four', models.BinaryField(max_length=16, null=True)),
                ('box', models.CharField(blank=True, default='', help_text='the letterbox in which it lay', max_length=64)),
                ('reported_at', models.DateTimeField()),
                ('rating', models.CharField(blank=True, choices=[('very', 'very'), ('ok', 'ok'), ('not', 'not')], default='', max_length=4)),
                ('rated_at', models.DateTimeField(null=True)),
                ('remark_sealed', models.BinaryField(null=True)),
                ('was_reopened', models.BooleanField(default=False, help_text='because the reporter was not satisfied: once')),
                ('wants_word', models.BooleanField(default=False, help_text='whoever reported wants to be told what becomes of it')),
                ('wrong', models.PositiveSmallIntegerField(default=0, help_text='how often the last four were told wrongly')),
                ('due_on', models.DateField(help_text='on which it is destroyed, if it is closed by then')),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workorders.workorder')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('rated_by', models.ForeignKey(help_text='who called back; none: the reporter', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(help_text='who wrote it down for somebody', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['node', '-reported_at'], name='request_by_node'), models.Index(fields=['handler', '-reported_at'], name='request_by_handler'), models.Index(fields=['reported_at'], name='request_by_time'), models.Index(fields=['due_on'], name='request_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ['medical', 'danger', 'supplies', 'gate', 'facilities', 'environment', 'neighbours', 'enterprise', 'other'])), name='request_category'), models.CheckConstraint(condition=models.Q(('channel__in', ['page', 'phone', 'desk', 'letterbox', 'message', 'mail', 'program'])), name='request_channel'), models.CheckConstraint(condition=models.Q(models.Q(('rated_at', None), ('rated_by', None), ('rating', '')), models.Q(('rated_at__isnull', False), ('rating__in', ['very', 'ok', 'not'])), _connector='OR'), name='request_rated_at_a_time'), models.CheckConstraint(condition=models.Q(('contact_sealed__isnull', False), ('last_four', None), _connector='OR'), name='request_four_of_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('media_type', models.CharField(max_length=10)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('sealed', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('proposal', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photo', to='services.proposal')),
                ('request', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='photo', to='services.request')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('request', None)), fields=['added_at'], name='photo_unclaimed')],
            },
        ),
    ]
