"""A lost second factor is forgotten by two: an administrator asks, somebody else agrees.

Promises: nobody forgets a factor alone or his own, the account's holder is told at his next login, and who asked and
who agreed stand in the audit. Never: shows or makes a factor; its holder sets the next one up himself.
"""

from kakou.access.forgetting.actions import ask, settle
from kakou.access.forgetting.rules import State

__all__ = ["State", "ask", "settle"]
