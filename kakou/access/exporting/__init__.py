"""Handing people out unmasked: a few at once, more only once a second person has released it."""

from kakou.access.exporting.actions import NeedsSecond, SeenMany, ask, claim, look, settle
from kakou.access.exporting.rules import FEW, ExportState

__all__ = ["FEW", "ExportState", "NeedsSecond", "SeenMany", "ask", "claim", "look", "settle"]
