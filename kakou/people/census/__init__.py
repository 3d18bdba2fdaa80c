"""The residents' list: everybody of a community from one sheet, as people keep it in Excel.

    小区      楼栋 单元 房号  姓名    与户主关系  身份证号             手机号        人员类别
    阳光花园  3    2    501   王晓梅  户主        110105199003078027   13800138001   户籍
    阳光花园  3    2    501   李国强  配偶        110105198511234570   无            户籍

A row is somebody known by 编号 (of a sheet that we handed out), else by document, else by name with door or telephone
at the same unit. All rows are taken or none; problems are told by cell; what a cell does not say stays as it is, and
the same list twice changes nothing. Every import can be undone as long as nothing was built on its rows. The file is
not kept once it is in: only its digest under a key of this installation.
"""

from kakou.people.census.handing_out import census_sheet
from kakou.people.census.importing import LIST, Outcome, import_census, take_list
from kakou.people.census.undoing import obstacles, undo_import

__all__ = ["LIST", "Outcome", "census_sheet", "import_census", "obstacles", "take_list", "undo_import"]
