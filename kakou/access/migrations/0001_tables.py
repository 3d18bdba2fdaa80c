import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import kakou.access.destroying.rules
import kakou.kernel.ids
import kakou.web.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('enrolled_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
                ('clock_offset_ms', models.BigIntegerField(help_text='server minus device, at the last upload', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=64, unique=True)),
                ('display', models.CharField(default='', help_text='duty title shown beside what they did, not a name', max_length=64)),
                ('is_active', models.BooleanField(default=True)),
                ('is_drill', models.BooleanField(default=False, help_text='works on this machine only and needs no second factor')),
                ('created_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField(help_text='when somebody last gave a password or forgot the factor', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='staff_is_spelled_one_way')],
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='access.node')),
                ('second_superior', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('now', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('was', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('device', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolment', to='access.device')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.AddField(
            model_name='device',
            name='node',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node'),
        ),
        migrations.CreateModel(
            name='Badge',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('key_sealed', models.BinaryField(null=True)),
                ('issued_at', models.DateTimeField()),
                ('due_on', models.DateField(help_text='the first day on which it opens nothing any more')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badges', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('staff',), name='badge_once'), models.CheckConstraint(condition=models.Q(models.Q(('key_sealed__isnull', False), ('revoked_at', None)), models.Q(('key_sealed__isnull', True), ('revoked_at__isnull', False)), _connector='OR'), name='badge_revoked_has_no_key')],
            },
        ),
        migrations.CreateModel(
            name='MassExport',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('what', models.CharField(max_length=40)),
                ('detail', models.CharField(default='', max_length=64)),
                ('count', models.PositiveIntegerField(help_text='people')),
                ('state', models.CharField(choices=[('asked', 'asked'), ('released', 'released'), ('refused', 'refused'), ('taken', 'taken')], max_length=10)),
                ('taken_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['asked_by', '-asked_at'], name='export_by_asker')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'released', 'refused', 'taken'])), name='export_state'), models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('settled_by', models.F('asked_by')), _negated=True), _connector='OR'), name='export_takes_two')],
            },
        ),
        migrations.CreateModel(
            name='KeyDestruction',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('day', models.DateField(help_text='on which what these keys seal is due')),
                ('state', models.CharField(choices=[('asked', 'asked'), ('done', 'done'), ('refused', 'refused')], max_length=10)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['day', '-asked_at'], name='key_destruction_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'done', 'refused'])), name='key_destruction_state'), models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('settled_by', models.F('asked_by')), _negated=True), _connector='OR'), name='key_destruction_takes_two'), models.UniqueConstraint(condition=models.Q(('state', kakou.access.destroying.rules.DestructionState['ASKED'])), fields=('day',), name='key_destruction_asked_once')],
            },
        ),
        migrations.CreateModel(
            name='IncomingList',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('is_try', models.BooleanField(default=False, help_text='only checked, nothing is taken')),
                ('then', models.CharField(help_text='the page on which it is seen once it is in', max_length=300)),
                ('again', models.CharField(help_text='the page on which it was sent', max_length=300)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('refused', 'refused'), ('stopped', 'stopped'), ('lost', 'lost')], default='waiting', max_length=10)),
                ('stage', models.CharField(default='', max_length=10)),
                ('done', models.IntegerField(default=0)),
                ('of', models.IntegerField(default=0, help_text='rows; 0: nobody knows yet')),
                ('turn', models.UUIDField(help_text='of whoever takes it: nobody else ends it', null=True)),
                ('tries', models.SmallIntegerField(default=0, help_text='how often somebody began to take it')),
                ('to_be_stopped', models.BooleanField(default=False)),
                ('content', models.BinaryField(null=True)),
                ('result', models.BinaryField(null=True)),
                ('due_on', models.DateField(help_text='on which the key of both is destroyed')),
                ('sent_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(help_text='whose list it is', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['by', '-sent_at'], name='incoming_by_sender')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'refused', 'stopped', 'lost'])), name='incoming_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('ended_at', None), ('state__in', ['waiting', 'running'])), models.Q(models.Q(('state__in', ['waiting', 'running']), _negated=True), ('content', None), ('ended_at__isnull', False)), _connector='OR'), name='incoming_file_goes_with_its_end')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('gate_recorder', 'gate_recorder'), ('gate_lead', 'gate_lead'), ('community_worker', 'community_worker'), ('community_secretary', 'community_secretary'), ('street_liaison', 'street_liaison'), ('commander', 'commander'), ('enterprise_officer', 'enterprise_officer'), ('investigator', 'investigator'), ('auditor', 'auditor'), ('administrator', 'administrator')], max_length=32)),
                ('granted_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('staff', 'role', 'node'), name='grant_once'), models.CheckConstraint(condition=models.Q(('role__in', ['gate_recorder', 'gate_lead', 'community_worker', 'community_secretary', 'street_liaison', 'commander', 'enterprise_officer', 'investigator', 'auditor', 'administrator'])), name='grant_known_role')],
            },
        ),
        migrations.CreateModel(
            name='FactorRequest',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('asked', 'asked'), ('forgotten', 'forgotten'), ('refused', 'refused')], default='asked', max_length=10)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['staff', '-asked_at'], name='factor_request_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'forgotten', 'refused'])), name='factor_request_state'), models.CheckConstraint(condition=models.Q(('asked_by', models.F('staff')), _negated=True), name='factor_is_not_ones_own'), models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('settled_by', models.F('asked_by')), ('settled_by', models.F('staff')), _connector='OR', _negated=True), _connector='OR'), name='factor_is_forgotten_by_two')],
            },
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('depth', models.SmallIntegerField()),
                ('ancestor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='access.node')),
                ('descendant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ancestor', 'descendant'), name='closure_once')],
            },
        ),
        migrations.CreateModel(
            name='PhoneShift',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('xid', kakou.web.models.Xid8Field(db_default=django.db.models.expressions.RawSQL('pg_current_xact_id()', []), editable=False)),
                ('began', models.BigIntegerField()),
                ('ended', models.BigIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='access.device')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['xid'], name='phone_shift_commit_order')],
                'constraints': [models.UniqueConstraint(fields=('device', 'began'), name='phone_shift_told_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('ended', None)), models.Q(('closed_at__isnull', False), ('ended__isnull', False)), _connector='OR'), name='phone_shift_closed_by_both_clocks')],
            },
        ),
        migrations.CreateModel(
            name='RosterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None)),
                ('branch', models.CharField(blank=True, default='', help_text='party branch', max_length=64)),
                ('state', models.CharField(choices=[('home', 'home'), ('called', 'called'), ('there', 'there')], default='home', max_length=16)),
                ('since', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('staff', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='entry', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('post', None), ('since', None), ('state', 'home')), models.Q(models.Q(('state', 'home'), _negated=True), ('post__isnull', False), ('since__isnull', False)), _connector='OR'), name='roster_mobilised_somewhere'), models.CheckConstraint(condition=models.Q(('identities__contained_by', ['party_member', 'street_official', 'liaison', 'community_cadre', 'village_cadre', 'grid_worker', 'volunteer', 'medic'])), name='roster_known_identities')],
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=40)),
                ('subject', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['staff', 'what', 'at'], name='use_by_staff')],
            },
        ),
        migrations.CreateModel(
            name='PhoneState',
            fields=[
                ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='state', serialize=False, to='access.device')),
                ('heard_at', models.DateTimeField()),
                ('reached_since', models.DateTimeField(help_text='since when it says how it is without a longer pause')),
                ('shifts_since', models.DateTimeField(help_text='since when it tells its shifts; none: it does not', null=True)),
                ('clock_offset_ms', models.BigIntegerField(help_text='server minus device, when it said so')),
                ('queue', models.IntegerField(help_text='passages that it holds unsent')),
                ('oldest_at', models.DateTimeField(help_text="when the oldest of them happened, by the server's clock", null=True)),
                ('last_seq', models.BigIntegerField(help_text='the number of the last passage that it made')),
                ('most_seq', models.BigIntegerField(help_text='the highest such number that it ever said')),
                ('build', models.CharField(max_length=40)),
                ('battery', models.SmallIntegerField(help_text='percent', null=True)),
                ('charging', models.BooleanField(null=True)),
                ('storage_used', models.BigIntegerField(help_text='bytes', null=True)),
                ('storage_limit', models.BigIntegerField(help_text='bytes', null=True)),
                ('persisted', models.BooleanField(help_text='did the browser promise to keep its storage?', null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_seq__gte', 0), ('most_seq__gte', models.F('last_seq')), ('queue__gte', 0)), name='phone_state_counts_up'), models.CheckConstraint(condition=models.Q(('battery', None), ('battery__range', (0, 100)), _connector='OR'), name='phone_state_battery')],
            },
        ),
    ]
