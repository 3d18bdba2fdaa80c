"""Random meetings, and one to begin with."""

from hypothesis import strategies as st

from kakou.tracing.policy import EDITIONS, Meeting, edition

NOON = 1_628_568_000  # 2021-08-10 12:00 at Suining
MINUTE, HOUR = 60, 3_600

policies = st.sampled_from(EDITIONS).map(edition)
kinds = st.sampled_from([*edition("cn-8").places, "karaoke", "", "close"])


def met(kind, minutes=0, **more):
    told = {"person": 1, "exposure_s": minutes * MINUTE, "encounters": 1, "first": NOON, "last": NOON + HOUR}
    return Meeting(**{**told, "kind": kind, **more})


@st.composite
def meetings(draw, kinds=kinds, persons=st.integers(1, 3)):
    first = NOON + draw(st.integers(0, 5 * 24)) * HOUR
    return Meeting(
        person=draw(persons),
        kind=draw(kinds),
        exposure_s=draw(
            st.one_of(st.integers(0, 2_000), st.integers(0, 60 * HOUR), st.sampled_from([599, 600, 899, 900]))
        ),
        encounters=draw(st.integers(1, 9)),
        first=first,
        last=first + draw(st.integers(0, 24)) * HOUR,
        certain=draw(st.booleans()),
        present=draw(st.one_of(st.none(), st.integers(0, 200), st.integers(0, 100_000))),
        stayed_s=draw(st.one_of(st.none(), st.integers(0, 14 * 24 * HOUR))),
    )
