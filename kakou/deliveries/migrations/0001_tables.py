import django.db.models.deletion
import kakou.kernel.ids
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
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('body', models.CharField(choices=[('car', 'car'), ('light_truck', 'light_truck'), ('large_truck', 'large_truck'), ('trailer', 'trailer')], max_length=12)),
                ('goods', models.CharField(choices=[('food', 'food'), ('parts', 'parts'), ('building', 'building'), ('medical', 'medical'), ('other', 'other')], max_length=8)),
                ('expected_on', models.DateField()),
                ('subject', models.UUIDField()),
                ('sealed', models.BinaryField()),
                ('announced_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('announced', 'announced'), ('arrived', 'arrived'), ('driver_out', 'driver_out'), ('disinfected', 'disinfected'), ('driven_in', 'driven_in'), ('unloaded', 'unloaded'), ('driven_out', 'driven_out'), ('handed_back', 'handed_back'), ('turned_away', 'turned_away'), ('cancelled', 'cancelled')], default='announced', max_length=12)),
                ('since_at', models.DateTimeField()),
                ('due_on', models.DateField(help_text='on which it is destroyed, if it has ended by then')),
                ('announced_by', models.ForeignKey(help_text='none: whoever expects it, by the page', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('escort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'indexes': [models.Index(fields=['gate', 'expected_on'], name='delivery_by_gate'), models.Index(fields=['node', 'expected_on'], name='delivery_by_node'), models.Index(condition=models.Q(('state__in', ['cancelled', 'handed_back', 'turned_away', 'announced']), _negated=True), fields=['since_at'], name='delivery_going_on'), models.Index(fields=['due_on'], name='delivery_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['announced', 'arrived', 'driver_out', 'disinfected', 'driven_in', 'unloaded', 'driven_out', 'handed_back', 'turned_away', 'cancelled'])), name='delivery_known_state'), models.UniqueConstraint(condition=models.Q(('state__in', ['driven_in', 'unloaded'])), fields=('escort',), name='escort_drives_one')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryStep',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('announced', 'announced'), ('arrived', 'arrived'), ('driver_out', 'driver_out'), ('disinfected', 'disinfected'), ('driven_in', 'driven_in'), ('unloaded', 'unloaded'), ('driven_out', 'driven_out'), ('handed_back', 'handed_back'), ('turned_away', 'turned_away'), ('cancelled', 'cancelled')], max_length=12)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='deliveries.delivery')),
                ('escort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('delivery', 'step'), name='delivery_step_once')],
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.UUIDField(default=kakou.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('pieces', models.PositiveSmallIntegerField()),
                ('sealed', models.BinaryField()),
                ('left_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('collected_at', models.DateTimeField(null=True)),
                ('collector_sealed', models.BinaryField(null=True)),
                ('due_on', models.DateField(help_text='on which it is destroyed, if it is collected by then')),
                ('collected_by', models.ForeignKey(help_text='who gave it out', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('left_by', models.ForeignKey(help_text='who took it in', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.node')),
                ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('collected_at', None)), fields=['gate', 'left_at'], name='parcel_waiting'), models.Index(fields=['due_on'], name='parcel_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('collected_at', None), ('collected_by', None), ('collector_sealed', None)), models.Q(('collected_at__isnull', False), ('collected_by__isnull', False), ('collector_sealed__isnull', False)), _connector='OR'), name='parcel_collected_by_somebody')],
            },
        ),
    ]
