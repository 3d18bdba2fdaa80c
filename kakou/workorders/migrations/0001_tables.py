import django.db.models.deletion
import kakou.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_tables'),
        ('access', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='SiteDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('is_worked', models.BooleanField()),
                ('note', models.CharField(default='', max_length=80)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WorkOrder',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('cause', models.CharField(help_text='id of what it is about, unique among open orders of the kind', max_length=80)),
                ('recurs', models.BooleanField(default=False, help_text='its cause is a condition, which may come back as a new order')),
                ('state', models.CharField(choices=[('reported', 'reported'), ('accepted', 'accepted'), ('dispatched', 'dispatched'), ('in_progress', 'in_progress'), ('returned', 'returned'), ('answered', 'answered'), ('verified', 'verified'), ('closed', 'closed'), ('duplicate', 'duplicate'), ('reopened', 'reopened')], default='reported', max_length=12)),
                ('urgency', models.CharField(choices=[('normal', 'normal'), ('urgent', 'urgent'), ('emergency', 'emergency')], default='normal', max_length=10)),
                ('facts', models.JSONField(default=dict, help_text='ids, codes, numbers, times: nothing personal')),
                ('opened_at', models.DateTimeField()),
                ('begun_at', models.DateTimeField(help_text='from when on its clocks run: opened, or opened again')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer_due_at', models.DateTimeField(help_text='when it was due as it was answered', null=True)),
                ('pauses', models.JSONField(default=list, help_text='[since, until] of each, in the order of time')),
                ('due_at', models.DateTimeField()),
                ('due_clock', models.CharField(choices=[('accept', 'accept'), ('dispatch', 'dispatch'), ('respond', 'respond'), ('finish', 'finish'), ('verify', 'verify')], default='finish', max_length=10)),
                ('due_provisional', models.BooleanField(default=False, help_text='counts on days of rest that are not announced yet')),
                ('escalate_at', models.DateTimeField(help_text='when it is passed on; none: ended, or at the top', null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('answers_node', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('closed_by', models.ForeignKey(help_text='none: the matter healed of itself', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duplicate_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='workorders.workorder')),
                ('first_node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'cause', '-opened_at'], name='order_by_cause'), models.Index(condition=models.Q(('state__in', ['closed', 'duplicate']), _negated=True), fields=['node', 'due_at'], name='order_open_by_node'), models.Index(condition=models.Q(('escalate_at__isnull', False)), fields=['escalate_at'], name='order_to_pass_on'), models.Index(condition=models.Q(('state__in', ['closed', 'duplicate']), _negated=True), fields=['owner', 'due_at'], name='order_open_by_owner'), models.Index(condition=models.Q(('closed_by__isnull', False)), fields=['closed_by', 'closed_at'], name='order_by_closer'), models.Index(fields=['opened_at'], name='order_by_opening')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['closed', 'duplicate']), _negated=True), fields=('kind', 'cause'), name='order_open_once'), models.UniqueConstraint(condition=models.Q(('recurs', False)), fields=('kind', 'cause'), name='order_of_an_event_once'), models.CheckConstraint(condition=models.Q(('state__in', ['reported', 'accepted', 'dispatched', 'in_progress', 'returned', 'answered', 'verified', 'closed', 'duplicate', 'reopened'])), name='order_known_state'), models.CheckConstraint(condition=models.Q(('urgency__in', ['normal', 'urgent', 'emergency'])), name='order_known_urgency'), models.CheckConstraint(condition=models.Q(('due_clock__in', ['accept', 'dispatch', 'respond', 'finish', 'verify'])), name='order_known_clock'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('escalate_at', None), ('state__in', ['closed', 'duplicate'])), models.Q(models.Q(('state__in', ['closed', 'duplicate']), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='order_closed_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('duplicate_of__isnull', False), ('state', 'duplicate')), models.Q(models.Q(('state', 'duplicate'), _negated=True), ('duplicate_of', None)), _connector='OR'), name='order_duplicate_of_one')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(null=True, unique=True)),
                ('kind', models.CharField(choices=[('opened', 'opened'), ('accepted', 'accepted'), ('dispatched', 'dispatched'), ('begun', 'begun'), ('returned', 'returned'), ('answered', 'answered'), ('verified', 'verified'), ('closed', 'closed'), ('duplicate', 'duplicate'), ('reopened', 'reopened'), ('owner_named', 'owner_named'), ('helper_joined', 'helper_joined'), ('helper_left', 'helper_left'), ('noted', 'noted'), ('proved', 'proved'), ('paused', 'paused'), ('resumed', 'resumed'), ('escalated', 'escalated'), ('came_late', 'came_late')], max_length=14)),
                ('at', models.DateTimeField()),
                ('facts', models.JSONField(default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first_node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='workorders.workorder')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'accepted', 'dispatched', 'begun', 'returned', 'answered', 'verified', 'closed', 'duplicate', 'reopened', 'owner_named', 'helper_joined', 'helper_left', 'noted', 'proved', 'paused', 'resumed', 'escalated', 'came_late'])), name='step_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('joined_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('first_node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='helpers', to='workorders.workorder')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('order', 'staff'), name='helper_once')],
            },
        ),
        migrations.CreateModel(
            name='Exhibit',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('proof', models.CharField(choices=[('photo', 'photo'), ('signature', 'signature')], max_length=10)),
                ('media_type', models.CharField(max_length=10)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('sealed', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('first_node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exhibits', to='workorders.workorder')),
            ],
            options={
                'indexes': [models.Index(fields=['due_on'], name='exhibit_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('proof__in', ['photo', 'signature'])), name='exhibit_is_shown')],
            },
        ),
    ]
