"""A traveller shows a foreign certificate: the phone verifies it by itself, and says whose it is."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from playwright.sync_api import expect

from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.time import now
from kakou.ledger.models import Passage
from kakou.screening.actions.trust import import_trust_list
from kakou.screening.credentials.tests.issuing import ES256, CardIssuer, DccIssuer, chunks, hc1
from tests.journeys.gate_phone import card, enrolment, phone
from tests.journeys.gate_server import gate_server

__all__ = ["card", "enrolment", "gate_server", "phone"]
DAY = dt.timedelta(days=1)
HOLDER = "Anna Maria Müller-Gößinger · 1990-02-28"


@pytest.fixture
def xanadu(district):
    """A country whose certificates are believed here, before the phone is enrolled."""
    made, content = DccIssuer.new(begins=now() - 90 * DAY, ends=now() + 90 * DAY), io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xz.cer", made.certificate)
    administrator = district.cast.administrator
    with acting_as(administrator):
        import_trust_list(content.getvalue(), name="EU", by=administrator, at=now())
    return made


@pytest.fixture
def gate(xanadu, phone):
    """The phone when it holds the app whole, and nobody answers any more."""
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.page.reload()
    expect(phone.page.locator(".gate")).to_contain_text("南门", timeout=15_000)
    phone.page.wait_for_timeout(500)
    phone.server.stop()
    return phone


def shown(issuer):
    """A certificate of somebody who had both doses, as the text in its code."""
    return issuer.issue(iat=int((now() - 20 * DAY).timestamp()), exp=int((now() + 80 * DAY).timestamp()))


def look(phone):
    """What stands behind the look at a certificate."""
    return phone.page.locator(".look", has_text="境外电子凭证").first


def named(phone):
    """He leaves his telephone number."""
    phone.by_telephone("13800138000")


def sent(phone):
    """What stands in the ledger once the network is back."""
    phone.server.start()
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.until_sent()
    with acting_as_system():
        return list(Passage.objects.filter(device_id__isnull=False).order_by("seq"))


def test_without_a_network_a_certificate_is_verified_and_the_passage_says_so(xanadu, gate):
    gate.scan(shown(xanadu))
    named(gate)
    expect(look(gate)).to_contain_text(f"验证通过 · {HOLDER}")
    assert gate.flaws("certificate-valid") == []
    assert gate.usual("366", "低风险地区") == "放行"
    (made,) = sent(gate)
    assert (made.detail["certificate"], made.detail["vaccine"], made.detail["doses"]) == ("valid", "EU/1/20/1528", 2)
    assert made.detail["dose_on"] == "2021-06-18"
    assert "Müller" not in str(made.detail)


def test_a_forged_certificate_is_held(xanadu, gate):
    forger = DccIssuer.new()
    claims = forger.claims(iat=int((now() - DAY).timestamp()), exp=int((now() + DAY).timestamp()))
    gate.scan(hc1(forger.message(claims, protected={1: ES256, 4: xanadu.kid})))
    named(gate)
    expect(look(gate)).to_contain_text("签名不符")
    assert gate.usual("366", "低风险地区", "已全程接种") == "留步"
    (made,) = sent(gate)
    assert (made.detail["certificate"], made.crossed) == ("bad_signature", False)


def test_somebody_elses_certificate_says_nothing_of_whoever_shows_it(xanadu, gate):
    gate.scan(shown(xanadu))
    named(gate)
    gate.tap("不是本人")
    expect(look(gate)).to_contain_text("不是本人的")
    expect(gate.page.get_by_role("button", name="已全程接种")).to_be_visible()
    assert gate.usual("366", "低风险地区", "未接种") == "留步"
    (made,) = sent(gate)
    assert made.detail["certificate"] == "wrong_holder"
    assert "vaccine" not in made.detail


def test_during_a_check_a_certificate_fills_it_and_nobody_else_is_begun(card, xanadu, gate):
    page = gate.page
    gate.scan(card)
    page.locator("summary", has_text="其他查验").click()
    gate.tap("扫境外电子凭证")
    assert gate.flaws("certificate") == []
    page.locator("#certificate").fill(card)
    page.locator("#certificate").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("先查完这一位")
    parts = chunks(CardIssuer.new().token(), 2)
    page.locator("#certificate").fill(parts[0])
    page.locator("#certificate").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("分成 2 个码，已扫 1 个")
    assert gate.flaws("certificate-parts") == []
    page.locator("#certificate").fill(parts[1])
    page.locator("#certificate").press("Enter")
    expect(look(gate)).to_contain_text("签发方不在名单")
    expect(page.locator(".who")).to_contain_text("有效")
    look(gate).get_by_role("button", name="改").click()
    page.locator("summary", has_text="其他查验").click()
    gate.tap("扫境外电子凭证")
    page.locator("#certificate").fill(shown(xanadu))
    page.locator("#certificate").press("Enter")
    expect(look(gate)).to_contain_text(HOLDER)


def test_an_identity_card_begins_a_visitor_and_a_place_code_is_told_for_what_it_is(district, gate):
    gate.scan(f"{gate.server.url}/p/{district.place_code}/")
    expect(gate.page.get_by_role("alert")).to_contain_text("场所码")
    gate.scan("https://example.org/p/k7q2m9xp3c5t/")
    expect(gate.page.get_by_role("alert")).to_contain_text("给居民用自己的手机扫")
    gate.scan("11010519491231002X")
    expect(gate.page.locator(".who")).to_contain_text("身份证 …002X")
    assert gate.usual("366", "低风险地区", "已全程接种") == "放行"
    (made,) = sent(gate)
    assert (made.crossed, made.subject_kind) == (True, 1)
