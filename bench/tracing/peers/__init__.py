"""Who else can answer what the tracing engine answers: each loads the same stays and is asked the same.

What they must say is what kakou/tracing/engine/reference.py says. A library is imported only by the process that runs
its contender.
"""

from __future__ import annotations

from importlib import import_module

from bench.tracing.peers.answers import Digest, Peer, digest

CONTENDERS = {
    "engine": "engine:EngineOne",
    "engine, 14 days": "engine:EngineDays",
    "NCLS": "intervals:Ncls",
    "DuckDB": "duck:DuckDB",
    "Polars": "frames:Polars",
    "PostgreSQL": "postgres:Postgres",
}


def made(name: str, folder: str) -> Peer:
    """The contender of that name, with nothing loaded; `folder` is where it may put files."""
    module, _, kind = CONTENDERS[name].partition(":")
    peer: Peer = getattr(import_module(f"{__name__}.{module}"), kind)(folder)
    return peer


__all__ = ["CONTENDERS", "Digest", "Peer", "digest", "made"]
