"""A private PostgreSQL: found, initialised, started as our child, restarted after a crash, stopped with us.

Unix socket only, peer login through an ident map, never root. Nothing on the network, no password kept.
"""

from kakou.config.postgres.binaries import PostgresUnavailable
from kakou.config.postgres.cluster import ROLES, PrivatePostgres

__all__ = ["ROLES", "PostgresUnavailable", "PrivatePostgres"]
