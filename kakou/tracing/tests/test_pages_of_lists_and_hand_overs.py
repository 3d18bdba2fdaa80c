"""Line lists and hand-overs as people use them: through the pages, in both languages."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from joserfc.jwk import ECKey, OKPKey
from openpyxl import load_workbook

from kakou.access.scope import acting_as, acting_as_system
from kakou.tracing import handing
from kakou.tracing.actions.names import ask_names, settle_names
from kakou.tracing.actions.offices import our_keys
from kakou.tracing.models import HandedIn, Handover, Involved, LineList, Office
from kakou.tracing.rules.names import ReleaseMove
from kakou.tracing.tests.outbreakwork import case, outbreak, people_in, places
from kakou.tracing.tests.test_a_line_list_comes_in_whole_or_not_at_all import LI, TITLES, UYGHUR, ZHAO
from kakou.tracing.tests.test_contacts_are_handed_over_and_receipted import file_of, paper, receipt_of, release
from tests.cast import AT, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
__all__ = ["case", "outbreak", "places"]
THEIRS, THEIR_LOCK = OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256")


@pytest.fixture(params=["en", "zh-hans"])
def desk(request, cast, outbreak, case):
    """The investigator at a desk, in either language."""
    with time_machine.travel(AT, tick=False):
        client = Client(headers={"accept-language": request.param})
        sign_in(client, cast.investigator)
        yield client


def upload(content, name="file"):
    return SimpleUploadedFile(name, content)


def list_of(client, outbreak, text, act="check", **more):
    data = {"text": text, "grade": "close", "node": outbreak.node_id, "case": "", "act": act} | more
    return client.post(f"/tracing/outbreak/{outbreak.pk}/line-list/", data)


def test_a_pasted_list_is_checked_shown_taken_and_taken_back(desk, outbreak):
    text = "\n".join([TITLES, LI, UYGHUR, ZHAO])
    seen = list_of(desk, outbreak, text)
    assert (seen.status_code, seen.context["many"], seen.context["fresh"]) == (200, 3, 3)
    assert "李**" in seen.content.decode()
    assert people_in(outbreak) == []
    taken = list_of(desk, outbreak, seen.context["text"], "take")
    assert taken.status_code == 302
    assert len(people_in(outbreak)) == 3
    with acting_as_system():
        made = LineList.objects.get()
    assert desk.post(f"/tracing/line-list/{made.pk}/undo/").status_code == 302
    assert {standing for _, standing, _ in people_in(outbreak)} == {"dismissed"}
    assert desk.post(f"/tracing/line-list/{made.pk}/undo/").status_code == 409


def test_a_file_becomes_text_that_can_be_mended_and_bad_cells_are_named(desk, outbreak):
    seen = list_of(desk, outbreak, "", file=upload("\n".join([TITLES, LI]).encode(), "密接.csv"))
    assert (seen.status_code, seen.context["text"].count("\n")) == (200, 2)
    wrong = list_of(desk, outbreak, "\n".join([TITLES, LI.replace("2021-08-09 14:30", "昨天")]))
    assert wrong.status_code == 422
    assert "F" in wrong.context["problems"][0][0]
    assert list_of(desk, outbreak, "").status_code == 422


def test_the_list_of_contacts_is_handed_out_masked_and_in_clear_once_names_are_released(desk, cast, outbreak):
    def rows():
        answer = desk.get(f"/tracing/outbreak/{outbreak.pk}/contacts/file/")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]

    list_of(desk, outbreak, "\n".join([TITLES, LI, ZHAO.replace("赵敏", "=赵敏")]), "take")
    assert [row[1] for row in rows()] == ["李**", "=**"]
    assert rows()[0][2:4][0].startswith("110105")
    assert "*" in rows()[0][2]
    with acting_as(cast.investigator):
        asked = ask_names(outbreak, reason="to call them", by=cast.investigator, at=AT)
    with acting_as(cast.commander):
        settle_names(asked, ReleaseMove.GRANT, by=cast.commander, at=AT)
    assert [row[1] for row in rows()] == ["李国强", "=赵敏"]
    assert rows()[0][8] == "2021-08-09 14:30"


def test_contacts_are_handed_over_sealed_and_the_receipt_is_brought_back(desk, cast, outbreak):
    release(cast, outbreak)
    list_of(desk, outbreak, "\n".join([TITLES, LI]), "take")
    card = handing.write_card("邗江区疾控", THEIRS, THEIR_LOCK).encode()
    looked = desk.post("/tracing/hand-overs/office/", {"file": upload(card)})
    assert handing.grouped(handing.fingerprint(THEIRS)) in looked.content.decode()
    refused = desk.post("/tracing/hand-overs/office/", {"content": card.decode()})
    assert refused.status_code == 422
    assert desk.post("/tracing/hand-overs/office/", {"content": card.decode(), "trust": "on"}).status_code == 302
    with acting_as_system():
        office, who = Office.objects.get(), Involved.objects.get(number=None)
    page = desk.get(f"/tracing/outbreak/{outbreak.pk}/hand-over/")
    assert str(office.pk) in page.content.decode()
    data = {"who": [str(who.pk)], "area": "邗江区", "to": str(office.pk), "reason": "lives there"}
    file = desk.post(f"/tracing/outbreak/{outbreak.pk}/hand-over/", data)
    assert file["Content-Disposition"].startswith("attachment")
    assert handing.opened_with(file.content.decode(), THEIR_LOCK)
    with acting_as_system():
        made = Handover.objects.get()
    waiting = desk.get("/tracing/hand-overs/").content.decode()
    assert "邗江区" in waiting
    assert "data-age" in waiting
    back = desk.post("/tracing/hand-overs/receipt/", {"file": upload(receipt_of(Told(made), THEIRS))})
    assert back.status_code == 302
    assert people_in(outbreak) == [("李国强", "handed_over", "close")]
    again = desk.post("/tracing/hand-overs/receipt/", {"file": upload(b"x" * 100)})
    assert again.status_code == 422


class Told:
    """What `receipt_of` asks of a file that was made."""

    def __init__(self, handover):
        self.handover = handover


def test_no_file_is_made_while_names_are_masked(desk, cast, outbreak):
    list_of(desk, outbreak, "\n".join([TITLES, LI]), "take")
    with acting_as_system():
        who = Involved.objects.get(number=None)
    data = {"who": [str(who.pk)], "area": "邗江区", "to": "open", "reason": "lives there"}
    where = f"/tracing/outbreak/{outbreak.pk}/hand-over/"
    assert "to" in desk.post(where, data).context["form"].errors
    data |= {"to": "key", "key": THEIR_LOCK.as_pem(private=False).decode()}
    assert desk.post(where, data).status_code == 422
    release(cast, outbreak)
    assert desk.post(where, data).status_code == 200
    assert desk.post(where, data | {"key": "no key"}).status_code == 422


def test_a_file_of_another_office_is_looked_at_confirmed_and_taken_once(desk, outbreak):
    content, url = file_of(paper(), THEIRS), f"/tracing/outbreak/{outbreak.pk}/hand-in/"
    assert desk.get(url).status_code == 200
    looked = desk.post(url, {"file": upload(content)})
    page = looked.content.decode()
    assert handing.grouped(handing.fingerprint(THEIRS)) in page
    assert "孙*" in page
    assert "孙丽" not in page
    assert people_in(outbreak) == []
    data = {"content": content.decode(), "node": outbreak.node_id}
    assert desk.post(url, data).status_code == 422, "nobody has compared the fingerprint"
    assert desk.post(url, data | {"trust": "on"}).status_code == 302
    assert len(people_in(outbreak)) == 2
    again = desk.post(url, {"file": upload(content)})
    assert again.status_code == 422
    with acting_as_system():
        made = HandedIn.objects.get()
    assert str(made.pk) in again.content.decode(), "a lost receipt is given again"
    receipt = desk.get(f"/tracing/hand-overs/taken/{made.pk}/receipt/").content
    assert handing.verified(receipt.decode(), kind=handing.RECEIPT)
    damaged = desk.post(url, {"content": content.decode()[:-4] + "AAAA", "node": outbreak.node_id, "trust": "on"})
    assert damaged.status_code == 422


def test_our_card_is_given_out(desk):
    card = handing.read_card(desk.post("/tracing/hand-overs/card/").content)
    assert handing.fingerprint(card.signs) == handing.fingerprint(our_keys().signs)


def test_a_very_large_upload_is_refused(desk, outbreak):
    large = upload(b"e" * (handing.MOST_BYTES + 1))
    assert desk.post(f"/tracing/outbreak/{outbreak.pk}/hand-in/", {"file": large}).status_code == 422
    large.seek(0)
    assert list_of(desk, outbreak, "", file=large).status_code == 422


def test_the_largest_text_that_a_page_gives_back_is_taken_by_it(desk, outbreak):
    """A text in a form may have 2.5 MB at most (Django's own bound); ours are below it."""
    rows = "\n".join(f"某人{n}\t\t1380{n:07}\t\t\t2021-08-09\t\t\t{'巷' * 150}" for n in range(1_500))
    assert list_of(desk, outbreak, f"{TITLES}\n{rows}").status_code == 200
