"""Settling: the world's places, staff, people and phones become real rows, through the same actions as any others."""
