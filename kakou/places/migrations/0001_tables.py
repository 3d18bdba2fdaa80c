import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
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
            name='Entrance',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('compound_gate', 'compound_gate'), ('road_checkpoint', 'road_checkpoint'), ('village_path', 'village_path'), ('enterprise_gate', 'enterprise_gate'), ('site_gate', 'site_gate')], max_length=16)),
                ('state', models.CharField(choices=[('staffed', 'staffed'), ('sealed', 'sealed'), ('emergency_only', 'emergency_only'), ('closed', 'closed')], default='staffed', max_length=16)),
                ('is_inner', models.BooleanField(default=False, help_text='a reading inside the unit: nobody comes in or goes out by it')),
                ('seal_material', models.CharField(default='', max_length=64)),
                ('sealed_at', models.DateTimeField(null=True)),
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('opener', models.ForeignKey(help_text='opens the seal in an emergency', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['compound_gate', 'road_checkpoint', 'village_path', 'enterprise_gate', 'site_gate'])), name='entrance_kind'), models.CheckConstraint(condition=models.Q(('state__in', ['staffed', 'sealed', 'emergency_only', 'closed'])), name='entrance_state'), models.CheckConstraint(condition=models.Q(models.Q(('sealed_at__isnull', False), ('state', 'sealed'), models.Q(('seal_material', ''), _negated=True)), models.Q(models.Q(('state', 'sealed'), _negated=True), ('seal_material', ''), ('sealed_at', None)), _connector='OR'), name='entrance_seal_is_described')],
            },
        ),
        migrations.CreateModel(
            name='Geometry',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('shape', models.JSONField()),
                ('west', models.FloatField()),
                ('south', models.FloatField()),
                ('east', models.FloatField()),
                ('north', models.FloatField()),
                ('lon', models.FloatField(help_text='of its middle, degrees')),
                ('lat', models.FloatField()),
                ('source', models.CharField(choices=[('surveyed', 'surveyed'), ('picked', 'picked'), ('imported', 'imported')], max_length=10)),
                ('measured_on', models.DateField()),
                ('set_at', models.DateTimeField()),
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['lon', 'lat'], name='geometry_by_middle')],
                'constraints': [models.CheckConstraint(condition=models.Q(('shape__type__in', ['Point', 'LineString', 'Polygon'])), name='geometry_known_kind'), models.CheckConstraint(condition=models.Q(('source__in', ['surveyed', 'picked', 'imported'])), name='geometry_source'), models.CheckConstraint(condition=models.Q(('east__lte', 180), ('north__lte', 90), ('south__gte', -90), ('west__gte', -180), ('lat__gte', models.F('south')), ('lat__lte', models.F('north')), ('lon__gte', models.F('west')), ('lon__lte', models.F('east'))), name='geometry_middle_in_its_box')],
            },
        ),
        migrations.CreateModel(
            name='GeometryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.IntegerField()),
                ('shape', models.JSONField()),
                ('west', models.FloatField()),
                ('south', models.FloatField()),
                ('east', models.FloatField()),
                ('north', models.FloatField()),
                ('lon', models.FloatField(help_text='of its middle, degrees')),
                ('lat', models.FloatField()),
                ('source', models.CharField(choices=[('surveyed', 'surveyed'), ('picked', 'picked'), ('imported', 'imported')], max_length=10)),
                ('measured_on', models.DateField()),
                ('set_at', models.DateTimeField()),
                ('node', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.node')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='places.geometry')),
                ('set_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Recut',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('moved', 'moved'), ('split', 'split'), ('merged', 'merged'), ('parted', 'parted')], max_length=6)),
                ('parts', models.JSONField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='places.recut')),
            ],
            options={
                'indexes': [models.Index(fields=['node', 'at'], name='recut_by_node')],
                'constraints': [models.CheckConstraint(condition=models.Q(('act__in', ['moved', 'split', 'merged', 'parted'])), name='recut_known_act'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='recut_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Responsible',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('title', models.CharField(help_text='the office, such as secretary of the branch', max_length=64)),
                ('name_sealed', models.BinaryField()),
                ('phone_sealed', models.BinaryField(null=True)),
                ('due_on', models.DateField(help_text='the day on which name and telephone are destroyed')),
                ('named_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('node',), name='responsible_once'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='responsible_has_an_office')],
            },
        ),
        migrations.CreateModel(
            name='SealPicture',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('media_type', models.CharField(max_length=10)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('sealed', models.BinaryField()),
                ('due_on', models.DateField()),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
        ),
        migrations.CreateModel(
            name='Serving',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('headcount', models.PositiveIntegerField(null=True)),
                ('counted_on', models.DateField(null=True)),
                ('counted_by', models.CharField(blank=True, default='', max_length=64)),
                ('set_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('server', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'server'), name='serving_once'), models.CheckConstraint(condition=models.Q(('headcount', None), models.Q(('counted_on__isnull', False), models.Q(('counted_by', ''), _negated=True)), _connector='OR'), name='serving_count_is_dated')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('county', 'county'), ('zone', 'zone'), ('street', 'street'), ('community_urban', 'community_urban'), ('community_rural', 'community_rural'), ('compound', 'compound'), ('urban_village', 'urban_village'), ('village', 'village'), ('village_group', 'village_group'), ('enterprise', 'enterprise'), ('site', 'site'), ('place', 'place')], max_length=16)),
                ('name', models.CharField(max_length=64)),
                ('code', models.CharField(help_text='division code, with a local suffix', max_length=32, null=True, unique=True)),
                ('residents', models.PositiveIntegerField(null=True)),
                ('nonlocals', models.PositiveIntegerField(null=True)),
                ('counted_on', models.DateField(null=True)),
                ('counted_by', models.CharField(default='', help_text='where the two counts come from', max_length=64)),
                ('merged_into', models.ForeignKey(help_text='a part of that one since', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='places.unit')),
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['county', 'zone', 'street', 'community_urban', 'community_rural', 'compound', 'urban_village', 'village', 'village_group', 'enterprise', 'site', 'place'])), name='unit_known_kind'), models.CheckConstraint(condition=models.Q(models.Q(('nonlocals', None), ('residents', None)), models.Q(('counted_on__isnull', False), models.Q(('counted_by', ''), _negated=True)), _connector='OR'), name='unit_counts_are_dated'), models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='unit_is_no_part_of_itself')],
            },
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('management', models.CharField(choices=[('open', 'open'), ('closed', 'closed'), ('lockdown', 'lockdown'), ('control', 'control'), ('prevention', 'prevention')], max_length=16)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('set_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='places.unit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('management__in', ['open', 'closed', 'lockdown', 'control', 'prevention'])), name='period_known'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='period_ends_later'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('unit'), models.F('unit'), models.Value('[]'), function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&'), (models.Func(models.F('starts_at'), models.F('ends_at'), django.contrib.postgres.fields.ranges.RangeBoundary(), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='period_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='EntranceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.IntegerField()),
                ('name', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('compound_gate', 'compound_gate'), ('road_checkpoint', 'road_checkpoint'), ('village_path', 'village_path'), ('enterprise_gate', 'enterprise_gate'), ('site_gate', 'site_gate')], max_length=16)),
                ('state', models.CharField(choices=[('staffed', 'staffed'), ('sealed', 'sealed'), ('emergency_only', 'emergency_only'), ('closed', 'closed')], default='staffed', max_length=16)),
                ('is_inner', models.BooleanField(default=False, help_text='a reading inside the unit: nobody comes in or goes out by it')),
                ('seal_material', models.CharField(default='', max_length=64)),
                ('sealed_at', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.node')),
                ('opener', models.ForeignKey(db_constraint=False, help_text='opens the seal in an emergency', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='places.entrance')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.unit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='entrance',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entrances', to='places.unit'),
        ),
        migrations.CreateModel(
            name='UnitEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.IntegerField()),
                ('kind', models.CharField(choices=[('county', 'county'), ('zone', 'zone'), ('street', 'street'), ('community_urban', 'community_urban'), ('community_rural', 'community_rural'), ('compound', 'compound'), ('urban_village', 'urban_village'), ('village', 'village'), ('village_group', 'village_group'), ('enterprise', 'enterprise'), ('site', 'site'), ('place', 'place')], max_length=16)),
                ('name', models.CharField(max_length=64)),
                ('code', models.CharField(help_text='division code, with a local suffix', max_length=32, null=True)),
                ('residents', models.PositiveIntegerField(null=True)),
                ('nonlocals', models.PositiveIntegerField(null=True)),
                ('counted_on', models.DateField(null=True)),
                ('counted_by', models.CharField(default='', help_text='where the two counts come from', max_length=64)),
                ('merged_into', models.ForeignKey(db_constraint=False, help_text='a part of that one since', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.unit')),
                ('node', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.node')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='places.unit')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='geometry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "places_geometryevent" ("east", "id", "lat", "lon", "measured_on", "node_id", "north", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at", "set_by_id", "shape", "source", "south", "west") VALUES (OLD."east", OLD."id", OLD."lat", OLD."lon", OLD."measured_on", OLD."node_id", OLD."north", NOW(), \'update\', OLD."id", OLD."set_at", OLD."set_by_id", OLD."shape", OLD."source", OLD."south", OLD."west"); RETURN NULL;', hash='bc19fbb05a33504b392daaf822e764bfc89f71ae', operation='UPDATE', pgid='pgtrigger_update_update_ad1c2', table='places_geometry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='geometry',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "places_geometryevent" ("east", "id", "lat", "lon", "measured_on", "node_id", "north", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at", "set_by_id", "shape", "source", "south", "west") VALUES (OLD."east", OLD."id", OLD."lat", OLD."lon", OLD."measured_on", OLD."node_id", OLD."north", NOW(), \'delete\', OLD."id", OLD."set_at", OLD."set_by_id", OLD."shape", OLD."source", OLD."south", OLD."west"); RETURN NULL;', hash='518cef6d5dcd72d42230eb9dad19c6f4975a34c6', operation='DELETE', pgid='pgtrigger_delete_delete_82cba', table='places_geometry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "places_unitevent" ("code", "counted_by", "counted_on", "id", "kind", "merged_into_id", "name", "node_id", "nonlocals", "pgh_created_at", "pgh_label", "pgh_obj_id", "residents") VALUES (OLD."code", OLD."counted_by", OLD."counted_on", OLD."id", OLD."kind", OLD."merged_into_id", OLD."name", OLD."node_id", OLD."nonlocals", NOW(), \'update\', OLD."id", OLD."residents"); RETURN NULL;', hash='99f2e429fe3800360323d98c8e0731097455ba42', operation='UPDATE', pgid='pgtrigger_update_update_94228', table='places_unit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "places_unitevent" ("code", "counted_by", "counted_on", "id", "kind", "merged_into_id", "name", "node_id", "nonlocals", "pgh_created_at", "pgh_label", "pgh_obj_id", "residents") VALUES (OLD."code", OLD."counted_by", OLD."counted_on", OLD."id", OLD."kind", OLD."merged_into_id", OLD."name", OLD."node_id", OLD."nonlocals", NOW(), \'delete\', OLD."id", OLD."residents"); RETURN NULL;', hash='52c532e474761ed844f7628a36aa7e269103191b', operation='DELETE', pgid='pgtrigger_delete_delete_eb180', table='places_unit', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='entrance',
            constraint=models.UniqueConstraint(fields=('unit', 'name'), name='entrance_named_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entrance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "places_entranceevent" ("id", "is_inner", "kind", "name", "node_id", "opener_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seal_material", "sealed_at", "state", "unit_id") VALUES (OLD."id", OLD."is_inner", OLD."kind", OLD."name", OLD."node_id", OLD."opener_id", NOW(), \'update\', OLD."id", OLD."seal_material", OLD."sealed_at", OLD."state", OLD."unit_id"); RETURN NULL;', hash='deb4cd5f96f9748da95ebe54a3b386f8f084ba99', operation='UPDATE', pgid='pgtrigger_update_update_ea606', table='places_entrance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entrance',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "places_entranceevent" ("id", "is_inner", "kind", "name", "node_id", "opener_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seal_material", "sealed_at", "state", "unit_id") VALUES (OLD."id", OLD."is_inner", OLD."kind", OLD."name", OLD."node_id", OLD."opener_id", NOW(), \'delete\', OLD."id", OLD."seal_material", OLD."sealed_at", OLD."state", OLD."unit_id"); RETURN NULL;', hash='7c73dbfb7314369a55bed06be767ce67b42d4b31', operation='DELETE', pgid='pgtrigger_delete_delete_c1b1c', table='places_entrance', when='AFTER')),
        ),
    ]
