"""Why the private PostgreSQL cannot be had; each text says what to do."""

from kakou.kernel.errors import Refusal


class PostgresUnavailable(Refusal):
    """No usable PostgreSQL, or it refused to start."""

    code = "postgres-unavailable"
    status = 503


class DataInUse(PostgresUnavailable):
    """Another Kakou process runs on the same data."""

    code = "data-in-use"
