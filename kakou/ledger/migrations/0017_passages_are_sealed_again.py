"""What is sealed of a passage may be sealed again under another key: the one change of a row, and only the owner's.

The bytes differ, what they say does not; `hash`, which phones and chains know the passage by, is over what they say.
"""

from django.db import migrations

WITH_SEALING = """
create or replace function ledger_append_only() returns trigger language plpgsql as $f$
begin
  if tg_op = 'DELETE' and current_user = 'kakou_owner'
     and current_setting('kakou.keeping_house', true) = 'on' then
    return old;
  end if;
  if tg_op = 'UPDATE' and current_user = 'kakou_owner' and current_setting('kakou.sealing_again', true) = 'on'
     and old.sealed is not null and new.sealed is not null
     and to_jsonb(old) - 'sealed' = to_jsonb(new) - 'sealed' then
    return new;
  end if;
  raise exception 'rows of % are only ever added: a correction is a new row', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $f$;
"""
BACK = """
create or replace function ledger_append_only() returns trigger language plpgsql as $f$
begin
  if tg_op = 'DELETE' and current_user = 'kakou_owner'
     and current_setting('kakou.keeping_house', true) = 'on' then
    return old;
  end if;
  raise exception 'rows of % are only ever added: a correction is a new row', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $f$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0016_what_is_of_note_is_found_at_its_gate")]
    operations = [migrations.RunSQL(WITH_SEALING, BACK)]
