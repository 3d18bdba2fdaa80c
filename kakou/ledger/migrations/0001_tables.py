import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import functools
import kakou.kernel.ids
import kakou.ledger.visits.codes
import kakou.web.models
from django.conf import settings
from django.db import migrations, models

from kakou.ledger.partitions import CreatePartitionedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_tables'),
        ('access', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainState',
            fields=[
                ('device_id', models.IntegerField(primary_key=True, serialize=False)),
                ('node_id', models.IntegerField()),
                ('runs', models.JSONField(default=list)),
                ('forks', models.JSONField(default=list)),
                ('head_seq', models.BigIntegerField(default=0)),
                ('head_hash', models.BinaryField(default=b'')),
                ('clock', models.SmallIntegerField(default=0, help_text='flags of the last upload')),
                ('changed_at', models.DateTimeField()),
                ('anchored_seq', models.BigIntegerField(default=0, help_text='the head that last entered the audit chain')),
            ],
        ),
        migrations.CreateModel(
            name='FoldCursor',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('xid', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ToFold',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='FoldedLand',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('fingerprint', models.TextField()),
                ('gates', models.JSONField()),
                ('homes', models.JSONField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='folded_land_is_one')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('node_id', models.IntegerField()),
                ('file_name', models.CharField(max_length=128)),
                ('file_hash', models.BinaryField(max_length=32)),
                ('source', models.CharField(help_text='the old system, as the mapping file calls it', max_length=128)),
                ('mapping_hash', models.BinaryField(max_length=32)),
                ('rows', models.IntegerField()),
                ('stored', models.IntegerField()),
                ('present', models.IntegerField()),
                ('differing', models.IntegerField()),
                ('imported_by', models.IntegerField(null=True)),
                ('imported_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(models.F('stored'), '+', models.F('present')))), name='import_counts_every_row'), models.CheckConstraint(condition=models.Q(('differing__lte', models.F('present'))), name='import_differing_are_present')],
            },
        ),
        migrations.CreateModel(
            name='PaperEntry',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=16)),
                ('stored', models.PositiveIntegerField()),
                ('present', models.PositiveIntegerField()),
                ('typed_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('typed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['node', '-typed_at'], name='paper_entry_by_gate')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='paper_entry_undone_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='PaperForm',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('number', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'day', 'number'), name='paper_form_has_one_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 999)), name='paper_form_is_numbered')],
            },
        ),
        migrations.CreateModel(
            name='PaperRow',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('line', models.PositiveSmallIntegerField()),
                ('passage', models.UUIDField(help_text='no foreign key: it is destroyed with its day')),
                ('vehicle', models.UUIDField(null=True)),
                ('is_new', models.BooleanField()),
                ('said', models.BinaryField(max_length=16)),
                ('sealed', models.BinaryField(null=True)),
                ('due_on', models.DateField(help_text='on which it is destroyed')),
                ('is_undone', models.BooleanField(default=False)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.paperentry')),
                ('form', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.paperform')),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['passage'], name='paper_row_of_passage'), models.Index(fields=['due_on'], name='paper_row_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_undone', False)), fields=('form', 'line'), name='paper_line_once'), models.CheckConstraint(condition=models.Q(('line__gte', 1), ('line__lte', 20)), name='paper_line_of_a_form'), models.CheckConstraint(condition=models.Q(('vehicle', models.F('passage')), _negated=True), name='paper_line_of_two_passages')],
            },
        ),
        CreatePartitionedModel(
            name='Passage',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('xid', kakou.web.models.Xid8Field(db_default=django.db.models.expressions.RawSQL('pg_current_xact_id()', []), editable=False)),
                ('node_id', models.IntegerField()),
                ('device_id', models.IntegerField(null=True)),
                ('seq', models.BigIntegerField(null=True)),
                ('prev_hash', models.BinaryField(null=True)),
                ('hash', models.BinaryField()),
                ('direction', models.SmallIntegerField()),
                ('crossed', models.BooleanField()),
                ('subject', models.UUIDField()),
                ('subject_kind', models.SmallIntegerField()),
                ('vehicle', models.UUIDField(null=True)),
                ('purpose', models.SmallIntegerField(default=0)),
                ('happened_at', models.DateTimeField()),
                ('device_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('clock', models.SmallIntegerField(default=0)),
                ('health', models.SmallIntegerField(default=0)),
                ('travel', models.SmallIntegerField(default=0)),
                ('vaccination', models.SmallIntegerField(default=0)),
                ('origin', models.SmallIntegerField(default=0)),
                ('mask', models.SmallIntegerField(default=0)),
                ('temperature', models.SmallIntegerField(null=True)),
                ('verdict', models.SmallIntegerField(default=0)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('pack', models.TextField(default='')),
                ('recorder', models.IntegerField(null=True)),
                ('corrects', models.UUIDField(null=True)),
                ('detail', models.JSONField(null=True)),
                ('sealed', models.BinaryField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'happened_at'], name='passage_subject_time'), models.Index(fields=['node_id', 'happened_at'], name='passage_gate_time'), models.Index(fields=['xid'], name='passage_commit_order'), models.Index(condition=models.Q(('corrects__isnull', False)), fields=['corrects'], name='passage_corrects'), models.Index(condition=models.Q(('verdict', 3), ('health__in', [2, 3, 5]), ('travel__in', [3, 4, 5, 6]), ('temperature__gte', 370), _connector='OR'), fields=['node_id', 'happened_at'], name='passage_of_note')],
            },
        ),
        migrations.CreateModel(
            name='PlaceCode',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(default=functools.partial(kakou.ledger.visits.codes.random_code, *(12,), **{}), max_length=12, unique=True)),
                ('made_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('cancelled_at', None)), fields=['node'], name='place_code_in_use')],
            },
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('xid', kakou.web.models.Xid8Field(db_default=django.db.models.expressions.RawSQL('pg_current_xact_id()', []), editable=False)),
                ('node_id', models.IntegerField()),
                ('device_id', models.IntegerField()),
                ('passage', models.UUIDField(null=True)),
                ('seq', models.BigIntegerField(null=True)),
                ('prev_hash', models.BinaryField(null=True)),
                ('digest', models.BinaryField()),
                ('contract', models.IntegerField()),
                ('reason', models.CharField(max_length=40)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('payload', models.BinaryField()),
                ('recorded_at', models.DateTimeField()),
                ('state', models.CharField(db_default='waiting', default='waiting', max_length=16)),
                ('resolution', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('correction', models.BinaryField(null=True)),
                ('trouble', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('trouble_place', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('entered_as', models.UUIDField(help_text='the passage that it became', null=True)),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['node_id', 'recorded_at'], name='quarantine_waiting'), models.Index(fields=['xid'], name='quarantine_by_commit')],
                'constraints': [models.UniqueConstraint(fields=('device_id', 'digest'), name='quarantined_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'entering', 'entered', 'set_aside'])), name='quarantined_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('entered_as__isnull', False), ('state', 'entered')), models.Q(models.Q(('state', 'entered'), _negated=True), ('entered_as', None)), _connector='OR'), name='quarantined_entered_as')],
            },
        ),
        migrations.CreateModel(
            name='SheetCopy',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('number', models.PositiveIntegerField()),
                ('part', models.PositiveSmallIntegerField(default=1)),
                ('is_masked', models.BooleanField()),
                ('rows', models.PositiveIntegerField()),
                ('printed_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('printed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'day', 'number'), name='sheet_copy_has_one_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('part__gte', 1)), name='sheet_copy_counts_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('node_id', models.IntegerField()),
                ('subject', models.UUIDField()),
                ('subject_kind', models.SmallIntegerField()),
                ('kind', models.SmallIntegerField()),
                ('state', models.SmallIntegerField()),
                ('flags', models.SmallIntegerField()),
                ('entered_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('bound_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('since_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(null=True)),
                ('enter_passage', models.UUIDField(null=True)),
                ('leave_passage', models.UUIDField(null=True)),
                ('bound_passage', models.UUIDField(null=True)),
                ('enter_gate', models.IntegerField(null=True)),
                ('leave_gate', models.IntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'since_at'], name='stay_of_subject'), models.Index(condition=models.Q(('subject_kind', 2)), fields=['subject'], name='stay_of_vehicle'), models.Index(fields=['node_id', 'until_at'], name='stay_inside'), models.Index(condition=models.Q(('until_at', None)), fields=['node_id'], name='stay_open'), models.Index(condition=models.Q(('due_at__isnull', False), ('until_at', None)), fields=['due_at'], name='stay_due'), django.contrib.postgres.indexes.BrinIndex(fields=['since_at', 'until_at'], name='stay_of_day', opclasses=['timestamptz_minmax_multi_ops', 'timestamptz_minmax_multi_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', [1, 2])), name='stay_known_kind'), models.CheckConstraint(condition=models.Q(('state__in', [1, 2, 3, 4, 5])), name='stay_known_state'), models.CheckConstraint(condition=models.Q(('until_at', None), ('until_at__gte', models.F('since_at')), _connector='OR'), name='stay_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('entered_at', None), ('state', 5)), models.Q(models.Q(('state', 5), _negated=True), ('entered_at__isnull', False)), _connector='OR'), name='stay_orphan_has_no_entry')],
            },
        ),
        migrations.CreateModel(
            name='Stray',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('node_id', models.IntegerField()),
                ('happened_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['node_id', 'happened_at'], name='stray_of_gate')],
            },
        ),
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SmallIntegerField()),
                ('purpose', models.SmallIntegerField(default=0)),
                ('minutes', models.PositiveIntegerField()),
                ('set_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'kind', 'purpose'), name='allowance_once'), models.CheckConstraint(condition=models.Q(('kind__in', [1, 2])), name='allowance_known_kind'), models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='allowance_is_some_time'), models.CheckConstraint(condition=models.Q(('purpose', 0), models.Q(('kind', 2), _negated=True), _connector='OR'), name='allowance_of_absence_has_no_purpose')],
            },
        ),
        migrations.CreateModel(
            name='ExpectedVisit',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(default=functools.partial(kakou.ledger.visits.codes.random_code, *(8,), **{}), max_length=8, unique=True)),
                ('subject', models.UUIDField()),
                ('subject_kind', models.SmallIntegerField()),
                ('purpose', models.SmallIntegerField()),
                ('many', models.SmallIntegerField(default=1)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('due_on', models.DateField(help_text='on which it is destroyed')),
                ('announced_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
                ('decline_reason', models.CharField(blank=True, default='', max_length=200)),
                ('declined_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['node', 'starts_at'], name='visit_by_day'), models.Index(fields=['due_on'], name='visit_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='visit_ends_later'), models.CheckConstraint(condition=models.Q(('many__gte', 1), ('many__lte', 99)), name='visit_of_somebody'), models.CheckConstraint(condition=models.Q(('subject_kind__in', [1, 2])), name='visit_known_kind'), models.CheckConstraint(condition=models.Q(('purpose__in', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])), name='visit_known_purpose'), models.CheckConstraint(condition=models.Q(models.Q(('decline_reason', ''), ('declined_at', None), ('declined_by', None)), models.Q(('declined_at__isnull', False), ('declined_by__isnull', False), models.Q(('decline_reason', ''), _negated=True)), _connector='OR'), name='visit_declined_for_a_reason')],
            },
        ),
    ]
