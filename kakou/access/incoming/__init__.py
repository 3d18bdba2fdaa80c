"""Lists that come in: a short one while its page waits, a long one by the worker, both by the same words of the same
code.

Owns: which lists are long, the file while it waits (sealed, gone when the list is done or after a day), how far it is,
and what became of it. Promises: a list is taken once, whole or not at all, whatever ends meanwhile: the browser, the
worker, the machine. Never: reads a row itself; whoever knows the list is registered in `access.events`.
"""

from kakou.access.incoming.actions import NothingToStop, set_aside, stop
from kakou.access.incoming.rules import State, is_long

__all__ = ["NothingToStop", "State", "is_long", "set_aside", "stop"]
