import django.contrib.postgres.fields
import django.db.models.deletion
import kakou.kernel.ids
import pgtrigger.compiler
import pgtrigger.migrations
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
            name='CensusImport',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=16)),
                ('added', models.PositiveIntegerField()),
                ('changed', models.PositiveIntegerField()),
                ('same', models.PositiveIntegerField()),
                ('imported_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['node', '-imported_at'], name='census_by_node')],
            },
        ),
        migrations.CreateModel(
            name='CensusRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.UUIDField(help_text='no foreign key: whom an undone import wrote down is gone')),
                ('former', models.IntegerField(null=True)),
                ('census', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='people.censusimport')),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('category', models.CharField(choices=[('resident_registered', 'resident_registered'), ('resident_nonlocal', 'resident_nonlocal'), ('arrival', 'arrival'), ('visitor', 'visitor'), ('worker', 'worker'), ('driver', 'driver'), ('unknown', 'unknown')], max_length=20)),
                ('special', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('relation', models.CharField(blank=True, choices=[('head', 'head'), ('spouse', 'spouse'), ('child', 'child'), ('grandchild', 'grandchild'), ('parent', 'parent'), ('grandparent', 'grandparent'), ('sibling', 'sibling'), ('relative', 'relative'), ('other', 'other')], default='', help_text='to the head of the household: of those who share the door', max_length=12)),
                ('document_kind', models.CharField(blank=True, choices=[('10', '10'), ('14', '14'), ('15', '15'), ('16', '16'), ('20', '20'), ('34', '34'), ('99', '99')], max_length=2)),
                ('name_sealed', models.BinaryField()),
                ('document_sealed', models.BinaryField(null=True)),
                ('phone_sealed', models.BinaryField(null=True)),
                ('address_sealed', models.BinaryField(null=True)),
                ('document_index', models.BinaryField(max_length=16, null=True, unique=True)),
                ('phone_index', models.BinaryField(db_index=True, max_length=16, null=True)),
                ('name_index', models.BinaryField(db_index=True, max_length=16)),
                ('door_index', models.BinaryField(db_index=True, help_text='of the address, at this unit', max_length=16, null=True)),
                ('due_on', models.DateField(help_text='destroyed on this day: the data key of the sealed fields')),
                ('recorded_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['node', 'category'], name='person_by_node')],
                'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ['resident_registered', 'resident_nonlocal', 'arrival', 'visitor', 'worker', 'driver', 'unknown'])), name='person_known_category'), models.CheckConstraint(condition=models.Q(('relation__in', ['', 'head', 'spouse', 'child', 'grandchild', 'parent', 'grandparent', 'sibling', 'relative', 'other'])), name='person_known_relation'), models.CheckConstraint(condition=models.Q(models.Q(('document_index', None), ('document_kind', ''), ('document_sealed', None)), models.Q(models.Q(('document_kind', ''), _negated=True), ('document_index__isnull', False), ('document_sealed__isnull', False)), _connector='OR'), name='person_document_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='Distinct',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('said_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='distinct_once'), models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='distinct_is_another')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('portrait', 'portrait'), ('document', 'document'), ('other', 'other')], max_length=10)),
                ('media_type', models.CharField(max_length=10)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('sealed', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('due_on', models.DateField(help_text='that of the person, when it was added')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['portrait', 'document', 'other'])), name='attachment_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='PersonEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, serialize=False)),
                ('category', models.CharField(choices=[('resident_registered', 'resident_registered'), ('resident_nonlocal', 'resident_nonlocal'), ('arrival', 'arrival'), ('visitor', 'visitor'), ('worker', 'worker'), ('driver', 'driver'), ('unknown', 'unknown')], max_length=20)),
                ('special', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('relation', models.CharField(blank=True, choices=[('head', 'head'), ('spouse', 'spouse'), ('child', 'child'), ('grandchild', 'grandchild'), ('parent', 'parent'), ('grandparent', 'grandparent'), ('sibling', 'sibling'), ('relative', 'relative'), ('other', 'other')], default='', help_text='to the head of the household: of those who share the door', max_length=12)),
                ('document_kind', models.CharField(blank=True, choices=[('10', '10'), ('14', '14'), ('15', '15'), ('16', '16'), ('20', '20'), ('34', '34'), ('99', '99')], max_length=2)),
                ('name_sealed', models.BinaryField()),
                ('document_sealed', models.BinaryField(null=True)),
                ('phone_sealed', models.BinaryField(null=True)),
                ('address_sealed', models.BinaryField(null=True)),
                ('due_on', models.DateField(help_text='destroyed on this day: the data key of the sealed fields')),
                ('recorded_at', models.DateTimeField()),
                ('node', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.node')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='people.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Proxy',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('is_guardian', models.BooleanField(default=False)),
                ('named_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('answers', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proxies', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person', 'answers'), name='proxy_once'), models.CheckConstraint(condition=models.Q(('person', models.F('answers')), _negated=True), name='proxy_is_another')],
            },
        ),
        migrations.CreateModel(
            name='SameSubject',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('subject', models.UUIDField()),
                ('same_as', models.UUIDField(db_index=True)),
                ('merged_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('subject',), name='same_subject_once'), models.CheckConstraint(condition=models.Q(('subject', models.F('same_as')), _negated=True), name='same_subject_is_another')],
            },
        ),
        migrations.CreateModel(
            name='SearchKey',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('found', models.SmallIntegerField(choices=[(1, 'INITIALS'), (2, 'LAST_FOUR')])),
                ('value', models.BinaryField(max_length=16)),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['value', 'found'], name='search_by_value')],
            },
        ),
        migrations.CreateModel(
            name='Vehicle',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('standard', 'standard'), ('new_energy_small', 'new_energy_small'), ('new_energy_large', 'new_energy_large'), ('police', 'police'), ('emergency', 'emergency'), ('trailer', 'trailer'), ('learner', 'learner'), ('hk_macao', 'hk_macao'), ('embassy', 'embassy'), ('consulate', 'consulate'), ('temporary', 'temporary'), ('armed_police', 'armed_police'), ('military', 'military'), ('other', 'other')], max_length=20)),
                ('lives_here', models.BooleanField(default=False)),
                ('plate_sealed', models.BinaryField()),
                ('plate_index', models.BinaryField(max_length=16, unique=True)),
                ('last_four_index', models.BinaryField(db_index=True, max_length=16)),
                ('due_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lives_here', True)), fields=['node'], name='vehicle_at_home')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['standard', 'new_energy_small', 'new_energy_large', 'police', 'emergency', 'trailer', 'learner', 'hk_macao', 'embassy', 'consulate', 'temporary', 'armed_police', 'military', 'other'])), name='vehicle_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='VehicleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, serialize=False)),
                ('kind', models.CharField(choices=[('standard', 'standard'), ('new_energy_small', 'new_energy_small'), ('new_energy_large', 'new_energy_large'), ('police', 'police'), ('emergency', 'emergency'), ('trailer', 'trailer'), ('learner', 'learner'), ('hk_macao', 'hk_macao'), ('embassy', 'embassy'), ('consulate', 'consulate'), ('temporary', 'temporary'), ('armed_police', 'armed_police'), ('military', 'military'), ('other', 'other')], max_length=20)),
                ('lives_here', models.BooleanField(default=False)),
                ('plate_sealed', models.BinaryField()),
                ('due_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('node', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.node')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='people.vehicle')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."address_sealed" IS DISTINCT FROM (NEW."address_sealed") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."document_kind" IS DISTINCT FROM (NEW."document_kind") OR OLD."document_sealed" IS DISTINCT FROM (NEW."document_sealed") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name_sealed" IS DISTINCT FROM (NEW."name_sealed") OR OLD."node_id" IS DISTINCT FROM (NEW."node_id") OR OLD."phone_sealed" IS DISTINCT FROM (NEW."phone_sealed") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."relation" IS DISTINCT FROM (NEW."relation") OR OLD."special" IS DISTINCT FROM (NEW."special"))', func='INSERT INTO "people_personevent" ("address_sealed", "category", "document_kind", "document_sealed", "due_on", "id", "name_sealed", "node_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_sealed", "recorded_at", "relation", "special") VALUES (OLD."address_sealed", OLD."category", OLD."document_kind", OLD."document_sealed", OLD."due_on", OLD."id", OLD."name_sealed", OLD."node_id", NOW(), \'update\', OLD."id", OLD."phone_sealed", OLD."recorded_at", OLD."relation", OLD."special"); RETURN NULL;', hash='bba5f4b178db54331da40bbb491abbe5fe70208b', operation='UPDATE', pgid='pgtrigger_update_update_de829', table='people_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "people_personevent" ("address_sealed", "category", "document_kind", "document_sealed", "due_on", "id", "name_sealed", "node_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_sealed", "recorded_at", "relation", "special") VALUES (OLD."address_sealed", OLD."category", OLD."document_kind", OLD."document_sealed", OLD."due_on", OLD."id", OLD."name_sealed", OLD."node_id", NOW(), \'delete\', OLD."id", OLD."phone_sealed", OLD."recorded_at", OLD."relation", OLD."special"); RETURN NULL;', hash='0b6ca0eb82374c909e3fb48bdaffe01704005518', operation='DELETE', pgid='pgtrigger_delete_delete_2ca2d', table='people_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lives_here" IS DISTINCT FROM (NEW."lives_here") OR OLD."node_id" IS DISTINCT FROM (NEW."node_id") OR OLD."plate_sealed" IS DISTINCT FROM (NEW."plate_sealed") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at"))', func='INSERT INTO "people_vehicleevent" ("due_on", "id", "kind", "lives_here", "node_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plate_sealed", "recorded_at") VALUES (OLD."due_on", OLD."id", OLD."kind", OLD."lives_here", OLD."node_id", NOW(), \'update\', OLD."id", OLD."plate_sealed", OLD."recorded_at"); RETURN NULL;', hash='37ba37db886ec593851cf9bcbff8f1549ef5389b', operation='UPDATE', pgid='pgtrigger_update_update_87847', table='people_vehicle', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='vehicle',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "people_vehicleevent" ("due_on", "id", "kind", "lives_here", "node_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plate_sealed", "recorded_at") VALUES (OLD."due_on", OLD."id", OLD."kind", OLD."lives_here", OLD."node_id", NOW(), \'delete\', OLD."id", OLD."plate_sealed", OLD."recorded_at"); RETURN NULL;', hash='19b156df1d5e9278fa23c27970a2d758febf6ed5', operation='DELETE', pgid='pgtrigger_delete_delete_bf620', table='people_vehicle', when='AFTER')),
        ),
    ]
