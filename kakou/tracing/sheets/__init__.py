"""Sheets of tracing: line lists that come in, lists of contacts and of follow-up that go out.

    姓名    证件号码            电话         与病例关系  病例  最后接触时间        判定  单位      住址
    王晓梅  110105199003078027  13800138001  同住        1     2021-08-09 14:30    密接  阳光小区  3-2-501
    阿卜杜热合曼·买买提          13800138002  同车        1     8月9日 14时30分

`name` and `last` must be there. A sheet (XLSX, CSV) or rows copied out of Excel are read the same way; problems are
told by cell, and all of a list is taken or none. Pure but for `web.sheets`: who is in the register, actions look up.
"""

from kakou.tracing.sheets.handing_out import ContactRow, DueRow, contacts_sheet, due_sheet
from kakou.tracing.sheets.moments import MomentRefused, read_moment
from kakou.tracing.sheets.reading import MOST_ROWS, Line, Told, as_text, read_list

__all__ = [
    "MOST_ROWS", "ContactRow", "DueRow", "Line", "MomentRefused", "Told", "as_text", "contacts_sheet", "due_sheet",
    "read_list", "read_moment",
]  # fmt: skip
