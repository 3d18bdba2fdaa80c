"""What is wrong with a source, as it is told."""

from __future__ import annotations

from kakou.kernel.errors import Refusal

NO_COLUMN = "%(file)s has no column %(column)s, only: %(there)s. Name it with %(option)s."
UNREADABLE = "%(file)s cannot be read: %(why)s. Give CSV in UTF-8 with a row of titles, or Parquet."
NO_TIME = (
    "Row %(row)d, column %(column)s: %(value)s is no time. Write seconds of the epoch, or 2021-08-10T08:00:00+08:00."
)
NO_ZONE = (
    "Row %(row)d, column %(column)s: %(value)s has no time zone. Write 2021-08-10T08:00:00+08:00, or give the zone of "
    "such times with --zone Asia/Shanghai."
)
OTHER_TIME = "Row %(row)d, column %(column)s: %(value)s is not written as the first time is, %(first)s. Write it so."
EMPTY = "Row %(row)d, column %(column)s is empty. Write an id."
NO_END = (
    "Row %(row)d, column %(column)s is empty. Write a time; for an end that nobody saw the latest that it can have "
    "been, and no in a column that you name with --certain-col."
)
NOT_SURE = "Row %(row)d, column %(column)s: %(value)s is neither yes nor no. Write true or false."
BACKWARDS = "Row %(row)d, column %(column)s: %(value)s lies before its enter, %(enter)s. Write the enter first."
FAR = "Row %(row)d, column %(column)s: %(value)s is not within 1932 to 2068. Write seconds of the epoch."
NO_IDS = "Column %(column)s holds %(kind)s. Give whole numbers or texts as ids."
NO_TIMES = "Column %(column)s holds %(kind)s. Give seconds of the epoch, times with a zone, or texts of them."


class SourceUnfit(Refusal):
    """A file or folder of stays cannot be taken as it is; nothing of it was."""

    code = "stays-unfit"


class CellUnfit(Exception):
    """One value of a column cannot be, `at` rows after the first of the part in hand; its reader knows the row."""

    def __init__(self, at: int, text: str, **params: object) -> None:
        """`text`: one of the above, of which row and column are still missing."""
        super().__init__(text)
        self.at, self.text, self.params = at, text, params
