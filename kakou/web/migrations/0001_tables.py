import django.db.models.expressions
import kakou.web.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xid', kakou.web.models.Xid8Field(db_default=django.db.models.expressions.RawSQL('pg_current_xact_id()', []), editable=False)),
                ('node_id', models.IntegerField()),
                ('topic', models.CharField(max_length=40)),
                ('body', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_default=django.db.models.expressions.RawSQL('now()', []), editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['xid', 'id'], name='event_order')],
            },
        ),
    ]
