"""Mail through a real server on this machine: who gets it, and what its answers mean."""

import contextlib
import socketserver
import threading

import pytest

from kakou.kernel.ids import new_id
from kakou.notices.adapters import Letter
from kakou.notices.posting import NotReached, ReplyLost, carry
from kakou.notices.posting.mail import NONE

SMTP = "django.core.mail.backends.smtp.EmailBackend"
LETTER = Letter(new_id(), ("desk@example.cn", "night@example.cn"), "南门失联", "自 12:45 起\n没有登记")


class Server(socketserver.TCPServer):
    """Takes one mail after another; `says` gives other answers to some commands, "" hangs up."""

    allow_reuse_address = True

    def __init__(self, says):
        super().__init__(("127.0.0.1", 0), Talk)
        self.says, self.taken = says, []


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.reply("220 here")
        to = []
        while line := self.rfile.readline():
            word = line.split()[0].upper().decode()
            if word == "DATA" and "DATA" not in self.server.says:
                self.reply("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append((to, text.decode()))
                word = "END"
            if word == "RCPT":
                to.append(line.decode().split(":", 1)[1].strip().strip("<>"))
            answer = self.server.says.get(word, "250 ok")
            if not answer:
                return
            self.reply(answer)
            if word == "QUIT":
                return

    def reply(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server(settings):
    @contextlib.contextmanager
    def start(**says):
        with Server(says) as made:
            threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
            settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
            settings.EMAIL_PORT, settings.EMAIL_USE_TLS = made.server_address[1], False
            yield made
            made.shutdown()

    return start


def test_each_receiver_gets_it_and_sees_no_other(server):
    with server() as made:
        assert carry(LETTER).status == 250
    ((to, text),) = made.taken
    assert sorted(LETTER.to) == sorted(to)
    assert not [one for one in LETTER.to if one in text]
    assert f"<{LETTER.mark.hex}@kakou>" in text


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"RCPT": "550 nobody"}, 550), ({"RCPT": "451 later"}, 451), ({"DATA": "452 full"}, 452),
        ({"END": "554 no"}, 554), ({"MAIL": "421 too busy"}, 421),
    ],
)  # fmt: skip
def test_a_refusal_keeps_its_code(server, says, status):
    with server(**says):
        assert carry(LETTER).status == status


def test_who_hangs_up_after_the_text_may_have_it(server):
    with server(END=""), pytest.raises(ReplyLost):
        carry(LETTER)


def test_without_a_server_nothing_was_sent(settings):
    settings.EMAIL_BACKEND = NONE
    with pytest.raises(NotReached) as refused:
        carry(LETTER)
    assert refused.value.code == "no-mail-server" and refused.value.for_good
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 1
    with pytest.raises(NotReached) as refused:
        carry(LETTER)
    assert not refused.value.for_good
