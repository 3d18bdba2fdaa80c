"""That a passage was recorded again in another way is a reason for not using the item: such rows keep their words."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("ledger", "0008_entered_from_quarantine")]

    operations = [
        migrations.RunSQL(
            "update ledger_quarantined set state = 'set_aside' where state = 'accepted'", migrations.RunSQL.noop
        ),
    ]
