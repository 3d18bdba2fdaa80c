"""Whom to believe is brought in as a dated list, withdrawn, replaced; and somebody is told before it ends."""

import datetime as dt
import io
import json
import zipfile

import pytest

from kakou.access.rules import Role
from kakou.access.scope import acting_as, acting_as_system
from kakou.kernel.errors import NotAllowed
from kakou.screening.actions.trust import (
    TRUST_LIST_OLD,
    WITHDRAWN_LIST_BEHIND,
    TrustRefused,
    import_trust_list,
    watch_trust_lists,
    withdraw_trust_list,
)
from kakou.screening.credentials import CredentialRefused, TrustUnreadable, Why, verify
from kakou.screening.credentials.tests.issuing import CardIssuer, DccIssuer, vaccinated
from kakou.screening.models import TrustList
from kakou.screening.queries import trust
from kakou.workorders.actions import close
from kakou.workorders.events import register_kind
from kakou.workorders.models import WorkOrder
from kakou.workorders.rules import OrderRefused
from tests.cast import AT, staff

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = dt.timedelta(days=1)
CLINIC = CardIssuer.new()


@pytest.fixture(scope="module")
def issuer():
    return DccIssuer.new()


def packed(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def listed(issuer, *, name="EU", until=AT + 30 * DAY, **more):
    manifest = {"name": name, "dated": "2021-08-01", "valid_until": until.isoformat()}
    return packed(**{"trust.json": json.dumps(manifest), "xz.cer": issuer.certificate, **more})


def bring(cast, content, *, name="", at=AT):
    with acting_as(cast.administrator):
        return import_trust_list(content, name=name, by=cast.administrator, at=at)


def verdict(code):
    with acting_as_system():
        store = trust.trust_store()
    try:
        return verify(code, trust=store, at=AT).issuer
    except CredentialRefused as refused:
        return refused.why


def test_it_is_believed_once_it_is_here_and_no_longer_when_it_is_withdrawn(cast, issuer):
    code = issuer.issue(vaccinated())
    assert verdict(code) is Why.UNKNOWN_ISSUER
    made = bring(cast, listed(issuer))
    assert (made.name, made.keys, made.valid_until) == ("EU", 1, AT + 30 * DAY)
    assert verdict(code) == "XZ"
    with acting_as(cast.administrator):
        withdraw_trust_list(made, by=cast.administrator, at=AT)
        withdraw_trust_list(made, by=cast.administrator, at=AT + DAY)
    assert verdict(code) is Why.UNKNOWN_ISSUER
    assert TrustList.objects.get().withdrawn_at == AT  # and it stays on record


def test_a_new_list_of_the_same_name_counts_alone_and_the_old_one_again_when_it_is_withdrawn(cast, issuer):
    code, other = issuer.issue(vaccinated()), DccIssuer.new(country="YA")
    bring(cast, listed(issuer))
    newer = bring(cast, listed(other), at=AT + DAY)
    assert verdict(code) is Why.UNKNOWN_ISSUER
    with acting_as(cast.administrator):
        withdraw_trust_list(newer, by=cast.administrator, at=AT + DAY)
    assert verdict(code) == "XZ"


def test_the_same_bytes_again_are_the_list_that_is_there(cast, issuer):
    content = listed(issuer)
    assert bring(cast, content) == bring(cast, content, at=AT + DAY)
    assert TrustList.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no zip at all", packed(**{"../x.cer": b"x"}), packed(**{"a/b/x.cer": b"x"}),
        packed(**{"trust.json": b"{"}), packed(**{"trust.json": b"0" * (21 << 20)}),
        packed(**{f"{number}.txt": b"" for number in range(5001)}),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_and_says_what_is_wrong(cast, content):
    with pytest.raises(TrustUnreadable) as refused:
        bring(cast, content)
    assert refused.value.text
    assert not TrustList.objects.exists()


def test_a_list_without_a_key_believes_nobody_and_is_refused(cast):
    with pytest.raises(TrustRefused, match="no key"):
        bring(cast, packed(**{"trust.json": b"{}", "readme.md": b"nothing"}))


def test_a_list_without_a_name_is_asked_for_one(cast, issuer):
    content = packed(**{"xz.cer": issuer.certificate})
    with pytest.raises(TrustRefused, match="name"):
        bring(cast, content)
    assert bring(cast, content, name="Xanadu").name == "Xanadu"


def test_who_does_not_manage_rules_brings_in_none(cast, issuer):
    with acting_as(cast.worker), pytest.raises(NotAllowed):
        import_trust_list(listed(issuer), name="", by=cast.worker, at=AT)


def test_before_it_ends_an_order_opens_and_closes_when_it_is_renewed(cast, issuer):
    register_kind(TRUST_LIST_OLD)
    bring(cast, listed(issuer, until=AT + 5 * DAY))
    assert watch_trust_lists(at=AT) == 0
    assert watch_trust_lists(at=AT + 2 * DAY) == 1
    assert watch_trust_lists(at=AT + 2 * DAY) == 0
    with acting_as_system():
        order = WorkOrder.objects.get(kind="trust_list_old")
        assert order.closed_at is None
        with pytest.raises(OrderRefused, match="by hand"):
            close(order, evidence={"finding": "seen"}, by=cast.commander, at=AT + 2 * DAY)
    bring(cast, listed(issuer, until=AT + 60 * DAY), at=AT + 3 * DAY)
    watch_trust_lists(at=AT + 3 * DAY)
    with acting_as_system():
        order.refresh_from_db()
        assert order.closed_at == AT + 3 * DAY


def test_an_issuer_that_withdrew_cards_by_a_newer_list_is_told_of_until_it_is_brought_in(cast):
    register_kind(WITHDRAWN_LIST_BEHIND)
    keys = {"issuer": CLINIC.url, "keys": [{**CLINIC.jwk, "crlVersion": 3}]}
    parts = {"trust.json": json.dumps({"name": "Clinics"}).encode(), "clinic.jwks.json": json.dumps(keys).encode()}
    bring(cast, packed(**parts))
    assert watch_trust_lists(at=AT) == 1
    assert watch_trust_lists(at=AT) == 0
    assert [key.issuer for key in trust.behind_their_issuers()] == [CLINIC.url]
    listed_there = {CLINIC.url: {"jwks": "clinic.jwks.json", "crls": ["crl.json"]}}
    parts["trust.json"] = json.dumps({"name": "Clinics", "issuers": listed_there}).encode()
    withdrawn = {"kid": CLINIC.kid, "method": "rid", "ctr": 3, "rids": ["gone"]}
    bring(cast, packed(**parts, **{"crl.json": json.dumps(withdrawn).encode()}), at=AT + DAY)
    assert watch_trust_lists(at=AT + DAY) == 0
    with acting_as_system():
        assert WorkOrder.objects.get(kind="withdrawn_list_behind").closed_at == AT + DAY
    assert trust.behind_their_issuers() == ()


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "9" * 5_000])
def test_a_date_that_nobody_could_read_again_is_refused(cast, issuer, until):
    """In the table it would break the page, every bundle and the hourly watch, and could not be withdrawn."""
    manifest = {"name": "EU", "valid_until": until}
    with pytest.raises(TrustUnreadable):
        bring(cast, packed(**{"trust.json": json.dumps(manifest), "xz.cer": issuer.certificate}))
    assert trust.counting() == []


def test_who_manages_the_rules_of_one_place_decides_not_whom_every_gate_believes(cast, tree, issuer):
    low, ours = staff("low", Role.COMMANDER, tree.west), bring(cast, listed(issuer))
    with acting_as(low):
        with pytest.raises(NotAllowed):
            import_trust_list(listed(issuer, name="mine"), name="", by=low, at=AT)
        with pytest.raises(NotAllowed):
            withdraw_trust_list(ours, by=low, at=AT)
    assert [one.pk for one in trust.counting()] == [ours.pk]
