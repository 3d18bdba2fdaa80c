"""Mails to an office come in by themselves: each is a proposal with its picture, once, and is marked as seen only when
that is kept; nothing in the mailbox is deleted, and one mailbox in trouble holds up no other."""

import datetime as dt
import struct
import time
import zlib
from email.message import EmailMessage

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.scope import acting_as_system
from kakou.services.actions import collecting
from kakou.services.actions.collecting import collect_mail
from kakou.services.mailbox import imap
from kakou.services.mailbox.letters import read_letter
from kakou.services.models import Inlet, Proposal
from kakou.services.queries import inlets as queries
from kakou.services.queries.proposals import contact_told, photo_told, photo_with, text_said
from kakou.services.rules import LONGEST
from kakou.services.tests.asking import DAY, HOUR, places, robot_of_a_group
from kakou.services.tests.mailserver import MailServer, certificate
from kakou.vault.keys import KeyTrouble
from kakou.vault.sealing import SealBroken
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
__all__ = ["places"]
MINUTE = dt.timedelta(minutes=1)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0") + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def mail(text="花园小区路灯不亮，电话 13812345678", *, id="<1@example.cn>", subject="路灯", pictures=0, page=""):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "王小明 <wang@example.cn>", "box@example.cn", subject
    made["Date"] = "Tue, 10 Aug 2021 12:40:00 +0800"
    if id:
        made["Message-ID"] = id
    made.set_content(text)
    if page:
        made.add_alternative(page, subtype="html")
    for _ in range(pictures):
        made.add_attachment(PNG, maintype="image", subtype="png", filename="a.png")
    return made.as_bytes().replace(b"\n", b"\r\n") if b"\r\n" not in made.as_bytes() else made.as_bytes()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(files, settings, monkeypatch):
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    made = MailServer(files)
    yield made
    made.close()


def known(server, **changed):
    told = {"host": "localhost", "port": str(server.port), "user": "box", "password": "secret", "folder": "INBOX"}
    return told | changed


@pytest.fixture
def box(server, places):
    return robot_of_a_group(places.east.pk, "mailbox", **known(server))


@pytest.fixture
def broken(box, server, places, request):
    """Another mailbox, with something wrong in it."""
    return robot_of_a_group(places.west.pk, "mailbox", **known(server, **request.param))


def came():
    with acting_as_system():
        return [(text_said(one), contact_told(one), one) for one in Proposal.objects.order_by("said_at", "id")]


def trouble_of(id):
    with acting_as_system():
        return Inlet.objects.get(pk=id).trouble


def put_aside(id):
    with acting_as_system():
        return queries.put_aside(Inlet.objects.get(pk=id))


def test_a_mail_is_a_proposal_with_its_picture(box, server, places, as_worker):
    uid = server.lies_in(mail(pictures=1))
    assert collect_mail(at=AT) == 1
    [(text, contact, row)] = came()
    assert text == "路灯\n花园小区路灯不亮，电话 13812345678"
    assert (contact.phone, contact.name, contact.email) == ("+8613812345678", "王小明", "wang@example.cn")
    assert (row.node_id, row.place_id, row.channel) == (places.east.pk, places.garden.pk, "mail")
    assert row.said_at == dt.datetime(2021, 8, 10, 4, 40, tzinfo=dt.UTC)
    with acting_as_system():
        assert photo_told(photo_with(row)) == PNG
    assert (server.seen(), list(server.mails)) == ([uid], [uid])
    assert not {"EXPUNGE", "DELETE", "COPY", "MOVE"} & set(server.commands)
    assert trouble_of(box) == ""


def test_looking_again_brings_nothing_anew_and_the_same_message_id_is_one(box, server, as_worker):
    server.lies_in(mail())
    assert (collect_mail(at=AT), collect_mail(at=AT + HOUR)) == (1, 0)
    again = server.lies_in(mail("花园小区路灯还是不亮"))
    assert collect_mail(at=AT + DAY) == 0
    assert again in server.seen()
    server.lies_in(mail("另一件", id="<2@example.cn>"))
    assert collect_mail(at=AT + DAY) == 1


def test_what_could_not_be_kept_is_not_marked_and_comes_in_next_time(box, server, as_worker, monkeypatch):
    uid = server.lies_in(mail())

    def fails(*_args, **_more):
        raise RuntimeError("the database is away")

    with monkeypatch.context() as away:
        away.setattr(collecting, "propose", fails)
        with pytest.raises(RuntimeError):
            collect_mail(at=AT)
    assert (server.seen(), came()) == ([], [])
    assert collect_mail(at=AT + HOUR) == 1
    assert server.seen() == [uid]


@pytest.mark.parametrize("broken", [{"user": "box"}], indirect=True)
def test_a_mailbox_whose_secret_is_lost_holds_up_none_after_it(box, broken, server, as_worker):
    server.lies_in(mail())
    with acting_as_system():
        first, last = Inlet.objects.filter(kind="mailbox").order_by("id")
        Inlet.objects.using("owner").filter(pk=first.pk).update(known_sealed=b"not what it was" * 5)
    with pytest.raises((KeyTrouble, SealBroken)):
        collect_mail(at=AT)
    assert [row.inlet_id for _, _, row in came()] == [last.pk]


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_line_that_is_cut_loses_and_doubles_nothing(box, server, as_worker, command):
    server.lies_in(mail())
    server.lies_in(mail("停水", id="<2@example.cn>"))
    server.breaks_at = [command]
    collect_mail(at=AT)
    assert trouble_of(box) in ("cut-off", "refused")
    collect_mail(at=AT + HOUR)
    assert len(came()) == 2
    assert len(server.seen()) == 2
    assert trouble_of(box) == ""


@pytest.mark.parametrize("how", ["spoilt", "cutting"])
def test_mails_that_cannot_be_fetched_hide_no_later_one(box, server, as_worker, monkeypatch, how):
    monkeypatch.setattr(collecting, "MOST_AT_ONCE", 3)
    bad = [server.lies_in(mail(id=f"<{n}@bad>")) for n in range(4)]
    setattr(server, how, set(bad))
    good = [server.lies_in(mail(id=f"<{n}@good>")) for n in range(4)]
    for minute in range(16):
        collect_mail(at=AT + minute * MINUTE)
    assert server.seen() == good
    assert (put_aside(box), trouble_of(box)) == (len(bad), "")  # known, and tried no more
    server.mails[bad[0]][1] = True  # somebody read it in the mailbox
    collect_mail(at=AT + HOUR)
    assert put_aside(box) == len(bad) - 1


def test_numbers_that_a_server_gave_anew_are_other_mails(box, server, as_worker):
    uid = server.lies_in(mail())
    server.spoilt = {uid}
    for minute in range(4):
        collect_mail(at=AT + minute * MINUTE)
    assert put_aside(box) == 1
    server.spoilt, server.validity = set(), 2
    assert collect_mail(at=AT + HOUR) == 1
    assert put_aside(box) == 0


@pytest.mark.parametrize("command", ["LOGIN", "SEARCH", "FETCH"])
def test_a_server_that_answers_byte_by_byte_is_left_in_time(box, server, as_worker, monkeypatch, command):
    monkeypatch.setattr(imap, "LOOK", 2.0)
    uid = server.lies_in(mail())
    server.drips_at = command
    began = time.monotonic()
    collect_mail(at=AT)
    assert time.monotonic() - began < 10
    assert trouble_of(box) == "too-slow"
    server.drips_at = ""
    assert collect_mail(at=AT + HOUR) == 1
    assert (server.seen(), trouble_of(box)) == ([uid], "")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"password": "wrong"}, "refused"),
        ({"folder": "Nowhere"}, "no-folder"),
        ({"port": "1"}, "not-connected"),
        ({"host": "no-such-name.invalid"}, "name-unknown"),
    ],
    indirect=["broken"],
)
def test_one_in_trouble_says_so_and_holds_up_no_other(broken, server, as_worker, code):
    server.lies_in(mail())
    assert collect_mail(at=AT) == 1
    assert trouble_of(broken) == code


def test_a_server_of_ones_own_network_is_not_reached_unless_it_is_allowed(box, server, as_worker, settings):
    settings.OUTGOING_NETWORKS = []
    server.lies_in(mail())
    assert collect_mail(at=AT) == 0
    assert (trouble_of(box), server.commands) == ("address-refused", [])


def test_a_certificate_that_nobody_trusts_is_told_no_password(box, server, as_worker, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert collect_mail(at=AT) == 0
    assert (trouble_of(box), server.commands) == ("tls", [])


def test_of_a_mail_that_is_too_large_the_headers_are_kept(box, server, as_worker):
    uid = server.lies_in(mail(subject="停水"))
    server.claims[uid] = 30 << 20
    assert collect_mail(at=AT) == 1
    [(text, contact, _)] = came()
    assert text.splitlines() == ["停水", "（邮件过大，其余内容请到邮箱查看。）"]
    assert contact.email == "wang@example.cn"


def test_of_a_long_mail_the_number_at_its_end_and_what_is_left_in_the_mailbox_are_told(box, server, as_worker):
    server.lies_in(mail(f"{'花园小区停水。' * 1_500}\n电话 13812345678", pictures=2))
    assert collect_mail(at=AT) == 1
    [(text, contact, _)] = came()
    assert (contact.phone, len(text) <= LONGEST) == ("+8613812345678", True)
    assert text.splitlines()[-2:] == ["（邮件过大，其余内容请到邮箱查看。）", "（邮箱中还有图片：1 张。）"]


def test_a_mailbox_that_is_switched_off_is_left_alone(off, server, as_worker):
    server.lies_in(mail())
    assert (collect_mail(at=AT), server.commands) == (0, [])


@pytest.fixture
def off(box):
    with acting_as_system():
        Inlet.objects.filter(pk=box).update(enabled=False)


# what a mail says


def test_of_several_pictures_the_first_is_kept_and_the_others_are_counted():
    letter = read_letter(mail(pictures=3))
    assert (letter.photo.content, letter.pictures) == (PNG, 2)


def test_of_a_page_the_words_are_read():
    page = "<html><head><style>b{}</style></head><body><P>İ花园小区</P><SCRIPT>x<y</SCRIPT>"
    page += "<p>停水 &amp; 停电</p></body></html>"
    letter = read_letter(mail("", page=page))
    made = EmailMessage()
    made["Subject"] = "水"
    made.set_content(page, subtype="html")
    assert read_letter(made.as_bytes()).text == "水\nİ花园小区\n停水 & 停电"
    assert letter.address == "wang@example.cn"


def test_a_page_made_to_hold_up_the_reader_does_not():
    page = ("<script" * 400_000).encode() + b"<p" * 400_000
    assert read_letter(b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + page).text.startswith("x")


@pytest.mark.parametrize("quote", ["------------------ 原始邮件 ------------------", "On Mon, 9 Aug 2021 wrote:",
                                   "在 2021年8月9日，李四 写道："])  # fmt: skip
def test_what_is_answered_is_left_out(quote):
    assert read_letter(mail(f"停水\n\n{quote}\n以前的话")).text == "路灯\n停水"


@pytest.mark.parametrize("words", ["", "\n\n"])
def test_what_is_passed_on_without_a_word_is_read(words):
    passed_on = "------------------ 原始邮件 ------------------\n三号楼停水"
    assert read_letter(mail(f"{words}{passed_on}")).text.splitlines() == ["路灯", *passed_on.splitlines()]


def test_a_mail_in_gb_18030_is_read():
    made = b"From: a@b.cn\r\nSubject: =?gb2312?B?zaPLrg==?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n" + (
        "三号楼停水".encode("gb18030")
    )
    assert read_letter(made).text == "停水\n三号楼停水"
    assert read_letter(made.replace(b"charset=gb2312", b"charset=nobodys")).text == "停水\n三号楼停水"


@given(st.binary(max_size=400) | st.tuples(st.text(max_size=40), st.binary(max_size=200)).map(
    lambda told: f"From: {told[0]}\r\nSubject: {told[0]}\r\nDate: {told[0]}\r\n\r\n".encode() + told[1]
))  # fmt: skip
def test_any_mail_is_read(content):
    letter = read_letter(content)
    assert letter.id
    assert letter == read_letter(content)


HEADS = b"From: <wang@example.cn>\nSubject: lamp\n"
PAGE, PARTS = HEADS + b"Content-Type: text/html\n\n", HEADS + b"Content-Type: multipart/mixed; boundary=b\n\n"


@pytest.mark.parametrize(
    "build",
    [
        lambda size: PAGE + b"<" * size,
        lambda size: PAGE + b"<script " * (size // 8),
        lambda size: HEADS.replace(b"<wang@example.cn>", b"a," * (size // 2)) + b"\nx",
        lambda size: HEADS + b"Content-Type: text/plain; " + b"a=b;" * (size // 4) + b"\n\nx",
        lambda size: PARTS + b"--b\n\nx\n" * (size // 7),
        lambda size: PARTS + b"--b\r\rx\r" * (size // 7),
    ],
)
def test_no_mail_holds_the_worker_up(build):
    """Each of these took the square of its length: hours for some megabytes, and again a minute later."""
    began = time.thread_time()
    read_letter(build(400_000))
    assert time.thread_time() - began < 20


def test_of_a_mail_of_too_many_parts_the_headers_are_read():
    letter = read_letter(PARTS + b"--b\n\nx\n" * 1_000)
    assert (letter.text, letter.address, letter.is_whole) == ("lamp", "wang@example.cn", False)
    assert read_letter(mail(pictures=3)).is_whole


def test_what_is_hidden_in_a_page_is_left_out_and_what_never_ends_too():
    letter = read_letter(PAGE + b"<style>x</style>a<SCRIPT>y</script ><br>b<script>c<head>d</head>")
    assert letter.text == "lamp\na\nb"


def test_who_sends_many_pictures_fills_up_no_disk(box, server, as_worker, monkeypatch):
    monkeypatch.setattr(collecting, "MOST_PICTURES", 1)
    for number in range(3):
        server.lies_in(mail(id=f"<{number}@example.cn>", pictures=1))
    assert collect_mail(at=AT) == 3
    with acting_as_system():
        shown = [(photo_with(row) is not None, "邮箱中还有图片" in text) for text, _, row in came()]
    assert sorted(shown) == [(False, True), (False, True), (True, False)]
    server.lies_in(mail(id="<4@example.cn>", pictures=1))
    collect_mail(at=AT + 2 * DAY)
    with acting_as_system():
        assert sum(photo_with(row) is not None for _, _, row in came()) == 2


@pytest.mark.parametrize("year", ["1969", "9999"])
def test_a_mail_of_no_time_of_ours_has_none_and_breaks_no_page(year):
    letter = read_letter(HEADS + f"Date: 31 Dec {year} 23:59:59 +0000\n\nx".encode())
    assert (letter.sent_at, letter.text) == (None, "lamp\nx")


def test_what_was_put_aside_is_told_on_the_page_and_tried_again_when_switched_on(box, cast):
    with acting_as_system():
        Inlet.objects.filter(pk=box).update(stuck={"validity": "1", "tries": {"107": 3, "114": 1}})
    client = Client()
    sign_in(client, cast.administrator)
    for path in ("/services/ways-in/", f"/services/ways-in/{box}/"):
        assert "1 封邮件无法取回" in client.get(path).content.decode()
    for on in ("no", "yes"):
        assert client.post(f"/services/ways-in/{box}/switch/", {"on": on}).status_code == 302
    assert put_aside(box) == 0
