import django.db.models.deletion
import kakou.kernel.ids
import kakou.screening.models.passes
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_tables'),
        ('access', '__first__'),
        ('people', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeverCase',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('resting', 'resting'), ('to_isolate', 'to_isolate'), ('isolated', 'isolated'), ('told', 'told'), ('on_the_way', 'on_the_way'), ('ended', 'ended')], max_length=12)),
                ('outcome', models.CharField(choices=[('normal_on_retest', 'normal_on_retest'), ('sent_to_fever_clinic', 'sent_to_fever_clinic'), ('refused', 'refused'), ('left', 'left'), ('mistake', 'mistake'), ('other', 'other')], default='', max_length=24)),
                ('limit', models.SmallIntegerField(help_text='of the pack that held: tenths of a degree')),
                ('first', models.SmallIntegerField(help_text='first temperature, tenths of a degree')),
                ('second', models.SmallIntegerField(null=True)),
                ('version', models.CharField(help_text='of the pack', max_length=60)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='when the next step is overdue; none when it ended', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'ended'), _negated=True), fields=['node', 'due_at'], name='fever_open_by_node')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['resting', 'to_isolate', 'isolated', 'told', 'on_the_way', 'ended'])), name='fever_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('ended_at__isnull', False), ('state', 'ended')), models.Q(models.Q(('state', 'ended'), _negated=True), ('due_at__isnull', False), ('ended_at', None), ('outcome', '')), _connector='OR'), name='fever_ends_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ended'), _negated=True), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='fever_end_has_an_outcome')],
            },
        ),
        migrations.CreateModel(
            name='FeverEvent',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('opened', 'opened'), ('normal', 'normal'), ('still_high', 'still_high'), ('isolated', 'isolated'), ('told', 'told'), ('fetched', 'fetched'), ('arrived', 'arrived'), ('ended', 'ended'), ('noted', 'noted'), ('taken_up', 'taken_up')], max_length=12)),
                ('before', models.CharField(help_text='state before it; the same for a note', max_length=12)),
                ('at', models.DateTimeField(help_text='when it happened, as said')),
                ('recorded_at', models.DateTimeField()),
                ('device', models.IntegerField(help_text='the phone that sent it; none: from a page, or by the ledger', null=True)),
                ('facts', models.JSONField(default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='screening.fevercase')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'recorded_at'], name='fever_event_by_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(('step__in', ['opened', 'normal', 'still_high', 'isolated', 'told', 'fetched', 'arrived', 'ended', 'noted', 'taken_up'])), name='fever_known_step')],
            },
        ),
        migrations.CreateModel(
            name='Pass',
            fields=[
                ('id', models.UUIDField(default=kakou.screening.models.passes.random_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('resident', 'resident'), ('worker', 'worker'), ('visitor', 'visitor'), ('vehicle', 'vehicle')], max_length=10)),
                ('household', models.BinaryField(help_text='blind index of unit and door', max_length=16, null=True)),
                ('door_sealed', models.BinaryField(help_text='building, stairs, room as written', null=True)),
                ('due_on', models.DateField(help_text='on which what is sealed is destroyed')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(help_text='the last day; none: until it is cancelled', null=True)),
                ('issued_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(default='', max_length=200)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.vehicle')),
            ],
            options={
                'indexes': [models.Index(fields=['node', 'cancelled_at'], name='pass_by_node'), models.Index(condition=models.Q(('household__isnull', False)), fields=['household'], name='pass_by_household')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('vehicle', None)), models.Q(('person', None), ('vehicle__isnull', False)), _connector='OR'), name='pass_is_of_somebody'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='pass_ends_later'), models.CheckConstraint(condition=models.Q(models.Q(('door_sealed', None), ('household', None)), models.Q(('door_sealed__isnull', False), ('household__isnull', False)), _connector='OR'), name='pass_door_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('unit_kind', models.CharField(blank=True, choices=[('county', 'county'), ('zone', 'zone'), ('street', 'street'), ('community_urban', 'community_urban'), ('community_rural', 'community_rural'), ('compound', 'compound'), ('urban_village', 'urban_village'), ('village', 'village'), ('village_group', 'village_group'), ('enterprise', 'enterprise'), ('site', 'site'), ('place', 'place')], default='', max_length=16)),
                ('version', models.CharField(max_length=60)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['node', 'starts_at'], name='publication_by_node')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='publication_ends_later')],
            },
        ),
        migrations.CreateModel(
            name='RiskArea',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=100)),
                ('level', models.CharField(choices=[('low', 'low'), ('prevention', 'prevention'), ('control', 'control'), ('medium', 'medium'), ('high', 'high'), ('lockdown', 'lockdown')], max_length=10)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('source', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['ends_on'], name='area_by_end')],
                'constraints': [models.UniqueConstraint(fields=('code', 'level', 'starts_on'), name='area_once'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='area_ends_later'), models.CheckConstraint(condition=models.Q(('level__in', ('low', 'prevention', 'control', 'medium', 'high', 'lockdown'))), name='area_known_level')],
            },
        ),
        migrations.CreateModel(
            name='RiskAreaEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=100)),
                ('level', models.CharField(choices=[('low', 'low'), ('prevention', 'prevention'), ('control', 'control'), ('medium', 'medium'), ('high', 'high'), ('lockdown', 'lockdown')], max_length=10)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('source', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='screening.riskarea')),
                ('recorded_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SpotAudit',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('node_id', models.IntegerField()),
                ('shift_start', models.DateTimeField()),
                ('drawn_at', models.DateTimeField()),
                ('answers', models.JSONField(null=True)),
                ('note', models.CharField(default='', max_length=200)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['node_id', 'shift_start'], name='spot_audit_by_shift')],
            },
        ),
        migrations.CreateModel(
            name='TrustList',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('content', models.BinaryField(help_text='ZIP of the folder')),
                ('digest', models.BinaryField(max_length=32)),
                ('keys', models.PositiveIntegerField()),
                ('revoked', models.PositiveIntegerField()),
                ('dated', models.DateTimeField(null=True)),
                ('valid_until', models.DateTimeField(null=True)),
                ('imported_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('withdrawn_at', None)), fields=['name', '-imported_at'], name='trust_latest')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('number', models.PositiveIntegerField()),
                ('content', models.TextField(help_text='canonical JSON: what is hashed and signed')),
                ('digest', models.BinaryField(max_length=32)),
                ('signature', models.BinaryField(help_text="ES256 of this installation's bundle key over the content", max_length=64)),
                ('based_on', models.CharField(help_text='version it was made from', max_length=60)),
                ('note', models.CharField(default='', max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='edition_once'), models.CheckConstraint(condition=models.Q(('number__gt', 1)), name='edition_1_is_shipped')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='riskarea',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "screening_riskareaevent" ("code", "ends_on", "id", "level", "name", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "source", "starts_on") VALUES (OLD."code", OLD."ends_on", OLD."id", OLD."level", OLD."name", NOW(), \'update\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."source", OLD."starts_on"); RETURN NULL;', hash='ab10e17f0de1e6d5fb885560054fc87437127c33', operation='UPDATE', pgid='pgtrigger_update_update_0d3d2', table='screening_riskarea', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='riskarea',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "screening_riskareaevent" ("code", "ends_on", "id", "level", "name", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "source", "starts_on") VALUES (OLD."code", OLD."ends_on", OLD."id", OLD."level", OLD."name", NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."source", OLD."starts_on"); RETURN NULL;', hash='53857650e5423955b040e1f3b068af4188ff5a45', operation='DELETE', pgid='pgtrigger_delete_delete_cf5b5', table='screening_riskarea', when='AFTER')),
        ),
    ]
