"""Mail through a real server on this machine: who gets it, and what its answers mean."""

import contextlib
import socketserver
import threading

import pytest

from kakou.access.scope import acting_as_system
from kakou.kernel.ids import new_id
from kakou.notices.adapters import Letter, Reply, mail
from kakou.notices.models import Message
from kakou.notices.posting import NotReached, ReplyLost, carry
from kakou.notices.posting.mail import NONE
from kakou.notices.rules import Outcome
from kakou.notices.tests.outgoing import channel_to, sender, states, told

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
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
            if word == "RCPT" and (own := self.server.says.get(to[-1])):
                answer = own
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


def test_each_refused_receiver_is_told_by_himself(server):
    with server(**{"night@example.cn": "550 nobody"}) as made:
        reply = carry(LETTER)
    assert (reply.status, reply.taken) == (550, ("desk@example.cn",))
    assert len(made.taken) == 1
    with server(**{"night@example.cn": "451 full", "desk@example.cn": "550 nobody"}):
        assert carry(LETTER) == Reply(451)
    with server(**{"night@example.cn": "252 perhaps"}):
        assert carry(LETTER).status == 250


@pytest.mark.parametrize("bad", ["é@example.cn", "a b@example.cn", "x" * 10 + "\n@example.cn"])
def test_an_address_that_cannot_be_written_stops_nobody_else(server, bad):
    with server() as made:
        reply = carry(Letter(new_id(), (bad, "desk@example.cn"), "s", "t"))
    assert (reply.status, reply.taken) == (553, ("desk@example.cn",))
    assert [to for to, _ in made.taken] == [["desk@example.cn"]]


@pytest.mark.parametrize("says", [{"END": "354 what"}, {"END": "299 odd"}, {"DATA": "250 odd"}, {"END": "650 odd"}])
def test_an_odd_code_is_never_thanks(server, says):
    with server(**says), pytest.raises(ReplyLost):
        carry(LETTER)
    assert mail.read(Reply(354)).outcome is mail.read(Reply(-1)).outcome is Outcome.LOST


def test_who_has_it_is_not_sent_it_again_and_who_was_refused_is(server, as_worker, tree, clock):
    made = channel_to("", "mail", tree.street.pk, to=LETTER.to)
    told(made, "a")
    with server(**{"night@example.cn": "451 full"}) as first:
        sender(clock).send_from(made.pk)
    assert states(made) == ["waiting"]
    clock.pass_by(60)
    with server(**{"night@example.cn": "550 nobody"}) as second:
        sender(clock).send_from(made.pk)
    assert states(made) == ["dead"]  # a person decides about the one who did not get it
    assert ([to for to, _ in first.taken], second.taken) == ([list(LETTER.to)], [])
    with acting_as_system():
        Message.objects.update(state="waiting", settled_at=None)
    clock.pass_by(60)
    with server() as third:
        sender(clock).send_from(made.pk)
    assert states(made) == ["sent"]
    assert [to for to, _ in third.taken] == [["night@example.cn"]]
