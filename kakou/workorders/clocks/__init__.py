"""When something falls due: in time that simply passes, or in worked days of the site's calendar. Pure.

    calendar = china(ZoneInfo("Asia/Shanghai"), range(2021, 2027))
    due(calendar, Limit.worked(days=7), begun=at, pauses=[Pause(since, until)])

A worked day lasts from midnight to midnight where the site stands: what is reported on a Friday at three in the
afternoon and has one worked day, is due on Monday at three; what is reported on a Saturday begins to count on Monday at
midnight. China announces its days of rest and the weekends that are worked instead one year at a time: in a year that
was not announced yet weekends and statutory days rest, and a due time that counts on one says that it is provisional.
"""

from kakou.workorders.clocks.calendar import Calendar, calendar_of, china, everyday
from kakou.workorders.clocks.due import Due, Limit, Pause, due, spent

__all__ = ["Calendar", "Due", "Limit", "Pause", "calendar_of", "china", "due", "everyday", "spent"]
