import hashlib

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kakou.drill.days import Live, Mischief, Share, truth, uploads
from kakou.drill.days.chain import GENESIS
from kakou.drill.tests.stories import midnight, story

CALM = Mischief(offline=0, repeated=0, altered=0, loss=False, asleep=False)
HOUR = 3_600_000


def heads_after(sent, told):
    heads = {entrance.number: (0, GENESIS) for entrance in told.world.staffed}
    for upload in sent:
        heads[upload.gate] = (upload.last, hashlib.sha256(upload.items[-1]).hexdigest())
    return heads


def nobody(gate):
    return None


@settings(max_examples=6, deadline=None)
@given(hour=st.integers(0, 23), steps=st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_told_in_steps_it_is_what_it_would_have_been_told_at_once(hour, steps):
    cut = midnight(1) + hour * HOUR
    end = cut + sum(steps) * HOUR
    share = Share((0, 150), (0, 4))
    begun = story(mischief=CALM, share=share, until=cut)
    sent = [*uploads(begun, window_ms=HOUR)]
    live = Live(begun, since_ms=cut, heads=heads_after(sent, begun), recorder_of=nobody)
    now = cut
    for step in steps:
        now += step * HOUR
        sent += live.upto(now)
    whole = [*uploads(story(mischief=CALM, share=share, until=end), window_ms=HOUR)]
    assert chains(sent) == chains(whole)


def chains(sent):
    found: dict[int, list[bytes]] = {}
    for upload in sent:
        found.setdefault(upload.gate, []).extend(upload.items)
        assert upload.last == len(found[upload.gate])
    return found


def test_a_step_whose_answer_was_lost_is_told_again_in_the_same_bytes():
    cut = midnight(1) + 7 * HOUR
    begun = story(mischief=CALM, until=cut, people=200)
    heads = heads_after([*uploads(begun)], begun)
    once = Live(begun, since_ms=cut, heads=heads, recorder_of=nobody).upto(cut + HOUR)
    again = Live(begun, since_ms=cut, heads=heads, recorder_of=nobody).upto(cut + 2 * HOUR)
    before = {body for upload in once for body in upload.items}
    assert before
    assert before <= {body for upload in again for body in upload.items}


def test_phones_that_have_not_synced_stay_silent():
    cut = midnight(2) + 7 * HOUR
    begun = story(mischief=Mischief(), until=cut, people=1000)
    live = Live(begun, since_ms=cut, heads=heads_after([], begun), recorder_of=nobody)
    told = live.upto(cut + 12 * HOUR)
    crossed = {c.gate for c in truth(story(until=cut + 12 * HOUR, people=1000)) if c.ms >= cut}
    assert len(crossed - {upload.gate for upload in told}) >= 2
    assert all(msgspec.json.decode(body)["at"] for upload in told for body in upload.items)
