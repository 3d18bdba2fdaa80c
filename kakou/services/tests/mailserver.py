"""A mail server on this machine that speaks enough IMAP4rev1 over TLS to be looked into, written from RFC 3501."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import re
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def certificate(folder):
    """A certificate of this machine that nobody signed but itself: its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=9000))
        .not_valid_after(now + dt.timedelta(days=9000)).add_extension(x509.SubjectAlternativeName(names), False)
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


class MailServer:
    """`mails`: uid → [content, is it seen]. `breaks_at`: a command at which the line is cut, once for each; `drips_at`:
    one that is answered byte by byte, without end. `spoilt`: mails of which nothing is handed out; `cutting`: mails at
    which the line is cut; `validity`: of the uids."""

    def __init__(self, files, *, user="box", password="secret"):
        self.user, self.password = user, password
        self.mails, self.commands, self.breaks_at, self.claims = {}, [], [], {}
        self.drips_at, self.spoilt, self.cutting, self.validity = "", set(), set(), 1
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context))
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._server.close()
        self._loop.close()

    def lies_in(self, content):
        """Put a mail into the folder; its uid."""
        uid = max(self.mails, default=100) + 7
        self.mails[uid] = [content, False]
        return uid

    def seen(self):
        return [uid for uid, (_, is_seen) in self.mails.items() if is_seen]

    async def _serve(self, reader, writer):
        writer.write(b"* OK ready\r\n")
        try:
            while line := (await reader.readline()).decode().strip():
                tag, command, *words = [quoted or plain for quoted, plain in WORD.findall(line)]
                command = words.pop(0) if command == "UID" else command
                self.commands.append(command)
                if command in self.breaks_at:
                    self.breaks_at.remove(command)
                    return
                if command == "FETCH" and int(words[0]) in self.cutting:
                    return
                while command == self.drips_at:
                    writer.write(b"*")
                    await writer.drain()
                    await asyncio.sleep(0.05)
                done = self._answer(command, words, writer)
                writer.write(f"{tag} {done}\r\n".encode())
                await writer.drain()
                if command == "LOGOUT":
                    return
        except ConnectionError:
            pass  # who looked had enough of it
        finally:
            writer.close()

    def _answer(self, command, words, writer):
        wanted = {"LOGIN": [self.user, self.password], "SELECT": ["INBOX"]}.get(command, words)
        if words != wanted or (command == "FETCH" and int(words[0]) in self.spoilt):
            return "NO [AUTHENTICATIONFAILED] no"
        if command == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1 ID\r\n")
        elif command == "SELECT":
            writer.write(f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n".encode())
        elif command == "SEARCH":
            unseen = " ".join(str(uid) for uid, (_, is_seen) in reversed(self.mails.items()) if not is_seen)
            writer.write(f"* SEARCH {unseen}\r\n".encode())
        elif command == "FETCH":
            self._fetch(int(words[0]), " ".join(words[1:]), writer)
        elif command == "STORE":
            assert words[1:] == ["+FLAGS.SILENT", "(\\Seen)"]
            self.mails[int(words[0])][1] = True
        elif command == "LOGOUT":
            writer.write(b"* BYE\r\n")
        return "OK done"

    def _fetch(self, uid, what, writer):
        content, _ = self.mails[uid]
        if "SIZE" in what:
            writer.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {self.claims.get(uid, len(content))})\r\n".encode())
            return
        assert "PEEK" in what  # anything else marks it as seen
        if "HEADER" in what:
            content = content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        writer.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n")
