"""`?sslmode=require` in DATABASE_URL holds for everybody who connects: against a server that offers no encryption."""

import asyncio
import contextlib
import socket
import threading

import pytest

from kakou.config import asgi, schema

SSL_REQUEST = bytes.fromhex("0000000804d2162f")


@pytest.fixture
def plain_server(monkeypatch):
    """Says no to encryption and notes what a client sends nevertheless."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client:
                    client.settimeout(5)
                    heard.append(client.recv(8))
                    client.sendall(b"N")
                    with contextlib.suppress(OSError):
                        heard.append(client.recv(1000))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    database = {
        "HOST": "127.0.0.1", "PORT": str(listener.getsockname()[1]), "NAME": "kakou", "USER": "kakou_pages",
        "PASSWORD": "secret", "OPTIONS": {"sslmode": "require", "pool": {"min_size": 1}},
    }  # fmt: skip
    monkeypatch.setattr(asgi.settings, "DATABASES", {"default": database, "owner": database})
    yield database, heard
    listener.close()


def test_the_lane_and_the_live_feed_send_nothing_in_the_clear(plain_server):
    _, heard = plain_server
    with pytest.raises((OSError, asyncio.TimeoutError)):
        asyncio.run(asgi.connect_as_lane())
    assert heard[0] == SSL_REQUEST
    assert heard[1:] in ([], [b""])


def test_the_look_whether_to_migrate_sends_nothing_in_the_clear(plain_server):
    database, heard = plain_server
    assert schema.is_current(database) is False
    assert heard[0] == SSL_REQUEST
    assert heard[1:] in ([], [b""])
