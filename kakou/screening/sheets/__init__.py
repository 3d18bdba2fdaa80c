"""The sheet of risk areas: one row for each place and the days on which it had a level.

    地区编码    名称              风险等级   起          止          来源
    321003     扬州市邗江区      高风险     2021-07-28              国务院客户端 2021-08-09
    321002     扬州市广陵区      中风险     2021-07-21  2021-08-05  国务院客户端 2021-08-06

All rows are taken or none; problems are told by cell. A row that is known already, by code, level and first day, brings
its last day and its source up to date; the same file twice changes nothing; what a file does not mention stays.
"""

from kakou.screening.sheets.areas import Outcome, import_areas
from kakou.screening.sheets.handing_out import areas_sheet

__all__ = ["Outcome", "areas_sheet", "import_areas"]
