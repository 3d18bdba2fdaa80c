"""People: persons and vehicles, found by blind index and shown masked. Never shows a name without a scope."""
