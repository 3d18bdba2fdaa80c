"""Lines as a ledger may hold them, and sheets made of them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kakou.kernel.time import to_ms
from kakou.ledger.gatesheet import words
from kakou.ledger.gatesheet.lines import Line
from kakou.ledger.gatesheet.moments import written
from kakou.ledger.gatesheet.numbering import State
from kakou.ledger.gatesheet.written import Site

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2021, 8, 12, tzinfo=dt.UTC)
SITE = Site(SHANGHAI, to_ms(NOW), NOW.date())
# what people are called and what they type, with everything that makes a formula of a cell or tears a line
NAMES = st.one_of(
    st.sampled_from(["王迪", "阿卜杜热合曼·买买提", "𠮷野家", "=1+1", "'=1+1", "@SUM(A1)", "+86", "－１"]),
    st.sampled_from(["É. Lévi", "O'Neil", "\"x\";y"]),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn")), max_size=20),
)  # fmt: skip
DIGITS = st.text("0123456789", min_size=1, max_size=18)


def or_none(told):
    return st.one_of(st.none(), told)


@st.composite
def checks(draw):
    told = {
        "temperature": draw(or_none(st.integers(340, 430))), "doses": draw(or_none(st.integers(0, 9))),
        **{look: draw(or_none(st.sampled_from(sorted(table)))) for look, table in words.LOOKS.items()},
        "vaccination": draw(or_none(st.sampled_from(sorted(words.VACCINATION)))),
        "origin": draw(or_none(st.sampled_from(sorted(words.ORIGIN)))),
        "origin_from": draw(or_none(st.sampled_from(["320324", "320324002001"]))),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


@st.composite
def lines(draw):
    date, time = written(draw(st.integers(1_628_524_800_000, 1_628_611_199_999)), SHANGHAI)
    return Line(
        id=UUID(int=draw(st.integers(1, 2**128 - 1))), number=draw(st.integers(1, 20_000)),
        state=draw(st.sampled_from(State)), date=date, time=time, way=draw(st.sampled_from(sorted(words.WAYS))),
        standing=draw(st.sampled_from(sorted(words.STANDINGS))), checks=draw(checks()), name=draw(NAMES),
        document=draw(st.one_of(st.just("320324196206140017"), DIGITS, st.just(""))),
        document_kind=draw(st.sampled_from(["", "10", "20"])), phone=draw(st.one_of(st.just(""), DIGITS)),
        address=draw(NAMES), coming_from=draw(NAMES), plate=draw(NAMES), aboard=draw(or_none(st.integers(1, 99))),
        reasons=tuple(draw(st.lists(NAMES, max_size=2))), free=draw(NAMES), by_hand=draw(NAMES), recorder=draw(NAMES),
        note=draw(st.sampled_from(["", *words.NOTES])), note_at="2021-08-09 23:58:00", why=draw(NAMES),
    )  # fmt: skip
