"""What takes two: one asks with a reason, another decides, once and in time.

Owns: who asked and who decided, and that they are not one. Promises: nobody decides what he asked for himself, nor
twice, nor on what waited too long. Never: knows what is decided, or who may.
"""

from kakou.access.seconding.actions import NotOneself, SettledAlready, decide
from kakou.access.seconding.rules import ASKED, WAITS, is_waiting

__all__ = ["ASKED", "WAITS", "NotOneself", "SettledAlready", "decide", "is_waiting"]
