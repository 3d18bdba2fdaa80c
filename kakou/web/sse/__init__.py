"""Server-sent events: open pages hear what changed at their nodes, in commit order, with nothing lost on reconnect.

`Hub` runs in the ASGI front: `await hub.start(connect)`, `await hub(scope, receive, send)` for GET /events,
`hub.close_streams()` on SIGTERM (the server waits for open responses before its own shutdown), `await hub.stop()`.
`AWAY` is everything that an asyncpg connection raises when it is cut.
"""

from kakou.web.sse.hub import AWAY, Hub

__all__ = ["AWAY", "Hub"]
