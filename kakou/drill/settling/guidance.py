"""What the gates of the drill go by: its rule pack, and the risk areas that its visitors come from."""

from __future__ import annotations

import csv
import datetime as dt
import io

from kakou.access.models import Node
from kakou.drill.days.rulings import VERSION
from kakou.drill.rules import MOST_DAYS
from kakou.drill.world.regions import RISK_AREAS
from kakou.screening.actions.packs import publish
from kakou.screening.sheets.areas import import_areas

SHEET, SOURCE = "演练风险地区.csv", "演练虚构，非真实地区"
# older than the first day that may be told and the stays told on it
_SINCE = dt.timedelta(days=MOST_DAYS + 30)


def settle_guidance(root: int, *, at: dt.datetime) -> None:
    """Publish the pack at the topmost node from before the first day that is told, and bring in the areas. Whatever
    pack the installation goes by, the drill's phones judge by this one."""
    since = at - _SINCE
    publish(VERSION, node=Node.objects.get(pk=root), starts_at=since, by=None, at=since)
    import_areas(_sheet(since.date()), filename=SHEET, by=None, at=at)


def _sheet(since: dt.date) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("地区编码", "名称", "风险等级", "起", "来源"))
    rows.writerows((area.code, area.name, area.level, since.isoformat(), SOURCE) for area in RISK_AREAS)
    return text.getvalue().encode()
