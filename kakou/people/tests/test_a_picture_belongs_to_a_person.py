"""A picture in somebody's record: sealed, without where it was taken, looked at for a reason, destroyed again."""

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
from kakou.services.tests.test_a_photo_keeps_nothing_but_the_picture import WHERE, exif, jpeg, png, segment
from kakou.vault import store
from kakou.vault.sealing import key_id_of
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


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
    taken = jpeg(segment(0xE1, exif(1)))
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
