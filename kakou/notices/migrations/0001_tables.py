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
            name='Channel',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('wecom', 'wecom'), ('dingtalk', 'dingtalk'), ('feishu', 'feishu'), ('mail', 'mail'), ('webhook', 'webhook'), ('sms', 'sms')], max_length=10)),
                ('name', models.CharField(max_length=64)),
                ('row', models.UUIDField(default=kakou.kernel.ids.new_id, help_text='what the sealed text is bound to', unique=True)),
                ('reach_sealed', models.BinaryField()),
                ('reach_index', models.BinaryField(help_text='one receiver has one channel and one rate', max_length=16, unique=True)),
                ('host', models.CharField(default='', help_text='which server it leads to, without the secret part', max_length=190)),
                ('per_minute', models.PositiveSmallIntegerField(help_text='slower than its kind allows', null=True)),
                ('enabled', models.BooleanField(default=True)),
                ('may_name_people', models.BooleanField(default=False, help_text='numbers of people are not masked')),
                ('may_write_people', models.BooleanField(default=False, help_text='to whomever a message names: as an administrator says')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['wecom', 'dingtalk', 'feishu', 'mail', 'webhook', 'sms'])), name='channel_known_kind'), models.CheckConstraint(condition=models.Q(('per_minute', None), ('per_minute__gte', 1), _connector='OR'), name='channel_sends_at_all'), models.CheckConstraint(condition=models.Q(('may_write_people', False), ('kind__in', ('sms', 'mail')), _connector='OR'), name='channel_group_writes_to_nobody')],
            },
        ),
        migrations.CreateModel(
            name='ChannelEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.IntegerField()),
                ('kind', models.CharField(choices=[('wecom', 'wecom'), ('dingtalk', 'dingtalk'), ('feishu', 'feishu'), ('mail', 'mail'), ('webhook', 'webhook'), ('sms', 'sms')], max_length=10)),
                ('name', models.CharField(max_length=64)),
                ('row', models.UUIDField(default=kakou.kernel.ids.new_id, help_text='what the sealed text is bound to')),
                ('host', models.CharField(default='', help_text='which server it leads to, without the secret part', max_length=190)),
                ('per_minute', models.PositiveSmallIntegerField(help_text='slower than its kind allows', null=True)),
                ('enabled', models.BooleanField(default=True)),
                ('may_name_people', models.BooleanField(default=False, help_text='numbers of people are not masked')),
                ('may_write_people', models.BooleanField(default=False, help_text='to whomever a message names: as an administrator says')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.node')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notices.channel')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('quiet_from', models.TimeField(null=True)),
                ('quiet_until', models.TimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.channel')),
                ('node', models.ForeignKey(help_text='of the channel', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('place', models.ForeignKey(help_text='where it happened', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['channel', 'id'], name='heard_waiting')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'key'), name='heard_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('mark', models.UUIDField(default=kakou.kernel.ids.new_id, help_text='what receivers know it by; the text is bound to it', unique=True)),
                ('key', models.CharField(max_length=120)),
                ('to_sealed', models.BinaryField(help_text='the person it goes to; none: the receivers of its channel', null=True)),
                ('person', models.BinaryField(help_text='keyed hash of that, to count by', max_length=16, null=True)),
                ('about', models.UUIDField(null=True)),
                ('event', models.CharField(blank=True, default='', max_length=24)),
                ('text_sealed', models.BinaryField(help_text='subject and body; empty when its day has come')),
                ('told_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('sent_again', 'sent_again'), ('dead', 'dead'), ('discarded', 'discarded'), ('dropped', 'dropped')], default='waiting', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('lost', models.PositiveSmallIntegerField(default=0)),
                ('had_by', models.JSONField(default=list, help_text='keyed hashes of those of several receivers who have it')),
                ('begun_at', models.DateTimeField(null=True)),
                ('waits_since', models.DateTimeField(help_text='told, or put back by a person')),
                ('next_at', models.DateTimeField(help_text='not before then')),
                ('settled_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(default='', help_text='why it was discarded', max_length=200)),
                ('dropped', models.CharField(blank=True, choices=[('overtaken', 'overtaken'), ('refused', 'refused'), ('too-many', 'too-many')], default='', max_length=9)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notices.channel')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['channel', 'id'], name='message_waiting'), models.Index(condition=models.Q(('state', 'dead')), fields=['channel', '-id'], name='message_dead'), models.Index(condition=models.Q(('about__isnull', False), ('state', 'waiting')), fields=['channel', 'next_at'], name='message_to_people'), models.Index(condition=models.Q(('about__isnull', False)), fields=['about'], name='message_about'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='message_by_person')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'key'), name='message_told_once'), models.UniqueConstraint(condition=models.Q(('about__isnull', False)), fields=('key',), name='message_person_told_once'), models.CheckConstraint(condition=models.Q(models.Q(('about', None), ('dropped', ''), ('event', ''), ('person', None), ('to_sealed', None)), models.Q(('about__isnull', False), ('to_sealed__isnull', False), models.Q(('event', ''), _negated=True)), _connector='OR'), name='message_to_a_person_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), models.Q(('dropped', ''), _negated=True), _connector='OR'), name='message_dropped_says_why'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'sent_again', 'dead', 'discarded', 'dropped'])), name='message_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='message_settled_has_a_time'), models.CheckConstraint(condition=models.Q(('begun_at', None), ('state', 'waiting'), _connector='OR'), name='message_under_way_is_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('begun', 'begun'), ('sent', 'sent'), ('later', 'later'), ('lost', 'lost'), ('never', 'never')], max_length=6)),
                ('code', models.CharField(default='', max_length=20)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.channel')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='notices.message')),
            ],
            options={
                'indexes': [models.Index(fields=['channel', '-id'], name='attempt_by_channel')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['begun', 'sent', 'later', 'lost', 'never'])), name='attempt_known_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=64)),
                ('quiet_from', models.TimeField(null=True)),
                ('quiet_until', models.TimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tellings', to='notices.channel')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('event', 'node', 'channel'), name='telling_said_once'), models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='telling_quiet_has_an_end')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='channel',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."enabled" IS DISTINCT FROM (NEW."enabled") OR OLD."host" IS DISTINCT FROM (NEW."host") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."may_name_people" IS DISTINCT FROM (NEW."may_name_people") OR OLD."may_write_people" IS DISTINCT FROM (NEW."may_write_people") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."node_id" IS DISTINCT FROM (NEW."node_id") OR OLD."per_minute" IS DISTINCT FROM (NEW."per_minute") OR OLD."row" IS DISTINCT FROM (NEW."row"))', func='INSERT INTO "notices_channelevent" ("enabled", "host", "id", "kind", "made_at", "made_by_id", "may_name_people", "may_write_people", "name", "node_id", "per_minute", "pgh_created_at", "pgh_label", "pgh_obj_id", "row") VALUES (OLD."enabled", OLD."host", OLD."id", OLD."kind", OLD."made_at", OLD."made_by_id", OLD."may_name_people", OLD."may_write_people", OLD."name", OLD."node_id", OLD."per_minute", NOW(), \'update\', OLD."id", OLD."row"); RETURN NULL;', hash='df5d34d37b3abe9a64dd72c88728ce80599228d6', operation='UPDATE', pgid='pgtrigger_update_update_b9951', table='notices_channel', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='channel',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notices_channelevent" ("enabled", "host", "id", "kind", "made_at", "made_by_id", "may_name_people", "may_write_people", "name", "node_id", "per_minute", "pgh_created_at", "pgh_label", "pgh_obj_id", "row") VALUES (OLD."enabled", OLD."host", OLD."id", OLD."kind", OLD."made_at", OLD."made_by_id", OLD."may_name_people", OLD."may_write_people", OLD."name", OLD."node_id", OLD."per_minute", NOW(), \'delete\', OLD."id", OLD."row"); RETURN NULL;', hash='321cf539d3eced7da52c9aa502e6029c407b53a6', operation='DELETE', pgid='pgtrigger_delete_delete_4d02c', table='notices_channel', when='AFTER')),
        ),
    ]
