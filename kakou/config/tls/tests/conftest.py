"""A folder for the certificates of one machine, what is wanted of it, and handshakes by real sockets."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading

import pytest

from kakou.config.tls.certificate import Wanted

AT = dt.datetime.now(dt.UTC).replace(microsecond=0)  # OpenSSL goes by the machine's own clock
NAMES, ADDRESSES = ("gate", "gate.local"), tuple(map(ipaddress.ip_address, ("192.168.7.20", "fd00::7")))


class Clock:
    def __init__(self):
        self.at = AT

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tls"


@pytest.fixture
def wanted(folder):
    return Wanted(folder, (), NAMES, ADDRESSES)


def handshake(file, key, root, name):
    """What a phone that trusts `root` alone says to a server of that certificate which it calls `name`: "" when it is
    content, else why not."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    phone = ssl.create_default_context(cafile=root)
    phone.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):  # ssl.SSLError is one
                server.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with socket.create_connection(listening.getsockname(), timeout=10) as connection:
                phone.wrap_socket(connection, server_hostname=name).close()
            return ""
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        finally:
            thread.join(10)
