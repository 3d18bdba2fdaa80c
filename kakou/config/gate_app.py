"""The gate app as files: what a browser may do with them, and how long it may keep them.

The app is built from `gate/` into `public/gate/` and handed out as it stands. It speaks with this server only, and runs
nothing but what was built.
"""

from __future__ import annotations

import re
from wsgiref.headers import Headers

_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.(js|css|wasm)$")
# WebAssembly decodes codes; a worker holds the app without a network; the camera is the scanner
_POLICY = "; ".join(
    (
        "default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "connect-src 'self'",
        "img-src 'self' data: blob:", "media-src 'self' blob:", "object-src 'none'", "base-uri 'none'",
        "frame-ancestors 'none'", "form-action 'none'",
    )
)  # fmt: skip
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def is_immutable(path: str, url: str) -> bool:
    """Does its name hold a hash of what it says? Then it is kept for good; everything else is asked for every time."""
    return _HASHED.search(url) is not None


def add_headers(headers: Headers, path: str, url: str) -> None:
    """For each file that is handed out."""
    headers["X-Content-Type-Options"] = "nosniff"
    if not url.startswith("/gate/"):
        return
    for name, value in _HEADERS.items():
        headers[name] = value
    if not is_immutable(path, url):
        headers["Cache-Control"] = "no-cache"
