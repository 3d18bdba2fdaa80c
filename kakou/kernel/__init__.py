"""Kernel: time, ids, errors. Imports nothing of ours."""
