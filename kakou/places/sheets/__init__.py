"""Sheets of places: the whole tree from one table that people keep in Excel, units and entrances alike.

    类型      名称      上级            编码        状态   封堵方式   常住人口 外来人口 统计日期    统计来源
    街道      金城街道                  320324001
    城市社区  红光社区  金城街道        320324001001                9000     3000     2021-07-31  街道台账
    小区      阳光花园  红光社区
    小区大门  南门      阳光花园                    设岗
    入村道口  北巷      东村/一组                   封堵   铁皮围挡

Rows may name as 上级 what stands above them in the file or in the system: by code, by name, or, where a name is not
unique, by the names on the way to it (东村/一组). All rows are taken or none; problems are told by cell; the same file
twice changes nothing. What a file does not mention stays as it is.
"""

from kakou.places.sheets.importing import LIST, Outcome, import_places, take_sheet
from kakou.places.sheets.writing import places_sheet

__all__ = ["LIST", "Outcome", "import_places", "places_sheet", "take_sheet"]
