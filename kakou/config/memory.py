"""What long-running processes of ours do about Python's collector."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """What is loaded by now stays for good, and neither a group of passages nor a trace leaves cycles: they are
    thousands of short-lived tuples. Looking through all of it again and again costs the intake a tenth of its CPU, a
    trace half."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
