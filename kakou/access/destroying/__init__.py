"""Destroying the key of a day on a page: asked for by one administrator of the whole site, done by another.

Owns: who asked, who agreed, and what the key seals. Promises: nobody does it alone, nobody does it without having seen
what becomes unreadable, and it stands in the audit. Never: destroys a key that seals what works here, such as second
factors.
"""

from kakou.access.destroying.actions import ask, settle
from kakou.access.destroying.rules import DestructionState

__all__ = ["DestructionState", "ask", "settle"]
