"""What takes two: one asks with a reason, another decides, once and in time.

Owns: who asked and who decided, and that they are not one. Promises: nobody decides what he asked for himself, nor
twice, nor on what waited too long, nor under an account or a role that was made for it.
Never: knows what is decided, or who may.
"""

from kakou.access.seconding.actions import NotOneself, SettledAlready, TooNew, decide, require_second
from kakou.access.seconding.rules import ASKED, WAITS, is_waiting

__all__ = ["ASKED", "WAITS", "NotOneself", "SettledAlready", "TooNew", "decide", "is_waiting", "require_second"]
