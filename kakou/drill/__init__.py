"""Drill: a seeded fictitious sub-district that drives the real system through the real door.

Never holds real people.
"""
