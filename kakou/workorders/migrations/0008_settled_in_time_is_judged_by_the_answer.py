from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0007_orders_are_found_by_owner_closer_and_opening")]
    operations = [
        migrations.AddField(
            model_name="workorder",
            name="answer_due_at",
            field=models.DateTimeField(help_text="when it was due as it was answered", null=True),
        ),
    ]
