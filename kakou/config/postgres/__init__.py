"""A private PostgreSQL: found, initialised, started as our child, restarted when it dies, stopped with us.

Promises: Unix socket only, peer login through an ident map, never as root, one supervisor per data folder, a killed
server loses nothing committed. Never: touches a server it did not start.
"""

from kakou.config.postgres.errors import DataInUse, PostgresUnavailable
from kakou.config.postgres.server import ROLES, PrivatePostgres

__all__ = ["ROLES", "DataInUse", "PostgresUnavailable", "PrivatePostgres"]
