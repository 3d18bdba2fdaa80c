from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('name', models.CharField(max_length=48, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('late_after', models.PositiveIntegerField(help_text='seconds without a sign')),
                ('failures', models.PositiveIntegerField(default=0, help_text='since it last ran to its end')),
            ],
        ),
    ]
