import datetime as dt
import itertools

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from kakou.access.actions import TooOften, close_account, end_grant
from kakou.access.badges import BadgeMisread, PinRefused, badge_key, badge_text, check_pin, read_badge
from kakou.access.badges.actions import LASTS, issue_badge, revoke_badge
from kakou.access.badges.queries import badge_for, badge_of, badges_over, keys_at
from kakou.access.models import Badge, Grant
from kakou.kernel.errors import NotAllowed, NotFound
from kakou.kernel.letters import LETTERS
from tests.cast import AT

PIN = "271846"
DAY = AT.date()
HOUR = dt.timedelta(hours=1)
badges = pytest.mark.django_db(databases=["default", "owner"])
secrets = st.binary(min_size=16, max_size=16)


@given(st.integers(0, 2**32 - 1), secrets)
def test_what_is_printed_is_read_again_however_it_is_typed(id, secret):
    text = badge_text(id, secret)
    assert len(text) == 38 and set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:")
    typed = " ".join(text[at : at + 4] for at in range(0, 38, 4)).lower()
    assert read_badge(text) == read_badge(typed) == (id, secret)


@given(st.integers(0, 2**32 - 1), secrets, st.integers(4, 35), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_noticed(id, secret, place, letter):
    text = badge_text(id, secret)
    wrong = text[:place] + letter + text[place + 1 :]
    if wrong != text:
        with pytest.raises(BadgeMisread):
            read_badge(wrong)


@pytest.mark.parametrize("text", ["", "KB1:", "KP7ZM30J9C8T4Q2VWX5KRB6NHDPEQ8", "KB1:" + "Z" * 34, "x" * 10_000])
def test_what_is_no_badge_is_refused(text):
    with pytest.raises(BadgeMisread):
        read_badge(text)


@pytest.mark.parametrize(
    "pin",
    ["123456", "000000", "654321", "890123", "111222", "121212", "123123", "123321", "147258", "850714", "140785",
     "071485", "198507", "200012", "000229", "12345", "1234567", "12345a", "１２３４５６", ""],
)  # fmt: skip
def test_what_is_guessed_first_is_no_pin(pin):
    with pytest.raises(PinRefused):
        check_pin(pin)


def test_most_pins_are_left_to_choose_from():
    def is_fine(pin):
        try:
            return bool(check_pin(pin))
        except PinRefused:
            return False

    sample = [f"{number:06d}" for number in range(0, 1_000_000, 7)]
    assert 0.86 < sum(map(is_fine, sample)) / len(sample) < 0.95


@badges
def test_the_key_that_badge_and_pin_make_is_the_one_that_is_kept_and_neither_of_them_is(cast, tree):
    badge, text = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    id, secret = read_badge(text)
    assert id == badge.pk
    assert keys_at(tree.garden_gate.pk, DAY) == {id: badge_key(PIN, badge=id, secret=secret)}
    with connections["default"].cursor() as cursor:
        cursor.execute("select b::text from access_badge b union all select e::text from audit_told e")
        kept = " ".join(row for (row,) in cursor.fetchall())
    for told in (text, text[4:], secret.hex(), PIN, badge_key(PIN, badge=id, secret=secret).hex()):
        assert told not in kept


@badges
def test_a_new_badge_ends_the_old_one(cast, tree):
    first, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    second, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT + HOUR)
    assert list(keys_at(tree.garden_gate.pk, DAY)) == [second.pk]
    first.refresh_from_db()
    assert (first.revoked_at, first.key_sealed) == (AT + HOUR, None)
    assert badge_of(cast.recorder) == second
    with pytest.raises(IntegrityError), transaction.atomic():
        Badge.objects.create(staff=cast.recorder, key_sealed=b"x", issued_at=AT, due_on=DAY)


@badges
def test_it_opens_the_gates_where_its_holder_records_and_no_others(cast, tree):
    issue_badge(pin=PIN, by=cast.recorder, at=AT)
    issue_badge(pin=PIN, by=cast.lead, at=AT)
    assert len(keys_at(tree.garden_gate.pk, DAY)) == 2
    assert keys_at(tree.orchard_gate.pk, DAY) == {}
    assert keys_at(tree.garden_gate.pk, DAY + LASTS) == {}
    end_grant(Grant.objects.get(staff=cast.recorder), by=cast.administrator, at=AT)
    assert len(keys_at(tree.garden_gate.pk, DAY)) == 1
    close_account(cast.lead, by=None, at=AT)
    assert keys_at(tree.garden_gate.pk, DAY) == {}


@badges
def test_who_records_nowhere_gets_none(cast):
    for somebody in (cast.worker, cast.administrator, cast.stranger):
        with pytest.raises(NotAllowed):
            issue_badge(pin=PIN, by=somebody, at=AT)
    assert not Badge.objects.exists()


@badges
def test_a_refused_pin_leaves_the_old_badge_as_it_is(cast):
    badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    with pytest.raises(PinRefused):
        issue_badge(pin="123456", by=cast.recorder, at=AT)
    assert badge_of(cast.recorder) == badge


@badges
def test_its_holder_and_whoever_enrols_phones_there_revoke_it(cast, tree):
    for somebody in (cast.recorder, cast.lead, cast.secretary, cast.administrator):
        badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
        revoke_badge(badge, by=somebody, at=AT + HOUR)
        revoke_badge(badge, by=somebody, at=AT + 2 * HOUR)
        badge.refresh_from_db()
        assert (badge.revoked_at, badge.revoked_by) == (AT + HOUR, somebody)
        assert keys_at(tree.garden_gate.pk, DAY) == {}


@badges
def test_nobody_else_does(cast, tree):
    badge, _ = issue_badge(pin=PIN, by=cast.recorder, at=AT)
    for somebody in (cast.worker, cast.commander, cast.neighbour, cast.stranger):
        with pytest.raises(NotAllowed):
            revoke_badge(badge, by=somebody, at=AT)
    assert badge_of(cast.recorder) == badge
    assert badge_for(badge.pk, [tree.garden_gate.pk]) == badge
    assert not badges_over([tree.orchard_gate.pk])
    with pytest.raises(NotFound):
        badge_for(badge.pk, [tree.orchard_gate.pk])


@badges
def test_nobody_has_badges_made_without_end(cast):
    with pytest.raises(TooOften):
        for minute in itertools.count():
            issue_badge(pin=PIN, by=cast.recorder, at=AT + dt.timedelta(minutes=minute))
    assert Badge.objects.count() == 5
