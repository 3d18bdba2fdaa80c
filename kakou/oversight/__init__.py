"""Oversight: reading who did and who saw what. Never writes, and never shows anybody's record."""
