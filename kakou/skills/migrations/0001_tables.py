import django.db.models.deletion
import kakou.kernel.ids
import kakou.skills.rules.codes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_tables'),
        ('access', '__first__'),
        ('people', '0001_tables'),
        ('workorders', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('skill', models.CharField(choices=[('n1', 'n1'), ('a1', 'a1'), ('a2', 'a2'), ('a3', 'a3'), ('b1', 'b1'), ('b2', 'b2'), ('c1', 'c1'), ('electrician', 'electrician'), ('welder', 'welder'), ('nurse', 'nurse'), ('first_aid', 'first_aid'), ('interpreter', 'interpreter'), ('sign_language', 'sign_language')], max_length=14)),
                ('needed_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, help_text='what whoever is asked reads besides', max_length=120)),
                ('opened_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(help_text='on which it is destroyed, if it has ended by then')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workorders.workorder')),
            ],
            options={
                'indexes': [models.Index(fields=['node', '-opened_at'], name='call_by_node'), models.Index(fields=['due_on'], name='call_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('skill__in', ['n1', 'a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'electrician', 'welder', 'nurse', 'first_aid', 'interpreter', 'sign_language'])), name='call_known_skill')],
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(default=kakou.skills.rules.codes.random_code, max_length=12, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('', ''), ('yes', 'yes'), ('no', 'no'), ('late', 'late'), ('barred', 'barred')], default='', max_length=6)),
                ('way', models.CharField(blank=True, choices=[('link', 'link'), ('phone', 'phone')], default='', max_length=5)),
                ('answered_at', models.DateTimeField(null=True)),
                ('came_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('minutes', models.PositiveIntegerField(null=True)),
                ('rating', models.CharField(blank=True, choices=[('very', 'very'), ('ok', 'ok'), ('not', 'not')], default='', max_length=4)),
                ('rated_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(help_text='who wrote it down; none: by the link', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('rated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked', to='skills.call')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('call', 'person'), name='asked_once'), models.UniqueConstraint(condition=models.Q(('answer', 'yes')), fields=('call',), name='call_taken_once'), models.UniqueConstraint(condition=models.Q(('answer', 'yes'), ('done_at', None)), fields=('person',), name='helps_at_one_place'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('way', '')), models.Q(models.Q(('answer', ''), _negated=True), models.Q(('way', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='asked_answered_at_a_time'), models.CheckConstraint(condition=models.Q(('answer', 'yes'), models.Q(('came_at', None), ('done_at', None), ('minutes', None), ('rating', '')), _connector='OR'), name='asked_helped_after_a_yes'), models.CheckConstraint(condition=models.Q(models.Q(('rated_at', None), ('rated_by', None), ('rating', '')), models.Q(('done_at__isnull', False), ('rated_at__isnull', False), ('rating__in', ['very', 'ok', 'not'])), _connector='OR'), name='helper_rated_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('skill', models.CharField(choices=[('n1', 'n1'), ('a1', 'a1'), ('a2', 'a2'), ('a3', 'a3'), ('b1', 'b1'), ('b2', 'b2'), ('c1', 'c1'), ('electrician', 'electrician'), ('welder', 'welder'), ('nurse', 'nurse'), ('first_aid', 'first_aid'), ('interpreter', 'interpreter'), ('sign_language', 'sign_language')], max_length=14)),
                ('number_sealed', models.BinaryField(null=True)),
                ('expires_on', models.DateField(help_text='the last day on which it holds; none: for ever', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(null=True)),
                ('agreed_at', models.DateTimeField(help_text='since when its bearer agrees to be asked for help', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(help_text='on which it is destroyed')),
                ('agreed_by', models.ForeignKey(help_text='to whom he said so', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verified_by', models.ForeignKey(help_text='who saw the original', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['node', 'skill'], name='licence_by_node'), models.Index(fields=['due_on'], name='licence_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person', 'skill'), name='licence_once'), models.CheckConstraint(condition=models.Q(('skill__in', ['n1', 'a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'electrician', 'welder', 'nurse', 'first_aid', 'interpreter', 'sign_language'])), name='licence_known_skill')],
            },
        ),
    ]
