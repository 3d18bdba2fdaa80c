"""Drill: a seeded fictitious sub-district that drives the real system. Never holds real people, and never skips the real door."""
