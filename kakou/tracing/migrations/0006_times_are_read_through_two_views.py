"""What a segment is built from, and nothing else of the ledger: read by the worker over all nodes at once.

Row by row the wall would look each node up in a list of all of them, and the planner, who cannot see that list, would
believe that it keeps nearly nothing out of a day. Views of the owner are read by the owner's rights.
"""

from django.db import migrations

from kakou.ledger.rules import Clock
from kakou.ledger.stays import Direction

VIEWS = f"""
create view tracing_stay as select id, node_id, subject, kind, since_at, until_at,
  entered_at is not null as is_entered, left_at is not null as is_left from ledger_stay;
create view tracing_passage as select id, node_id, subject, happened_at, corrects,
  clock & {Clock.SCANNED:d} <> 0 as is_scanned,
  corrects is not null and direction = {Direction.THROUGH:d} and not crossed as is_taken_back from ledger_passage;
revoke all on tracing_stay, tracing_passage from public, kakou_pages, kakou_worker, kakou_lane;
grant select on tracing_stay, tracing_passage to kakou_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0005_lists_and_files_come_in"), ("ledger", "0014_stays_are_found_by_their_day")]
    operations = [migrations.RunSQL(VIEWS, "drop view tracing_passage; drop view tracing_stay")]
