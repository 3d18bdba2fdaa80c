"""The only writes of screening: atomic, keyword-only, `by=` and `at=`, with their audit event."""
