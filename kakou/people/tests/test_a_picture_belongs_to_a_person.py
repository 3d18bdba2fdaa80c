"""A picture in somebody's record: sealed, without where it was taken, looked at for a reason, destroyed again."""

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from kakou.access.scope import acting_as, acting_as_system
from kakou.audit.models import Event
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.photos import MOST_BYTES, picture_of
from kakou.people.actions import NewPerson, add_person, attaching
from kakou.people.models import Attachment
from kakou.people.rules import AttachmentKind, Category, Facts
from kakou.places.models import Unit
from kakou.vault import store
from kakou.vault.sealing import key_id_of
from tests.cast import AT, sign_in

WHERE = b"GPS 34.0012 N 117.9456 E"
pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg():
    """As a phone takes it, with where it stood."""
    exif = b"Exif\0\0MM" + struct.pack(">HI", 42, 8) + struct.pack(">H", 0) + WHERE
    frame = b"\x08" + struct.pack(">HH", 40, 30) + b"\x01\x01\x11\x00"
    parts = [segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), segment(0xE1, exif)]
    parts += [segment(0xDB, b"\0" + b"\x01" * 64), segment(0xC0, frame), segment(0xC4, b"\x10\x01")]
    return b"\xff\xd8" + b"".join(parts) + segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x01\x02\x03\xff\xd9"


def png():
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@pytest.fixture
def wang(tree, cast):
    with acting_as_system():
        Unit.objects.create(node=tree.garden, kind="compound", name="garden")
    with acting_as(cast.worker):
        new = NewPerson(tree.garden.pk, Facts("王晓梅"), Category.RESIDENT_REGISTERED)
        return add_person(new, by=cast.worker, at=AT)


def desk(account):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, account)
    return client


def send(client, person, content, name="id.jpg"):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/people/households/{person.pk}/attach/", {"kind": "document", "picture": file})


def test_it_is_kept_sealed_and_without_where_it_was_taken(wang, cast):
    taken = jpeg()
    assert WHERE in taken
    assert send(desk(cast.worker), wang, taken).status_code == 302
    with acting_as(cast.secretary):
        [row] = Attachment.objects.all()
        assert row.due_on == wang.due_on
        media_type, content = attaching.look_at(row, reason="to know her again", by=cast.secretary, at=AT)
        with connection.cursor() as cursor:
            cursor.execute("select a::text from people_attachment a")
            assert content.hex() not in cursor.fetchone()[0]
    assert media_type == "image/jpeg"
    assert content == picture_of(taken).content
    assert WHERE not in content


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<svg onload=alert(1)>", jpeg()[:40], b"\xff\xd8\xff" + bytes(MOST_BYTES)]
)
def test_what_is_no_picture_or_too_large_is_refused_in_words(wang, cast, content):
    answer = send(desk(cast.worker), wang, content)
    assert answer.status_code == 422
    assert "id_picture_error" in answer.content.decode()
    with acting_as_system():
        assert not Attachment.objects.exists()


def test_only_who_may_unmask_looks_and_says_why(transactional_db, wang, cast):
    send(desk(cast.worker), wang, png())
    with acting_as_system():
        [row] = Attachment.objects.all()
    page = f"/people/attachments/{row.pk}/"
    assert desk(cast.worker).get(page).status_code == 403
    assert desk(cast.neighbour).get(page).status_code == 404
    secretary = desk(cast.secretary)
    assert secretary.get(page)["Content-Type"].startswith("text/html")  # the reason is asked first
    assert secretary.post(page, {"reason": ""}).status_code == 422
    shown = secretary.post(page, {"reason": "to know her again"})
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    [look] = Event.objects.using("owner").filter(action="attachment.seen")
    assert (look.subject, look.facts["reason"]) == (str(wang.pk), "to know her again")


def test_six_are_enough_and_one_can_be_destroyed(wang, cast):
    picture = picture_of(png())
    with acting_as(cast.worker):
        made = [
            attaching.attach(wang, AttachmentKind.OTHER, picture, by=cast.worker, at=AT) for _ in range(attaching.MOST)
        ]
        with pytest.raises(attaching.AttachmentRefused):
            attaching.attach(wang, AttachmentKind.OTHER, picture, by=cast.worker, at=AT)
        with pytest.raises(NotAllowed):
            attaching.look_at(made[0], reason="curious", by=cast.worker, at=AT)
    assert desk(cast.worker).post(f"/people/attachments/{made[0].pk}/remove/").status_code == 302
    with acting_as(cast.worker):
        assert Attachment.objects.count() == attaching.MOST - 1
        attaching.attach(wang, AttachmentKind.PORTRAIT, picture, by=cast.worker, at=AT)


def test_it_dies_with_the_key_of_its_day(wang, cast):
    with acting_as(cast.worker):
        row = attaching.attach(wang, AttachmentKind.PORTRAIT, picture_of(png()), by=cast.worker, at=AT)
    assert store().destroy(key_id_of(bytes(row.sealed)), at=AT)
    with acting_as(cast.secretary), pytest.raises(NotFound):
        attaching.look_at(row, reason="to know her again", by=cast.secretary, at=AT)
