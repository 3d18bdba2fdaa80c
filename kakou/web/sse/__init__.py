"""Server-sent events: open pages hear what changed at their nodes, in commit order, with nothing lost on reconnect.

`Hub` runs in the ASGI front: `await hub.start(connect)`, `await hub(scope, receive, send)` for GET /events,
`hub.close_streams()` on SIGTERM (the server waits for open responses before its own shutdown), `await hub.stop()`.
"""

from kakou.web.sse.hub import Hub

__all__ = ["Hub"]
