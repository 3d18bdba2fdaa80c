import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.access.actions import revoke_device
from kakou.access.leases import HOURS, Renewal, RenewalMisread, read_renewal, renewal_text
from kakou.access.leases.actions import SPANS, PhoneRevoked, renewal_at_contact, show_renewal
from kakou.access.scope import acting_as
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.letters import LETTERS
from kakou.vault.keys import bundles
from tests.cast import AT, enrol

pages = pytest.mark.django_db(databases=["default", "owner"])
NUMBER = st.integers(1, 2**31 - 1)
START = int(AT.timestamp())


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=8, max_size=8), NUMBER, st.integers(0, 2**31 - 1), st.integers(1, HOURS))
def test_what_is_shown_is_read_again(id, gate, device, hours):
    said = Renewal(id, gate, device, START, START + 7200, hours)
    text = renewal_text(said, bundles.sign)
    assert len(text) == 148 and set(text) <= set(LETTERS + "KL:")
    assert read_renewal(text.lower(), bundles.holds) == said


@settings(max_examples=50, deadline=None)
@given(st.integers(4, 147), st.sampled_from(LETTERS))
def test_a_letter_that_was_changed_is_noticed(place, letter):
    text = renewal_text(Renewal(bytes(8), 7, 0, START, START + 7200), bundles.sign)
    wrong = text[:place] + letter + text[place + 1 :]
    if wrong != text:
        with pytest.raises(RenewalMisread):
            read_renewal(wrong, bundles.holds)


def test_another_key_and_another_kind_of_text_are_refused():
    other = generate_private_key(SECP256R1()).public_key()
    text = renewal_text(Renewal(bytes(8), 7, 0, START, START + 7200), bundles.sign)
    for wrong in ("", "KL1:", text[4:], "KB1:" + text[4:], text + "0", "x" * 9_000):
        with pytest.raises(RenewalMisread):
            read_renewal(wrong, bundles.holds)
    with pytest.raises(RenewalMisread):
        read_renewal(text, lambda message, signature: bundles.verifies(other, message, signature))


@pytest.mark.parametrize("hours", [0, 25, 200])
def test_nothing_lengthens_a_lease_by_more_than_a_day(hours):
    with pytest.raises(ValueError, match="24 hours"):
        renewal_text(Renewal(bytes(8), 7, 0, START, START + 7200, hours), bundles.sign)


@pages
def test_the_lead_of_a_gate_has_one_for_the_gate_or_for_a_phone_and_the_audit_hears_of_it(cast, tree):
    phone, _ = enrol(cast.lead, tree.garden_gate)
    with acting_as(cast.lead):
        for device, number in ((None, 0), (phone, phone.pk)):
            said, text = show_renewal(gate=tree.garden_gate.pk, device=device, span=8, by=cast.lead, at=AT)
            assert read_renewal(text, bundles.holds) == said
            assert (said.gate, said.device, said.hours) == (tree.garden_gate.pk, number, 24)
            assert said.ends - said.starts == 8 * 3600
    with connections["default"].cursor() as cursor:
        cursor.execute("select subject, node from audit_told where action = 'lease.code_shown'")
        assert (said.id.hex(), tree.garden_gate.pk) in cursor.fetchall()


@pages
def test_nobody_else_has(cast, tree):
    for somebody in (cast.recorder, cast.worker, cast.neighbour, cast.stranger):
        with acting_as(somebody), pytest.raises(NotAllowed):
            show_renewal(gate=tree.garden_gate.pk, device=None, span=SPANS[0], by=somebody, at=AT)


@pages
def test_a_revoked_phone_and_one_of_another_gate_have_none(cast, tree):
    phone, _ = enrol(cast.lead, tree.garden_gate)
    elsewhere, _ = enrol(cast.neighbour, tree.orchard_gate)
    with acting_as(cast.lead):
        revoke_device(phone, by=cast.lead, at=AT)
        phone.refresh_from_db()
        with pytest.raises(PhoneRevoked):
            show_renewal(gate=tree.garden_gate.pk, device=phone, span=2, by=cast.lead, at=AT)
        with pytest.raises(NotFound):
            show_renewal(gate=tree.garden_gate.pk, device=elsewhere, span=2, by=cast.lead, at=AT)


def test_two_texts_are_never_one():
    texts = {renewal_at_contact(gate=1, device=2, at=AT + dt.timedelta(0)) for _ in range(5)}
    assert len({read_renewal(text, bundles.holds).id for text in texts}) == 5
