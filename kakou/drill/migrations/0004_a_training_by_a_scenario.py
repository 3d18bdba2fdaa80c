from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('drill', '0003_phones_give_a_sign_of_life'),
    ]

    operations = [
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('at', models.DateTimeField(help_text='when it began: what the file calls now')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='drill_trains_once')],
            },
        ),
    ]
